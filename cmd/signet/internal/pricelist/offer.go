package pricelist

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// product is what an offer file says of one thing that is sold
// (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-files.html).
type product struct {
	Attributes struct {
		UsageType string `json:"usagetype"`
		Operation string `json:"operation"`
	} `json:"attributes"`
}

// terms is the price of one thing: by term, and in it by rate.
type terms map[string]struct {
	PriceDimensions map[string]struct {
		BeginRange   string            `json:"beginRange"`
		PricePerUnit map[string]string `json:"pricePerUnit"`
	} `json:"priceDimensions"`
}

// step is a price from an amount on.
type step struct{ from, usd float64 }

// offer is an offer file on its way. It is read token by token: what is kept is
// what was asked for, and one thing at a time passes through memory, so that a
// file of any length takes as little.
type offer struct {
	decoder   *json.Decoder
	published string
	// wanted says whether a thing's price is.
	wanted func(product) bool
	found  map[string]product // by SKU
	prices map[string][]step  // by SKU
}

// readOffer reads the whole file.
func readOffer(r io.Reader, wanted func(product) bool) (*offer, error) {
	o := &offer{decoder: json.NewDecoder(r), wanted: wanted, found: map[string]product{}, prices: map[string][]step{}}
	products := false
	err := o.object(func(name string) error {
		switch name {
		case "publicationDate":
			return o.decoder.Decode(&o.published)
		case "products":
			products = true
			return o.object(o.product)
		case "terms":
			if !products {
				return errors.New("got terms before products, want an offer file in its documented order")
			}
			return o.object(func(kind string) error {
				if kind != "OnDemand" {
					return o.skip()
				}
				return o.object(o.onDemand)
			})
		}
		return o.skip()
	})
	if err == nil && !products {
		err = errors.New("got no products, want an offer file of the price list")
	}
	return o, err
}

// object calls member for each name of an object; member reads the value.
func (o *offer) object(member func(name string) error) error {
	open, err := o.decoder.Token()
	if err != nil {
		return err
	}
	if open != json.Delim('{') {
		return fmt.Errorf("got %v, want an object", open)
	}
	for o.decoder.More() {
		name, err := o.decoder.Token()
		if err != nil {
			return err
		}
		if err := member(name.(string)); err != nil {
			return err
		}
	}
	_, err = o.decoder.Token()
	return err
}

// skip passes over a value of any depth.
func (o *offer) skip() error {
	for depth := 0; ; {
		token, err := o.decoder.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

func (o *offer) product(sku string) error {
	var p product
	if err := o.decoder.Decode(&p); err != nil {
		return err
	}
	if o.wanted(p) {
		o.found[sku] = p
	}
	return nil
}

func (o *offer) onDemand(sku string) error {
	if _, ok := o.found[sku]; !ok {
		return o.skip()
	}
	var t terms
	if err := o.decoder.Decode(&t); err != nil {
		return err
	}
	for _, term := range t {
		for _, d := range term.PriceDimensions {
			usd, err := strconv.ParseFloat(d.PricePerUnit["USD"], 64)
			from, rangeErr := strconv.ParseFloat(d.BeginRange, 64)
			if err != nil || d.BeginRange != "" && rangeErr != nil {
				return fmt.Errorf("%s: got price %q from %q, want numbers in USD", sku, d.PricePerUnit["USD"], d.BeginRange)
			}
			o.prices[sku] = append(o.prices[sku], step{from, usd})
		}
	}
	slices.SortFunc(o.prices[sku], func(a, b step) int {
		if a.from < b.from {
			return -1
		}
		return 1
	})
	return nil
}
