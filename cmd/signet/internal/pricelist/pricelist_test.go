package pricelist

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/internal/estimate/price"
)

// sold is a product of an offer file, with its prices by amount.
type sold struct {
	usage, operation string
	tiers            string // "0:0.023 51200:0.022"
}

// offerFile writes a file in the documented format, with more products than are
// asked for, reserved terms, and what else there is around them.
func offerFile(w io.Writer, products []sold, others int) {
	fmt.Fprint(w, `{"formatVersion":"v1.0","disclaimer":"x","offerCode":"Test","version":"1","publicationDate":"2026-11-20T10:00:00Z","products":{`)
	for i := range others {
		fmt.Fprintf(w, `"OTHER%d":{"sku":"OTHER%d","productFamily":"Storage","attributes":{"servicecode":"Test","usagetype":"EU-Other-%d","operation":"","list":["a",{"b":[1,2]}]}},`, i, i, i)
	}
	for i, p := range products {
		fmt.Fprintf(w, `%s"SKU%d":{"sku":"SKU%d","productFamily":"Storage","attributes":{"servicecode":"Test","usagetype":%q,"operation":%q}}`, comma(i), i, i, p.usage, p.operation)
	}
	fmt.Fprint(w, `},"terms":{"Reserved":{"SKU0":{"SKU0.X":{"priceDimensions":{"SKU0.X.Y":{"beginRange":"0","pricePerUnit":{"USD":"99"}}}}}},"OnDemand":{`)
	for i := range others {
		fmt.Fprintf(w, `"OTHER%d":{"OTHER%d.T":{"offerTermCode":"T","priceDimensions":{"OTHER%d.T.R":{"unit":"GB","beginRange":"0","endRange":"Inf","pricePerUnit":{"USD":"1"}}}}},`, i, i, i)
	}
	for i, p := range products {
		fmt.Fprintf(w, `%s"SKU%d":{"SKU%d.JRTC":{"offerTermCode":"JRTC","sku":"SKU%d","effectiveDate":"2026-11-01T00:00:00Z","priceDimensions":{`, comma(i), i, i, i)
		for k, tier := range strings.Fields(p.tiers) {
			from, usd, _ := strings.Cut(tier, ":")
			fmt.Fprintf(w, `%s"SKU%d.JRTC.%d":{"rateCode":"r","description":"d","beginRange":%q,"endRange":"Inf","unit":"u","pricePerUnit":{"USD":%q},"appliesTo":[]}`, comma(k), i, k, from, usd)
		}
		fmt.Fprint(w, `},"termAttributes":{}}}`)
	}
	fmt.Fprint(w, `}},"attributesList":{}}`)
}

func comma(i int) string {
	if i > 0 {
		return ","
	}
	return ""
}

// ireland is what the list has of each service.
func ireland() map[string][]sold {
	return map[string][]sold{
		"/offers/v1.0/aws/AmazonS3/current/eu-west-1/index.json": {
			{"EU-TimedStorage-ByteHrs", "", "51200:0.0222 0:0.0233 512000:0.0211"}, {"EU-TimedStorage-SIA-ByteHrs", "", "0:0.0126"},
			{"EU-Tables-TimedStorage-ByteHrs", "", "0:0.5"}, {"EU-TimedStorage-INT-FA-ByteHrs", "", "0:0.6"},
			{"EU-TimedStorage-GIR-ByteHrs", "", "0:0.0041"}, {"EU-TimedStorage-GlacierByteHrs", "", "0:0.0037"},
			{"EU-Requests-Tier1", "", "0:0.0000051"}, {"EU-Requests-Tier2", "", "0:0.00000041"}, {"EU-Requests-SIA-Tier2", "", "0:0.0000011"},
			{"EU-Requests-GIR-Tier2", "", "0:0.0000111"}, {"EU-Requests-Tier4", "S3-SIATransition", "0:0.000011"}, {"EU-Requests-Tier4", "S3-GIRTransition", "0:0.000021"},
			{"EU-Requests-Tier3", "S3-GlacierTransition", "0:0.000031"}, {"EU-Retrieval-SIA", "", "0:0.011"}, {"EU-Retrieval-GIR", "", "0:0.031"},
		},
		"/offers/v1.0/aws/AWSDataTransfer/current/eu-west-1/index.json":  {{"EU-DataTransfer-Out-Bytes", "", "0:0.09 10240:0.085"}, {"EU-DataTransfer-In-Bytes", "", "0:0"}},
		"/offers/v1.0/aws/awskms/current/eu-west-1/index.json":           {{"eu-west-1-KMS-Keys", "", "0:1"}, {"eu-west-1-KMS-Requests", "", "0:0.000003"}, {"eu-west-1-KMS-Requests-Asymmetric", "", "0:0.000015"}},
		"/offers/v1.0/aws/AWSLambda/current/eu-west-1/index.json":        {{"EU-Request", "", "0:0.9"}, {"EU-Request-ARM", "", "0:0.0000002"}, {"EU-Lambda-GB-Second-ARM", "", "0:0.0000133 7500000000:0.000012"}},
		"/offers/v1.0/aws/AmazonApiGateway/current/eu-west-1/index.json": {{"EU-ApiGatewayHttpRequest", "ApiGatewayHttpApi", "0:0.00000111 300000000:0.000001"}},
		"/offers/v1.0/aws/AmazonCloudFront/current/index.json":           {{"EU-Requests-Tier2-HTTPS", "", "0:0.0000012"}, {"US-Requests-Tier2-HTTPS", "", "0:0.000001"}, {"EU-DataTransfer-Out-Bytes", "", "0:0.085"}},
		// Two prices of one thing: neither is taken.
		"/offers/v1.0/aws/AmazonCloudWatch/current/eu-west-1/index.json": {{"EU-DataProcessing-Bytes", "PutLogEvents", "0:0.57"}, {"EU-DataProcessing-Bytes", "Other", "0:9"},
			{"EU-TimedStorage-ByteHrs", "", "0:0.03"}, {"EU-CW:AlarmMonitorUsage", "A", "0:0.1"}, {"EU-CW:AlarmMonitorUsage", "B", "0:0.2"}},
		"/offers/v1.0/aws/AWSCloudTrail/current/eu-west-1/index.json": {{"EU-DataEventsRecorded", "", "0:0.000001"}},
		"/offers/v1.0/aws/AWSXRay/current/eu-west-1/index.json":       {{"EU-XRay-TracesAccessed", "", "0:0.0000005"}}, // it says nothing of traces stored
		"/offers/v1.0/aws/AmazonCognito/current/eu-west-1/index.json": {{"EU-CognitoEssentialsMAU", "", "0:0.015"}},
	}
}

func serve(t *testing.T, files map[string][]sold, others int) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		products, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		offerFile(w, products, others)
	}))
	t.Cleanup(server.Close)
	now := time.Date(2026, 11, 25, 1, 0, 0, 0, time.UTC)
	return &Client{Base: server.URL, HTTP: server.Client(), Now: func() time.Time { return now }}
}

func snapshot(t *testing.T, region string) price.Table {
	t.Helper()
	book, err := price.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	table, err := book.Table(region)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestRefresh(t *testing.T) {
	c := serve(t, ireland(), 3)
	table, kept, err := c.Refresh(t.Context(), "eu-west-1", snapshot(t, "eu-west-1"))
	if err != nil {
		t.Fatal(err)
	}
	storage := table.Figure(price.Storage(price.Standard))
	if len(storage.Tiers) != 3 || storage.Tiers[0].USD != 0.0233 || storage.Tiers[1].From != 51200 || storage.Tiers[2].USD != 0.0211 {
		t.Errorf("storage is %+v, want three tiers in order", storage)
	}
	source := price.Source{URL: c.Base + "/offers/v1.0/aws/AmazonS3/current/eu-west-1/index.json", Date: "2026-11-25", Via: "signet estimate --refresh; published 2026-11-20"}
	if storage.Tiers[0].Source != source {
		t.Errorf("source is %+v, want %+v", storage.Tiers[0].Source, source)
	}
	for item, want := range map[price.Item]float64{
		price.Tier1: 0.0000051, price.Transition(price.Glacier): 0.000031, price.KMSRequest: 0.000003, price.LambdaRequest: 0.0000002,
		price.EdgeRequest: 0.0000012, price.LogsIngest: 0.57, price.TransferOut: 0.09,
	} {
		if got := table.Figure(item); got.Tiers[0].USD != want {
			t.Errorf("%s is %v, want %v", item, got.Tiers[0].USD, want)
		}
	}
	if free := table.Figure(price.TransferOut).Free; free != 100 {
		t.Errorf("%v GB of transfer are free, want 100 as before", free)
	}
	for item, why := range map[price.Item]string{price.Alarm: "two prices in the price list", price.XRayTrace: "not in the price list", price.ScanGB: "not sought in the price list"} {
		if kept[item] != why {
			t.Errorf("%s was kept for %q, want %q", item, kept[item], why)
		}
		if before := snapshot(t, "eu-west-1").Figure(item); table.Figure(item).Tiers[0] != before.Tiers[0] {
			t.Errorf("%s is %+v, want %+v as before", item, table.Figure(item), before)
		}
	}
	text, err := price.JSON(table)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := price.Parse(text); err != nil {
		t.Errorf("what was refreshed does not read back: %v", err)
	}
}

// A region that is not in the table takes from another what the list lacks, and
// says so.
func TestRefreshOfAnotherRegion(t *testing.T) {
	files := map[string][]sold{}
	for path, products := range ireland() {
		files[strings.Replace(path, "eu-west-1", "eu-west-3", 1)] = products
	}
	table, kept, err := serve(t, files, 0).Refresh(t.Context(), "eu-west-3", snapshot(t, "us-east-1"))
	if err != nil {
		t.Fatal(err)
	}
	if table.Region != "eu-west-3" || table.Figure(price.Tier1).Tiers[0].USD != 0.0000051 {
		t.Errorf("got %s, %+v", table.Region, table.Figure(price.Tier1))
	}
	// KMS calls its things by the region's whole name, so Ireland's are none of Paris's.
	for item := range kept {
		if s := table.Figure(item).Tiers[0].Source; s.Via != "not verified: the figure of us-east-1" || s.Date != "" {
			t.Errorf("%s: %+v", item, s)
		}
	}
}

func TestRefuses(t *testing.T) {
	for _, row := range []struct{ body, want string }{
		{`{"terms":{},"products":{}}`, "got terms before products"}, {`{}`, "got no products"}, {`[]`, "want an object"}, {`{"products":{"A":`, "EOF"},
		{`{"products":{"A":{"attributes":{"usagetype":"EU-Requests-Tier1"}}},"terms":{"OnDemand":{"A":{"A.T":{"priceDimensions":{"R":{"beginRange":"0","pricePerUnit":{"CNY":"1"}}}}}}}}`, `got price "" from "0", want numbers in USD`},
	} {
		_, err := readOffer(strings.NewReader(row.body), func(product) bool { return true })
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.body, err, row.want)
		}
	}
	if _, _, err := serve(t, nil, 0).Refresh(t.Context(), "mars-1", snapshot(t, "us-east-1")); err == nil || !strings.Contains(err.Error(), "got status 404") {
		t.Errorf("got %v for a region that is none", err)
	}
}

// Of a file of 50 MB nothing but what was asked for stays.
func TestMemoryIsBounded(t *testing.T) {
	read, write := io.Pipe()
	var peak uint64
	go func() {
		offerFile(write, []sold{{"EU-Requests-Tier1", "", "0:1"}}, 150_000)
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		peak = m.HeapAlloc
		write.Close()
	}()
	sought := sought{item: price.Tier1, usage: "Requests-Tier1"}
	o, err := readOffer(read, sought.is)
	if err != nil || len(o.prices) != 1 || len(o.found) != 1 {
		t.Fatalf("got %v, %v", o.prices, err)
	}
	if peak > 16<<20 {
		t.Errorf("%d bytes are in use at the end of the file", peak)
	}
}
