package api_test

import "signet/lambda/upload"

// spaceGrants are what the role may do with a configuration's spaces.
func spaceGrants(c upload.Config) []upload.Grant {
	return append(c.Grants("arn:aws:s3:::"+bucket, kmsKey, region), upload.StateGrants("arn:aws:s3:::"+stateBucket)...)
}
