package doctor

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/facts"
)

// need is what a page's uploader asks of CORS for one method.
type need struct {
	method           string
	allowed, exposed []string // headers: of the request, of the answer
}

// Client names of --client.
const (
	Signet = "signet"
	uppy   = "uppy"
	form   = "form"
	sdk    = "sdk"
)

// Clients lists them.
func Clients() []string { return []string{uppy, Signet, form, sdk} }

// needs of each client. A form's request is one that needs no preflight, and its
// answer is read by its status alone. The SDK's are what its browser build sends:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html and
// https://uppy.io/docs/aws-s3/#setting-up-your-s3-bucket
func needs() map[string][]need {
	signed := []string{"authorization", "content-type", "x-amz-content-sha256", "x-amz-date", "x-amz-user-agent", "amz-sdk-invocation-id", "amz-sdk-request",
		"x-amz-sdk-checksum-algorithm", "x-amz-checksum-crc32"}
	return map[string][]need{
		Signet: {{"PUT", []string{"content-type", "if-none-match", "x-amz-checksum-crc64nvme"}, []string{"ETag", "x-amz-checksum-crc64nvme"}},
			{"POST", nil, []string{"ETag", "x-amz-checksum-crc64nvme"}}},
		uppy: {{"PUT", []string{"content-type"}, []string{"ETag"}}},
		form: {{"POST", nil, nil}},
		sdk:  {{"PUT", signed, []string{"ETag"}}, {"POST", signed, []string{"ETag"}}},
	}
}

// client is whose uploads CORS is judged by: the one that was named, ours where
// somebody said what is intended, else none.
func client(f *facts.Facts) string {
	if f.Client == "" && f.Intended {
		return Signet
	}
	return f.Client
}

// asked is what the rules have to give. Where nobody says which client it is, that
// is the least that a PUT from a page needs, of the rules that allow one.
func asked(f *facts.Facts, rules []types.CORSRule) []need {
	if name := client(f); name != "" {
		return needs()[name]
	}
	if len(allowing(rules, "PUT")) == 0 {
		return []need{{"POST", nil, nil}}
	}
	return []need{{"PUT", []string{"content-type"}, []string{"ETag"}}}
}

// allowing are the rules for a method.
func allowing(rules []types.CORSRule, method string) []types.CORSRule {
	return slices.DeleteFunc(slices.Clone(rules), func(r types.CORSRule) bool { return !slices.Contains(r.AllowedMethods, method) })
}

// lacking are headers that some rule for a needed method does not list.
func lacking(f *facts.Facts, rules []types.CORSRule, wanted func(need) []string, listed func(types.CORSRule) []string) []string {
	var all []string
	for _, n := range asked(f, rules) {
		for _, r := range allowing(rules, n.method) {
			for _, h := range wanted(n) {
				if !lists(listed(r), h) && !slices.Contains(all, h) {
					all = append(all, h)
				}
			}
		}
	}
	return all
}

// lists says whether a list of patterns has a header; one * stands for anything.
func lists(patterns []string, header string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		before, after, star := strings.Cut(strings.ToLower(pattern), "*")
		h := strings.ToLower(header)
		return h == before && !star || star && len(h) >= len(before)+len(after) && strings.HasPrefix(h, before) && strings.HasSuffix(h, after)
	})
}

// certain raises a failure where the client was named: its uploads do fail.
func certain(f *facts.Facts, found Finding) Finding {
	if found.Status == Fail && f.Client != "" {
		return found.at(High)
	}
	return found
}
