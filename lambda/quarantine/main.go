// Command quarantine is the Lambda function that moves what GuardDuty found to be
// malware out of its owner's reach, to [upload.QuarantinePrefix] of the same
// bucket. EventBridge hands it each scan result that says so.
//
// It works on the version that was scanned and on no other: what the owner stored
// under the same key meanwhile is another version, with a scan of its own. The
// version is copied, the copy compared, and then the version itself deleted. A
// delete marker would not do: it would hide a newer, clean version where there is
// one, and leave the malware for whoever lists versions and restores one. Nothing
// is lost, because the copy is there; it has the key, the version's id and the
// tag of what it was.
//
// EventBridge may hand over an event twice, and Lambda calls again after a
// failure: each step looks first whether it was done already. What fails for
// good goes to the queue of failures, and an alarm tells.
package main

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/role"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	client := s3.New(s3.Options{
		Region:      os.Getenv("AWS_REGION"),
		Credentials: role.Credentials(os.Getenv),
	})
	m := &mover{s3: client, log: log, single: maxCopy, part: copyPart}
	lambda.Start(m.handle)
}
