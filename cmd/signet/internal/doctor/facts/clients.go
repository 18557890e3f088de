package facts

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/budgets"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
	"github.com/aws/smithy-go/middleware"
)

// clients are those of one region.
type clients struct {
	config  aws.Config
	s3      *s3.Client
	control *s3control.Client
	sts     *sts.Client
	kms     *kms.Client
	iam     *iam.Client
	trail   *cloudtrail.Client
	watch   *cloudwatch.Client // of the last version that speaks AWS Query: emulators do not understand CBOR
	budgets *budgets.Client
	stacks  *cloudformation.Client
	lambda  *lambda.Client
	logs    *cloudwatchlogs.Client
	api     *apigatewayv2.Client
	front   *cloudfront.Client
}

func newClients(config aws.Config) clients {
	config = config.Copy()
	config.APIOptions = append(config.APIOptions, guard)
	return clients{
		config: config, s3: S3(config), sts: sts.NewFromConfig(config), kms: kms.NewFromConfig(config),
		control: s3control.NewFromConfig(config, hostless(config)), iam: iam.NewFromConfig(config),
		trail: cloudtrail.NewFromConfig(config), watch: cloudwatch.NewFromConfig(config),
		budgets: budgets.NewFromConfig(config), stacks: cloudformation.NewFromConfig(config), lambda: lambda.NewFromConfig(config),
		logs: cloudwatchlogs.NewFromConfig(config), api: apigatewayv2.NewFromConfig(config), front: cloudfront.NewFromConfig(config),
	}
}

// S3 is a client that addresses an endpoint other than AWS's own in path style.
func S3(config aws.Config) *s3.Client {
	return s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = Override(config, "S3") != "" })
}

// Override is the address that stands in for a service of AWS, as the SDK
// takes it from the environment; empty on AWS.
func Override(config aws.Config, service string) string {
	if own := os.Getenv("AWS_ENDPOINT_URL_" + service); own != "" {
		return own
	}
	if config.BaseEndpoint != nil {
		return *config.BaseEndpoint
	}
	return os.Getenv("AWS_ENDPOINT_URL")
}

// hostless keeps the account's number out of the host name of such an endpoint,
// where no name server knows it.
func hostless(config aws.Config) func(*s3control.Options) {
	return func(o *s3control.Options) {
		if address := Override(config, "S3_CONTROL"); address != "" {
			o.EndpointResolverV2 = fixed(address)
		}
	}
}

// fixed is an address that nothing is put in front of.
type fixed string

// ResolveEndpoint is that address.
func (f fixed) ResolveEndpoint(context.Context, s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	u, err := url.Parse(string(f))
	if err != nil {
		return smithyendpoints.Endpoint{}, err
	}
	return smithyendpoints.Endpoint{URI: *u}, nil
}

// guard refuses every operation that could change something, before it is sent.
func guard(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("SignetReadOnly",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			if name := awsmiddleware.GetOperationName(ctx); !ReadOnly(name) {
				return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("got the operation %s, want one that only reads", name)
			}
			return next.HandleInitialize(ctx, in)
		}), middleware.After)
}

// ReadOnly says whether an operation only reads, by AWS's own rule of naming.
func ReadOnly(operation string) bool {
	for _, verb := range []string{"Get", "List", "Describe", "Head"} {
		if strings.HasPrefix(operation, verb) {
			return true
		}
	}
	return false
}
