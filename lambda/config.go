package main

import (
	"fmt"
	"os"
	"path/filepath"

	"signet/lambda/upload"
)

// taskRoot is the variable that names the directory of the function's archive
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
const taskRoot = "LAMBDA_TASK_ROOT"

// configuration is what a person wrote, which lies beside the program, and over it
// what the deployment resolved; and the word by which CloudFront is known, which there
// must be where a firewall stands before the API.
func configuration(getenv func(string) string) (c upload.Config, edge string, err error) {
	written, err := os.ReadFile(filepath.Join(getenv(taskRoot), upload.ConfigFile))
	if err != nil {
		return c, "", fmt.Errorf("%s: %w", upload.ConfigFile, err)
	}
	if c, err = upload.ParseConfig(written, []byte(getenv(upload.EnvVar))); err != nil {
		return c, "", fmt.Errorf("%s, %s: %w", upload.ConfigFile, upload.EnvVar, err)
	}
	if edge = getenv(upload.EdgeEnvVar); (edge != "") != (c.WebACL != "") {
		return c, "", fmt.Errorf("got webAcl %q and %s set %t, want both or neither: deploy again", c.WebACL, upload.EdgeEnvVar, edge != "")
	}
	return c, edge, nil
}
