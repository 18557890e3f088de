package facts

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
)

// A way to a bucket that a signature opens has a function before it, and keeps nothing.
func TestUnguarded(t *testing.T) {
	guard := &types.FunctionAssociations{Items: []types.FunctionAssociation{{EventType: types.EventTypeViewerRequest}}}
	late := &types.FunctionAssociations{Items: []types.FunctionAssociation{{EventType: types.EventTypeViewerResponse}}}
	behavior := func(path, origin, cache string, f *types.FunctionAssociations) types.CacheBehavior {
		return types.CacheBehavior{PathPattern: &path, TargetOriginId: &origin, CachePolicyId: &cache, FunctionAssociations: f}
	}
	origin := func(id, control string) types.Origin {
		return types.Origin{Id: aws.String(id), DomainName: aws.String(id + ".s3.eu-west-1.amazonaws.com"), OriginAccessControlId: &control, S3OriginConfig: &types.S3OriginConfig{}}
	}
	got := site(&types.Distribution{DistributionConfig: &types.DistributionConfig{
		Origins: &types.Origins{Items: []types.Origin{origin("uploads", ""), origin("site", "E1")}},
		CacheBehaviors: &types.CacheBehaviors{Items: []types.CacheBehavior{
			behavior("/good/*", "uploads", cachingDisabled, guard), behavior("/site/*", "site", "other", nil),
			behavior("/open/*", "uploads", cachingDisabled, nil), behavior("/late/*", "uploads", cachingDisabled, late), behavior("/kept/*", "uploads", "other", guard),
		}},
	}})
	if want := []string{"/open/* (no function before it)", "/late/* (no function before it)", "/kept/* (answers are cached)"}; !slices.Equal(got.Unguarded, want) {
		t.Errorf("got %q, want %q", got.Unguarded, want)
	}
}
