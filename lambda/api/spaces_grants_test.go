package api_test

import (
	"strconv"

	"signet/lambda/upload"
)

// spaceGrants are what the role may do with a configuration's spaces.
func spaceGrants(c upload.Config) []upload.Grant {
	var all []upload.Grant
	for i, prefix := range c.Prefixes() {
		for _, g := range upload.Grants("arn:aws:s3:::"+bucket, prefix, kmsKey, region) {
			g.Sid += strconv.Itoa(i)
			all = append(all, g)
		}
	}
	return all
}
