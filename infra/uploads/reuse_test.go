package uploads_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/uploads"
	"signet/lambda/upload"
)

// reuse is an app of somebody else, and what its instances are made of.
func reuse(t *testing.T) (app awscdk.App, out string, props func(name string) uploads.Props) {
	t.Helper()
	flags, err := contextOf("../../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	s, err := stubs(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	out = filepath.Join(t.TempDir(), "out")
	app = awscdk.NewApp(&awscdk.AppProps{Context: &flags, Outdir: &out, AnalyticsReporting: jsii.Bool(false)})
	return app, out, func(name string) uploads.Props {
		config := upload.DefaultConfig()
		config.Name = name
		config.Origins = []string{"https://app.example.com", "https://app.example.com"} // unchecked, as a program can write it
		return uploads.Props{Config: config, Function: s.function, Site: s.site}
	}
}

// TestTwoStacks puts two instances into two stacks of one app, each beside an
// output of the app's own that has the name of one of ours.
func TestTwoStacks(t *testing.T) {
	app, out, props := reuse(t)
	for _, name := range []string{"one", "two"} {
		stack := awscdk.NewStack(app, &name, nil)
		awscdk.NewCfnOutput(stack, jsii.String("SiteURL"), &awscdk.CfnOutputProps{Value: jsii.String("mine")})
		uploads.NewUploads(stack, "Files", props(name))
	}
	app.Synth(nil)
	for _, name := range []string{"one", "two"} {
		got, err := readTemplate(filepath.Join(out, name+".template.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []fact{
			{"Outputs/SiteURL/Value", "mine"},
			{"Outputs/FilesSiteURL/Value", "https://${FilesSiteDistribution.DomainName}"},
			{"Outputs/FilesBucketName/Value", "${FilesBucket}"},
			{"Resources/FilesBucket/Properties/BucketName", physical(name)},
			{"Resources/FilesApi/Properties/CorsConfiguration/AllowOrigins", list{"https://app.example.com"}},
		} {
			if value := got.at(f.path); !same(value, f.want) {
				t.Errorf("%s: %s: got %v, want %v", name, f.path, value, f.want)
			}
		}
	}
}

// TestRegions refuses those whose bucket of CloudFront's logs would stay empty.
func TestRegions(t *testing.T) {
	for _, row := range []struct {
		region string
		want   string
	}{
		{"af-south-1", "in/Files: got the region af-south-1, want a region to which CloudFront delivers logs: ap-northeast-1, "},
		{"mx-central-1", "in/Files: got the region mx-central-1, want a region to which CloudFront delivers logs: "},
		{"eu-west-1", "<nil>"},
	} {
		app, _, props := reuse(t)
		stack := awscdk.NewStack(app, jsii.String("in"), &awscdk.StackProps{Env: &awscdk.Environment{Region: &row.region}})
		if got := refusal(func() { uploads.NewUploads(stack, "Files", props("files")) }); !strings.HasPrefix(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.region, got, row.want)
		}
	}
}

// refusal is what a function panics with, "<nil>" if it does not.
func refusal(f func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	f()
	return text
}

// TestSecondInStack wants one line that says what to do.
func TestSecondInStack(t *testing.T) {
	app, _, props := reuse(t)
	stack := awscdk.NewStack(app, jsii.String("both"), nil)
	uploads.NewUploads(stack, "One", props("one"))
	text := refusal(func() { uploads.NewUploads(stack, "Two", props("two")) })
	if !strings.HasPrefix(text, "both/Two/Site: ") || !strings.Contains(text, "put it into a stack") || strings.Contains(text, "\n") {
		t.Errorf("got %q, want one line with the construct and what to do", text)
	}
}
