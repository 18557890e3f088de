package uploads

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// Metadata of the function's resource has the configuration under this name, for
// whoever asks CloudFormation what a stack is meant to be, as signet doctor does.
const configMetadata = "signet"

// archive is the function's: the program of a directory, and beside it the
// configuration. It is put together in a directory of its own, because the
// program's is another stack's too; CDK copies it when the function is made, and then
// it can go.
func archive(dir string, config []byte) (code awslambda.Code, remove func()) {
	work, err := os.MkdirTemp("", "signet-archive-")
	if err != nil {
		panic(fmt.Errorf("got no place for the function's archive: %w", err))
	}
	program, err := os.ReadFile(filepath.Join(dir, "bootstrap"))
	if err == nil {
		err = errors.Join(
			os.WriteFile(filepath.Join(work, "bootstrap"), program, 0o755),
			os.WriteFile(filepath.Join(work, upload.ConfigFile), config, 0o644),
		)
	}
	if err != nil {
		panic(fmt.Errorf("got no program at %s/bootstrap, want signet/lambda built for Linux on arm64: %w", dir, err))
	}
	return awslambda.AssetCode_FromAsset(&work, nil), func() { _ = os.RemoveAll(work) }
}

// describe writes the configuration into a resource's metadata.
func describe(resource awscdk.CfnResource, config []byte) {
	var value any
	if err := json.Unmarshal(config, &value); err != nil {
		panic(err) // Config.Split has just written it
	}
	resource.AddMetadata(jsii.String(configMetadata), value)
}
