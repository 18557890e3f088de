package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/progress"
	"signet/lambda/upload"
)

const usageUsage = `signet usage: what each owner has in a deployment's bucket

It counts all versions by S3's own lists, a thousand in a request: those that are
there, and those that are deleted or older, which cost until the bucket's lifecycle
removes them. That is what a quota counts. It uses this machine's AWS credentials.

Usage:
  signet usage --bucket BUCKET [flags]

Flags:
  --bucket BUCKET      the upload bucket
  --config FILE        configuration that says which spaces there are (default
                       cdk.json, if it is there)
  --owner NAME         this owner alone, as keys have him
  --region REGION      where it is (default: as the AWS CLI)
  --profile NAME       profile of the AWS CLI
  --endpoint-url URL   an S3 that is not AWS's
  --json               a line of JSON for each owner
  -q                   the same as without

Example:
  $ signet usage --bucket signet-uploads-0a1b2c3d
  alice  12 files  1.2 GiB  of that deleted: 3 files, 200.0 MiB
`

// owned is what an owner has in a space.
type owned struct {
	Space        string `json:"space"`
	Owner        string `json:"owner"`
	Files        int64  `json:"files"` // versions
	Bytes        int64  `json:"bytes"`
	DeletedFiles int64  `json:"deletedFiles"` // those among them that are deleted or older
	DeletedBytes int64  `json:"deletedBytes"`
}

func usageCommand(args []string, stdout, stderr io.Writer) int {
	c, f := &console{stdout: stdout, stderr: stderr}, &awsFlags{}
	set := c.flags("usage")
	f.add(set)
	configFile, owner := set.String("config", "", ""), set.String("owner", "", "")
	rest, code, ok := c.parse(set, usageUsage, args)
	switch {
	case !ok:
		return code
	case len(rest) > 0:
		return c.usage("got %q, want flags only: see signet usage --help", rest[0])
	case f.bucket == "":
		return c.usage("got no --bucket, want the upload bucket: see the stack's output BucketName")
	}
	config, err := loadConfig(*configFile)
	if err != nil {
		return c.usage("%v", err)
	}
	ctx, stop := interruptible()
	defer stop()
	client, err := f.client(ctx)
	if err != nil {
		return c.fail(err)
	}
	all, err := usageOf(ctx, client, f.bucket, config, *owner)
	if err != nil {
		return c.fail(err)
	}
	for _, o := range all {
		c.print(o, "%s", usageLine(o))
	}
	return exitDone
}

// usageOf counts what is in a bucket by space and owner, the largest first.
func usageOf(ctx context.Context, client *s3.Client, bucket string, config upload.Config, owner string) ([]owned, error) {
	policy, found := upload.NewPolicy(config), map[[2]string]*owned{}
	for _, space := range config.AllSpaces() {
		prefix := space.Prefix
		if owner != "" {
			prefix = policy.PartPrefix(space.Name, upload.Caller(owner))
		}
		pages := s3.NewListObjectVersionsPaginator(client, &s3.ListObjectVersionsInput{Bucket: &bucket, Prefix: &prefix, EncodingType: types.EncodingType(upload.ListEncoding)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, v := range page.Versions {
				key, _ := policy.ParseKey(upload.ListedKey(string(page.EncodingType), aws.ToString(v.Key)))
				at := [2]string{space.Name, string(key.Owner)}
				if found[at] == nil {
					found[at] = &owned{Space: at[0], Owner: at[1]}
				}
				found[at].count(v)
			}
		}
	}
	all := make([]owned, 0, len(found))
	for o := range maps.Values(found) {
		all = append(all, *o)
	}
	slices.SortFunc(all, func(a, b owned) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Space, b.Space), cmp.Compare(a.Owner, b.Owner))
	})
	return all, nil
}

func (o *owned) count(v types.ObjectVersion) {
	o.Files++
	o.Bytes += aws.ToInt64(v.Size)
	if !aws.ToBool(v.IsLatest) {
		o.DeletedFiles++
		o.DeletedBytes += aws.ToInt64(v.Size)
	}
}

func usageLine(o owned) string {
	name := cmp.Or(o.Owner, "(nobody's)")
	if o.Space != "" {
		name = o.Space + "/" + name
	}
	line := fmt.Sprintf("%s  %d files  %s", printable(name), o.Files, progress.Bytes(o.Bytes))
	if o.DeletedFiles > 0 {
		line += fmt.Sprintf("  of that deleted: %d files, %s", o.DeletedFiles, progress.Bytes(o.DeletedBytes))
	}
	return line
}
