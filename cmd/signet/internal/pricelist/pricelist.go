// Package pricelist reads prices from the AWS Price List: offer files that anybody
// may fetch, one for each service and region. What a file lacks, or says twice
// with different figures, keeps the figure that it had before.
package pricelist

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"signet/cmd/signet/internal/estimate/price"
)

// Address is where AWS keeps the offer files
// (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html).
const Address = "https://pricing.us-east-1.amazonaws.com"

// maxFile bounds what is read of an offer file, in bytes. The largest that is
// asked for, CloudFront's, has a few MB.
const maxFile = 1 << 30

// Client fetches offer files.
type Client struct {
	Base string // address without a slash at its end. Empty: [Address]
	HTTP *http.Client
	Now  func() time.Time
	// Progress hears which service is read. nil: nobody does.
	Progress func(service string)
}

// Refresh is the table of a region with all figures that the price list has, and
// the items that keep their old figures, with why.
func (c *Client) Refresh(ctx context.Context, region string, before price.Table) (price.Table, map[price.Item]string, error) {
	figures, kept := map[price.Item]price.Figure{}, map[price.Item]string{}
	for _, item := range price.Items() {
		kept[item] = "not sought in the price list"
	}
	for _, s := range services(region) {
		if c.Progress != nil {
			c.Progress(s.code)
		}
		found, err := c.read(ctx, region, s)
		if err != nil {
			return price.Table{}, nil, fmt.Errorf("%s in %s: %w", s.code, region, err)
		}
		for _, wanted := range s.sought {
			tiers, why := found.tiers(wanted)
			if why != "" {
				kept[wanted.item] = why
				continue
			}
			old := before.Figure(wanted.item)
			figures[wanted.item] = price.Figure{Unit: wanted.item.Unit(), Tiers: tiers, Free: old.Free}
			delete(kept, wanted.item)
		}
	}
	table := before.With(region, figures)
	if before.Region != region {
		table = table.With(region, foreign(before, kept))
	}
	return table, kept, nil
}

// foreign is another region's figures, said to be no more than that.
func foreign(before price.Table, kept map[price.Item]string) map[price.Item]price.Figure {
	figures := map[price.Item]price.Figure{}
	for item := range kept {
		f := before.Figure(item)
		f.Tiers = slices.Clone(f.Tiers)
		for i := range f.Tiers {
			f.Tiers[i].Source = price.Source{Via: "not verified: the figure of " + before.Region}
		}
		figures[item] = f
	}
	return figures
}

// result is an offer file that was read, and its source.
type result struct {
	*offer
	source price.Source
}

func (c *Client) read(ctx context.Context, region string, s service) (result, error) {
	base := c.Base
	if base == "" {
		base = Address
	}
	path := "/offers/v1.0/aws/" + s.code + "/current/" + region + "/index.json"
	if s.global {
		path = "/offers/v1.0/aws/" + s.code + "/current/index.json"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
	if err != nil {
		return result{}, err
	}
	answer, err := c.HTTP.Do(request)
	if err != nil {
		return result{}, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return result{}, fmt.Errorf("got status %d from %s, want 200: see that the region is one of AWS's", answer.StatusCode, base+path)
	}
	o, err := readOffer(io.LimitReader(answer.Body, maxFile), func(p product) bool {
		return slices.ContainsFunc(s.sought, func(w sought) bool { return w.is(p) })
	})
	if err != nil {
		return result{}, err
	}
	published, _, _ := strings.Cut(o.published, "T")
	via := "signet estimate --refresh; published " + published
	return result{o, price.Source{URL: base + path, Date: c.Now().UTC().Format(time.DateOnly), Via: via}}, nil
}

// tiers is the price of an item; why says that there is none to be had.
func (r result) tiers(w sought) (tiers []price.Tier, why string) {
	var steps []step
	for sku, p := range r.found {
		switch found := r.prices[sku]; {
		case !w.is(p) || len(found) == 0:
		case steps != nil && !slices.Equal(steps, found):
			return nil, "two prices in the price list"
		default:
			steps = found
		}
	}
	if steps == nil {
		return nil, "not in the price list"
	}
	if steps[0].from != 0 {
		return nil, "no price from the first unit on in the price list"
	}
	for _, s := range steps {
		tiers = append(tiers, price.Tier{From: s.from, USD: s.usd, Source: r.source})
	}
	return tiers, ""
}
