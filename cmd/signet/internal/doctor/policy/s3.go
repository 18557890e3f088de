package policy

import "strings"

// ObjectActions are S3's actions on an object, the most telling first.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
func ObjectActions() []string {
	return split(`GetObject PutObject DeleteObject GetObjectVersion DeleteObjectVersion AbortMultipartUpload ListMultipartUploadParts
		PutObjectAcl GetObjectAcl PutObjectVersionAcl GetObjectVersionAcl PutObjectTagging GetObjectTagging DeleteObjectTagging
		PutObjectVersionTagging GetObjectVersionTagging DeleteObjectVersionTagging GetObjectAttributes GetObjectVersionAttributes
		RestoreObject PutObjectRetention GetObjectRetention PutObjectLegalHold GetObjectLegalHold BypassGovernanceRetention
		ReplicateObject ReplicateDelete ReplicateTags ObjectOwnerOverrideToBucketOwner GetObjectVersionForReplication
		GetObjectTorrent UpdateObjectEncryption`)
}

// BucketActions are S3's actions on a bucket, the most telling first.
func BucketActions() []string {
	return split(`ListBucket ListBucketVersions ListBucketMultipartUploads DeleteBucket PutBucketPolicy GetBucketPolicy DeleteBucketPolicy
		PutBucketAcl GetBucketAcl PutBucketPublicAccessBlock GetBucketPublicAccessBlock PutBucketOwnershipControls
		GetBucketOwnershipControls PutBucketCORS GetBucketCORS PutLifecycleConfiguration GetLifecycleConfiguration PutBucketVersioning
		GetBucketVersioning PutEncryptionConfiguration GetEncryptionConfiguration PutBucketLogging GetBucketLogging PutBucketNotification
		GetBucketNotification PutBucketTagging GetBucketTagging PutBucketWebsite GetBucketWebsite DeleteBucketWebsite
		PutReplicationConfiguration GetReplicationConfiguration PutInventoryConfiguration GetInventoryConfiguration
		PutAccelerateConfiguration GetAccelerateConfiguration PutBucketRequestPayment GetBucketRequestPayment
		PutBucketObjectLockConfiguration GetBucketObjectLockConfiguration GetBucketPolicyStatus GetBucketLocation
		PutAnalyticsConfiguration GetAnalyticsConfiguration PutMetricsConfiguration GetMetricsConfiguration
		PutIntelligentTieringConfiguration GetIntelligentTieringConfiguration`)
}

func split(names string) []string {
	out := strings.Fields(names)
	for i := range out {
		out[i] = "s3:" + out[i]
	}
	return out
}
