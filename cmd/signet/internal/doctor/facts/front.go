package facts

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
)

// API is an HTTP API with its routes and stages.
type API struct {
	ID      string
	Origins []string // that its CORS allows
	Routes  []Route
	Stages  []Stage
}

// Route is one route, such as "POST /api/presign", and how a caller proves who
// they are: NONE, JWT, AWS_IAM or CUSTOM.
type Route struct{ Key, Authorization string }

// Stage is one stage of an API.
type Stage struct {
	Name   string
	Rate   float64 // requests a second; 0: no limit of its own
	LogsTo string  // ARN; empty: no access log
}

// Site is a distribution of CloudFront.
type Site struct {
	ID, Domain   string
	Aliases      []string
	MinTLS       string
	OwnName      bool // it has a certificate, and MinTLS counts
	Logged       bool
	Plain        []string // path patterns that viewers may fetch over plain HTTP
	Headless     []string // path patterns without a policy of security headers
	OpenOrigins  []string // S3 origins without origin access control
	PlainOrigins []string // other origins that are not spoken to over TLS alone
	// Unguarded are path patterns that lead to an S3 origin without origin access control,
	// and what is wrong there: no function looks at a request first, or answers are kept.
	Unguarded []string
}

func readAPIs(ctx context.Context, c *apigatewayv2.Client, ids []string) Fact[[]API] {
	return read("apigateway:GET", nil, func() (all []API, err error) {
		for _, id := range ids {
			one, err := readAPI(ctx, c, id)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		return all, nil
	})
}

func readAPI(ctx context.Context, c *apigatewayv2.Client, id string) (API, error) {
	a := API{ID: id}
	api, err := c.GetApi(ctx, &apigatewayv2.GetApiInput{ApiId: &id})
	if err != nil {
		return a, err
	}
	if api.CorsConfiguration != nil {
		a.Origins = api.CorsConfiguration.AllowOrigins
	}
	for in := (&apigatewayv2.GetRoutesInput{ApiId: &id}); ; {
		page, err := c.GetRoutes(ctx, in)
		if err != nil {
			return a, err
		}
		for _, r := range page.Items {
			kind := string(r.AuthorizationType)
			if kind == "" {
				kind = "NONE"
			}
			a.Routes = append(a.Routes, Route{aws.ToString(r.RouteKey), kind})
		}
		if page.NextToken == nil {
			break
		}
		in.NextToken = page.NextToken
	}
	for in := (&apigatewayv2.GetStagesInput{ApiId: &id}); ; {
		page, err := c.GetStages(ctx, in)
		if err != nil {
			return a, err
		}
		for _, s := range page.Items {
			stage := Stage{Name: aws.ToString(s.StageName)}
			if s.DefaultRouteSettings != nil {
				stage.Rate = aws.ToFloat64(s.DefaultRouteSettings.ThrottlingRateLimit)
			}
			if s.AccessLogSettings != nil {
				stage.LogsTo = aws.ToString(s.AccessLogSettings.DestinationArn)
			}
			a.Stages = append(a.Stages, stage)
		}
		if page.NextToken == nil {
			return a, nil
		}
		in.NextToken = page.NextToken
	}
}

func readSites(ctx context.Context, c *cloudfront.Client, ids []string) Fact[[]Site] {
	return read("cloudfront:GetDistribution", nil, func() (all []Site, err error) {
		for _, id := range ids {
			out, err := c.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &id})
			if err != nil {
				return nil, err
			}
			all = append(all, site(out.Distribution))
		}
		return all, nil
	})
}

func site(d *types.Distribution) Site {
	c := d.DistributionConfig
	s := Site{ID: aws.ToString(d.Id), Domain: aws.ToString(d.DomainName)}
	if c.Aliases != nil {
		s.Aliases = c.Aliases.Items
	}
	if v := c.ViewerCertificate; v != nil {
		s.MinTLS, s.OwnName = string(v.MinimumProtocolVersion), !aws.ToBool(v.CloudFrontDefaultCertificate)
	}
	s.Logged = c.Logging != nil && aws.ToBool(c.Logging.Enabled)
	behavior := func(path string, protocol types.ViewerProtocolPolicy, headers *string) {
		if protocol == types.ViewerProtocolPolicyAllowAll {
			s.Plain = append(s.Plain, path)
		}
		if aws.ToString(headers) == "" {
			s.Headless = append(s.Headless, path)
		}
	}
	if b := c.DefaultCacheBehavior; b != nil {
		behavior("*", b.ViewerProtocolPolicy, b.ResponseHeadersPolicyId)
	}
	if c.CacheBehaviors != nil {
		for _, b := range c.CacheBehaviors.Items {
			behavior(aws.ToString(b.PathPattern), b.ViewerProtocolPolicy, b.ResponseHeadersPolicyId)
		}
	}
	if c.Origins != nil {
		for _, o := range c.Origins.Items {
			s.origin(o)
		}
		s.guards(c)
	}
	return s
}

// cachingDisabled is the id of CloudFront's policy of that name
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html).
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

// guards looks at what leads to an S3 origin that anybody's signature opens.
func (s *Site) guards(c *types.DistributionConfig) {
	open := map[string]bool{}
	for _, o := range c.Origins.Items {
		open[aws.ToString(o.Id)] = slices.Contains(s.OpenOrigins, aws.ToString(o.DomainName))
	}
	if c.CacheBehaviors == nil {
		return
	}
	for _, b := range c.CacheBehaviors.Items {
		path := aws.ToString(b.PathPattern)
		first := func(f types.FunctionAssociation) bool { return f.EventType == types.EventTypeViewerRequest }
		switch f := b.FunctionAssociations; {
		case !open[aws.ToString(b.TargetOriginId)]:
		case f == nil || !slices.ContainsFunc(f.Items, first):
			s.Unguarded = append(s.Unguarded, path+" (no function before it)")
		case aws.ToString(b.CachePolicyId) != cachingDisabled:
			s.Unguarded = append(s.Unguarded, path+" (answers are cached)")
		}
	}
}

func (s *Site) origin(o types.Origin) {
	name := aws.ToString(o.DomainName)
	switch {
	case o.S3OriginConfig != nil && aws.ToString(o.OriginAccessControlId) == "" && aws.ToString(o.S3OriginConfig.OriginAccessIdentity) == "":
		s.OpenOrigins = append(s.OpenOrigins, name)
	case o.CustomOriginConfig != nil && o.CustomOriginConfig.OriginProtocolPolicy != types.OriginProtocolPolicyHttpsOnly:
		s.PlainOrigins = append(s.PlainOrigins, name)
	}
}
