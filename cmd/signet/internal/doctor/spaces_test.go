package doctor

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/lambda/upload"
)

func withSpaces(t *testing.T) *facts.Facts {
	t.Helper()
	c, err := upload.ParseContext([]byte(`{"spaces": {"team": {"per": "group", "lifecycle": {"expire": 90}}, "inbox": {"per": "all", "confirm": "2d", "prefix": "in/box/"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return &facts.Facts{Config: c, Intended: true, Bucket: facts.Bucket{Name: "b", Region: "eu-west-1"}}
}

// TestSpacesLeft tells of files where no space is.
func TestSpacesLeft(t *testing.T) {
	for _, row := range []struct {
		roots []string
		want  Status
		says  string
	}{
		{nil, Pass, "in/, team/"},
		{[]string{"uploads/", "team/", "in/", "quarantine/"}, Pass, ""},
		{[]string{"uploads/", "teams/"}, Advice, "under teams/"},
	} {
		f := withSpaces(t)
		f.Bucket.Roots = facts.Fact[[]string]{Value: row.roots, Set: true}
		if got := spacesLeft(f); got.Status != row.want || !strings.Contains(got.Got, row.says) {
			t.Errorf("%v: got %s (%s), want %s", row.roots, got.Status, got.Got, row.want)
		}
	}
}

// TestSpacesExpire holds rules to the space that they are about.
func TestSpacesExpire(t *testing.T) {
	rule := func(prefix string, days int32, tags ...types.Tag) types.LifecycleRule {
		r := types.LifecycleRule{ID: aws.String("r"), Status: types.ExpirationStatusEnabled, Expiration: &types.LifecycleExpiration{Days: &days}, Filter: &types.LifecycleRuleFilter{Prefix: &prefix}}
		if tags != nil {
			r.Filter = &types.LifecycleRuleFilter{And: &types.LifecycleRuleAndOperator{Prefix: &prefix, Tags: tags}}
		}
		return r
	}
	unconfirmed := types.Tag{Key: aws.String("signet-confirm"), Value: aws.String("no")}
	for _, row := range []struct {
		name string
		rule types.LifecycleRule
		want Status
	}{
		{"as the space says", rule("team/", 90), Pass},
		{"earlier", rule("team/", 30), Fail},
		{"of another space", rule("uploads/", 90), Fail},
		{"of all", rule("", 90), Fail},
		{"what nobody confirmed", rule("in/box/", 2, unconfirmed), Pass},
		{"… on the first day", rule("in/box/", 1, unconfirmed), Fail},
		{"… where nothing is confirmed", rule("team/", 90, unconfirmed), Fail},
		{"what has another tag", rule("in/box/", 2, types.Tag{Key: aws.String("a"), Value: aws.String("b")}), Fail},
	} {
		f := withSpaces(t)
		f.Bucket.Lifecycle = facts.Fact[[]types.LifecycleRule]{Value: []types.LifecycleRule{row.rule}, Set: true}
		if got := uploadsKept(f); got.Status != row.want {
			t.Errorf("%s: got %s (%s), want %s", row.name, got.Status, got.Got, row.want)
		}
	}
}
