package evidence

import (
	"strings"

	"signet/lambda/explain"
)

// clientMark is what a family of clients leaves in whatever it prints: names of
// packages, classes and files that are its own.
type clientMark struct {
	client explain.Client
	words  []string
}

// clientMarks are in the order in which they are looked for: what stands on an SDK
// comes before the SDK.
func clientMarks() []clientMark {
	return []clientMark{
		{explain.ClientTerraform, []string{"erraform", "tfstate", "│ Error", "backend-s3"}},
		{explain.ClientHadoop, []string{"fs.s3a", "s3a://"}},
		{explain.ClientDotNet, []string{"Amazon.S3.", "Amazon.Runtime.", "AWSPowerShell", ".NET_Core", "aws-sdk-dotnet", "System.Net."}},
		{explain.ClientJava, []string{"software.amazon.awssdk", "com.amazonaws.", "SDK Attempt Count", "aws-sdk-java"}},
		{explain.ClientPython, []string{"botocore", "boto3", "aws-cli", "An error occurred (", "Boto3/"}},
		{explain.ClientJS, []string{"@aws-sdk", "@smithy", "$metadata", "aws-sdk-js", "aws-sdk-nodejs"}},
		{explain.ClientPHP, []string{`Aws\S3\`, `Aws\\S3\\`, "aws-sdk-php", `Error executing "`}},
		{explain.ClientRuby, []string{"Aws::S3::", "aws-sdk-ruby", "gems/aws-sdk"}},
		{explain.ClientGo, []string{"operation error S3:", "https response error", "aws-sdk-go"}},
	}
}

// clientIn tells what sent the request, by what it printed; empty: nothing shows it.
func clientIn(text string) explain.Client {
	for _, m := range clientMarks() {
		for _, word := range m.words {
			if strings.Contains(text, word) {
				return m.client
			}
		}
	}
	return ""
}
