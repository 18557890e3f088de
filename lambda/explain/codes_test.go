package explain

import (
	"strings"
	"testing"
)

// documented lists the error codes of S3's data operations, by whose
// documentation (or list of errors) has them.
func documented() map[string]string {
	return map[string]string{
		// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
		"AWS": `AccessControlListNotSupported AccessDenied AccountProblem AllAccessDisabled AmbiguousGrantByEmailAddress AuthorizationHeaderMalformed AuthorizationQueryParametersError BadDigest
			BucketAlreadyExists BucketAlreadyOwnedByYou BucketHasAccessPointsAttached BucketNotEmpty ClientTokenConflict ConditionalRequestConflict ConnectionClosedByRequester CredentialsNotSupported
			CrossLocationLoggingProhibited DeviceNotActiveError EndpointNotFound EntityTooLarge EntityTooSmall ExpiredToken IllegalLocationConstraintException IllegalVersioningConfigurationException
			IncompleteBody IncorrectEndpoint IncorrectNumberOfFilesInPostRequest InlineDataTooLarge InternalError InvalidAccessKeyId InvalidAccessPoint InvalidAccessPointAliasError InvalidAddressingHeader
			InvalidArgument InvalidBucketAclWithObjectOwnership InvalidBucketName InvalidBucketOwnerAWSAccountID InvalidBucketState InvalidDigest InvalidEncryptionAlgorithmError InvalidHostHeader
			InvalidHttpMethod InvalidLocationConstraint InvalidObjectState InvalidPart InvalidPartOrder InvalidPayer InvalidPolicyDocument InvalidRange InvalidRegion InvalidRequest InvalidSessionException
			InvalidSignature InvalidSOAPRequest InvalidStorageClass InvalidTag InvalidTargetBucketForLogging InvalidToken InvalidURI InvalidWriteOffset KeyTooLongError KMS.DisabledException
			KMS.InvalidKeyUsageException KMS.KMSInvalidStateException KMS.NotFoundException MalformedACLError MalformedPolicy MalformedPOSTRequest MalformedXML MaxMessageLengthExceeded
			MaxPostPreDataLengthExceededError MetadataTooLarge MethodNotAllowed MissingAttachment MissingAuthenticationToken MissingContentLength MissingRequestBodyError MissingSecurityElement
			MissingSecurityHeader NoLoggingStatusForKey NoSuchAccessPoint NoSuchAsyncRequest NoSuchBucket NoSuchBucketPolicy NoSuchCORSConfiguration NoSuchKey NoSuchLifecycleConfiguration
			NoSuchMultiRegionAccessPoint NoSuchObjectLockConfiguration NoSuchTagSet NoSuchUpload NoSuchVersion NoSuchWebsiteConfiguration NotDeviceOwnerError NotImplemented NotSignedUp
			ObjectLockConfigurationNotFoundError OperationAborted OwnershipControlsNotFoundError PermanentRedirect PermanentRedirectControlError PreconditionFailed Redirect
			ReplicationConfigurationNotFoundError RequestExpired RequestHeaderSectionTooLarge RequestIsNotMultiPartContent RequestTimeout RequestTimeTooSkewed RequestTorrentOfBucketError
			ResponseInterrupted RestoreAlreadyInProgress ServerSideEncryptionConfigurationNotFoundError ServiceUnavailable SignatureDoesNotMatch SlowDown TagPolicyException TemporaryRedirect
			TokenCodeInvalidError TokenRefreshRequired TooManyBuckets TooManyParts UnauthorizedAccessError UnexpectedContent UnexpectedIPError UnresolvableGrantByEmailAddress UnsupportedArgument
			UnsupportedSignature UserKeyMustBeSpecified IdempotencyParameterMismatch ObjectAlreadyInActiveTierError ObjectNotInActiveTierError GlacierExpeditedRetrievalNotAvailable
			NoSuchPublicAccessBlockConfiguration NoSuchConfiguration`,
		// cmd/api-errors.go of minio/minio
		"MinIO": `InvalidDuration MissingContentMD5 MissingFields MalformedDate BadRequest InvalidPrefixMarker InvalidTokenId XAmzContentSHA256Mismatch XAmzContentChecksumMismatch XMinioStorageFull
			XMinioParentIsObject XMinioRequestBodyParse XMinioObjectExistsAsDirectory XMinioInvalidObjectName XMinioInvalidResourceName XMinioServerNotInitialized XMinioBackendDown
			XMinioAdminBucketQuotaExceeded XMinioObjectTampered Busy UnauthorizedAccess EmptyRequestBody SlowDownRead SlowDownWrite NoSuchBucketLifecycle AuthorizationParametersError
			InvalidRequestParameter MissingRequiredParameter UnsupportedNotification`,
		// https://docs.ceph.com/en/latest/radosgw/s3/commons/
		"Ceph": `UserSuspended InvalidObjectName QuotaExceeded UnprocessableEntity RequestTimeout`,
		// https://developers.cloudflare.com/r2/api/error-codes/
		"R2": `Unauthorized ExpiredRequest InvalidMaxKeys InvalidRegionName EntityTooSmall ObjectLockedByBucketPolicy NotEntitled ServiceUnavailable TooManyRequests`,
		// https://www.backblaze.com/docs/cloud-storage-s3-compatible-api
		"B2": `InvalidAccessKeyId NotImplemented StorageLimitExceeded UnsupportedOperation`,
		// https://cloud.google.com/storage/docs/xml-api/reference-status
		"GCS": `AuthenticationRequired BucketNameUnavailable CloudKmsBadKey CloudKmsDecryptionKeyNotFound CloudKmsDisabledKey CloudKmsEncryptionKeyNotFound CloudKmsKeyLocationNotAllowed CrcMismatch
			InvalidParameter MalformedHeaderValue MalformedSecurityHeader MissingSecurityHeader ObjectUnderActiveHold ResourceNotFound RetentionPolicyNotMet UserProjectAccountProblem UserProjectMissing`,
		"Wasabi": `InvalidRegion TemporaryRedirect AccountProblem FileAlreadyExists`,
		// weed/s3api/s3err of seaweedfs/seaweedfs
		"SeaweedFS": `ExistingObjectIsDirectory ExistingObjectIsFile ErrTooManyRequest ErrRequestBytesExceed NoSuchObjectLegalHold PostPolicyInvalidKeyName`,
		// s3err of versity/versitygw
		"versitygw": `DirectoryObjectContainsData ErrDirectoryNotEmpty InsufficientStorage InvalidChunkSizeError InvalidRedirectLocation MalformedTrailerError ObjectParentIsFile VersioningNotConfigured`,
	}
}

// TestDocumentedCodes: every code that a store documents for data operations leads
// to a cause, which is not the one that is left when nothing is known.
func TestDocumentedCodes(t *testing.T) {
	for store, list := range documented() {
		for code := range strings.FieldsSeq(list) {
			for _, method := range []string{"PUT", "GET"} {
				got := Explain(put(code, "m").as(method))
				if got.Code == Unknown || got.Code == OK || got.Code == WrongSecret && code != "SignatureDoesNotMatch" && code != "InvalidSignature" {
					t.Errorf("%s of %s to %s: got %s", code, store, method, got.Code)
				}
				if got.Code == WrongSecret { // the rest, which has evidence of its own
					continue
				}
				if !strings.Contains(strings.Join(got.Evidence, " "), code) {
					t.Errorf("%s of %s to %s: got the evidence %q, want the code in it", code, store, method, got.Evidence)
				}
			}
		}
	}
}

// TestTablesAgree: no code stands in the table twice, so that the order of its
// rows says nothing.
func TestTablesAgree(t *testing.T) {
	seen := map[string]Code{}
	for _, row := range codes() {
		for code := range strings.FieldsSeq(row.answers) {
			if other, twice := seen[code]; twice {
				t.Errorf("%s is of %s and of %s", code, other, row.code)
			}
			seen[code] = row.code
		}
	}
}
