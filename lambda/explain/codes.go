package explain

import "strings"

// coded is the cause that codes tell by themselves.
type coded struct {
	answers    string // codes, separated by blanks
	code       Code
	confidence float64
	elements   string // of the answer, worth quoting
}

// codes lists the codes of S3's data operations as AWS documents them
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), and what
// MinIO, Ceph, R2, B2, GCS, Wasabi, SeaweedFS, versitygw, OSS and COS add to them.
// Those whose cause depends on the request are in judgeClosely.
func codes() []coded {
	return append(codesOfSigning(), codesOfStoring()...)
}

func codesOfSigning() []coded {
	return []coded{
		{"ExpiredToken TokenRefreshRequired ExpiredTokenException RequestExpiredToken TokenCodeInvalidError InvalidSessionException", CredentialsExpired, 0.95, ""},
		{"ExpiredPresignRequest ExpiredRequest RequestExpired", Expired, 0.97, "Expires ServerTime"},
		{"RequestNotReadyYet", NotYetValid, 0.95, ""},
		{"RequestTimeTooSkewed", ClockSkew, 0.98, "RequestTime ServerTime MaxAllowedSkewMilliseconds"},
		{"MaximumExpires", ExpiresTooLong, 0.97, ""},
		{"UnsignedHeaders", HeaderUnsigned, 0.97, "HeadersNotSigned"},
		{"SignatureVersionNotSupported UnsupportedSignature", SigV2, 0.95, ""},
		{"InvalidRegion InvalidRegionName", WrongRegion, 0.95, "Region"},
		{"NegativeExpires MalformedExpires MalformedPresignedDate CredMalformed InvalidQueryParams InvalidQuerySignatureAlgo MalformedDate InvalidDuration", QueryChanged, 0.85, ""},
		{"InvalidAddressingHeader InvalidHostHeader InvalidHostname InvalidAccessPoint InvalidAccessPointAliasError NoSuchAccessPoint NoSuchMultiRegionAccessPoint EndpointNotFound IncorrectEndpoint SecondLevelDomainForbidden PathStyleDomainForbidden InvalidUriHost DomainNotFound", WrongHost, 0.95, "HostId"},
		{"CredentialsNotSupported", HeaderUnsigned, 0.9, ""},
		{"UnknownOperationException UnknownOperation SerializationException", NotS3, 0.9, ""}, // of AWS's services that are not S3
		{"MissingKey InvalidKey UnknownKey", NotS3, 0.93, ""},                                 // CloudFront's own (…/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html)
		{"UnauthorizedAccess UnauthorizedAccessError NotEntitled NotDeviceOwnerError UnexpectedIPError", Permission, 0.9, ""},
		{"AccountProblem AllAccessDisabled NotSignedUp UserSuspended UserProjectAccountProblem UserProjectMissing UserProjectInvalid UserProjectNotFound BillingDisabled InvalidPayer UserDisable OperationNotSupportedInFreeTier InactiveAccount AccountNotActive DeviceNotActiveError", AccountProblem, 0.93, ""},
		{"MissingContentLength MissingSecurityHeader MissingContentMD5 MissingRequestBodyError EmptyRequestBody MissingAttachment", HeaderMissing, 0.93, "MissingHeaderName"},
		{"InvalidEncryptionAlgorithmError MalformedHeaderValue MalformedSecurityHeader InvalidHeader", HeaderChanged, 0.8, "ParameterName"},
		{"PermanentRedirectControlError", RedirectedRegion, 0.95, "Endpoint"},
	}
}

func codesOfStoring() []coded {
	return []coded{
		{"NoSuchBucket InvalidBucketName NotFoundBucket", NoSuchBucket, 0.97, "BucketName"},
		{"NoSuchUpload", NoSuchUpload, 0.98, "UploadId"},
		{"InvalidPart InvalidPartOrder InvalidPartNumber TooManyParts", InvalidPart, 0.97, "PartNumber ETag"},
		{"PreconditionFailed", PreconditionFailed, 0.97, "Condition"},
		{"ConditionalRequestConflict OperationAborted ClientTokenConflict IdempotencyParameterMismatch WriteConflict ConcurrentModification InvalidWriteOffset", RetryConflict, 0.96, "Condition"},
		{"EntityTooLarge MaxMessageLengthExceeded RequestEntityTooLarge InlineDataTooLarge", TooLarge, 0.97, "ProposedSize MaxSizeAllowed"},
		{"MetadataTooLarge RequestHeaderSectionTooLarge", MetadataTooLarge, 0.97, "Size MaxSizeAllowed"},
		{"KeyTooLongError KeyTooLong", KeyTooLong, 0.97, "Size MaxSizeAllowed"},
		{"InvalidURI InvalidObjectName XMinioInvalidObjectName XMinioInvalidResourceName XMinioParentIsObject XMinioObjectExistsAsDirectory ObjectParentIsFile ExistingObjectIsDirectory ExistingObjectIsFile DirectoryObjectContainsData ErrDirectoryNotEmpty InvalidKeyPath", WrongKey, 0.75, ""},
		{"SlowDown SlowDownRead SlowDownWrite ServiceUnavailable TooManyRequests ErrTooManyRequest ErrRequestBytesExceed RequestLimitExceeded Throttling ThrottlingException RequestThrottled BandwidthLimitExceeded Busy QpsLimitExceeded DownloadTrafficRateLimitExceeded ThrottledException RateExceeded", SlowDown, 0.95, ""},
		{"IncompleteBody RequestTimeout UnexpectedEOF ConnectionClosedByRequester ResponseInterrupted MalformedTrailerError InvalidChunkSizeError UnexpectedContent IncompleteSignature", BodyCut, 0.93, ""},
		{"InternalError InternalServerError InternalFailure XMinioServerNotInitialized XMinioBackendDown NotReady ServiceFailure XMinioReadQuorum XMinioWriteQuorum BackendError XMinioObjectTampered ServiceNotReady", ServerError, 0.93, ""},
		{"AccessControlListNotSupported InvalidBucketAclWithObjectOwnership", ACLDisabled, 0.97, ""},
		{"MalformedACLError UnresolvableGrantByEmailAddress AmbiguousGrantByEmailAddress", InvalidRequest, 0.9, ""},
		{"InvalidObjectState RestoreAlreadyInProgress ObjectNotInActiveTierError ObjectAlreadyInActiveTierError GlacierExpeditedRetrievalNotAvailable", ObjectArchived, 0.96, "StorageClass AccessTier"},
		{"ObjectLocked ObjectLockedByBucketPolicy RetentionPolicyNotMet ObjectUnderActiveHold FileImmutable FileAlreadyExists", ObjectLocked, 0.95, ""},
		{"InvalidTag InvalidTagError TagPolicyException MalformedTag TooManyTags", InvalidTag, 0.96, "TagKey TagValue"},
		{"InvalidRange InvalidCopyRange", InvalidRange, 0.97, "RangeRequested ActualObjectSize"},
		{"InvalidStorageClass", InvalidStorageClass, 0.97, ""},
		{"QuotaExceeded XMinioAdminBucketQuotaExceeded XMinioStorageFull InsufficientStorage StorageLimitExceeded InsufficientCapacity TooManyBuckets CapExceeded InsufficientQuota ExceedStorageLimit StorageQuotaExceeded BucketQuotaExceeded", QuotaExceeded, 0.97, ""},
		{"NotImplemented XNotImplemented UnsupportedOperation OperationNotSupported UnsupportedNotification UnsupportedFunction", NotSupported, 0.85, ""},
		{"NoSuchBucketPolicy NoSuchCORSConfiguration NoSuchLifecycleConfiguration NoSuchBucketLifecycle NoSuchTagSet NoSuchTagSetError NoSuchWebsiteConfiguration NoSuchObjectLockConfiguration NoSuchObjectLegalHold " +
			"ObjectLockConfigurationNotFoundError OwnershipControlsNotFoundError ReplicationConfigurationNotFoundError ServerSideEncryptionConfigurationNotFoundError NoSuchPublicAccessBlockConfiguration NoSuchConfiguration NoLoggingStatusForKey VersioningNotConfigured NoSuchAsyncRequest", NotConfigured, 0.97, ""},
		{"BucketAlreadyExists BucketAlreadyOwnedByYou BucketNameUnavailable BucketNotEmpty InvalidBucketState BucketHasAccessPointsAttached IllegalVersioningConfigurationException InvalidLocationConstraint InvalidBucketOwnerAWSAccountID BucketAlreadyOwnedByOther", BucketState, 0.95, ""},
		{"CrcMismatch", BadChecksum, 0.95, ""},
		{"CloudKmsDisabledKey", KMSDisabled, 0.96, ""},
		{"CloudKmsBadKey CloudKmsDecryptionKeyNotFound CloudKmsEncryptionKeyNotFound CloudKmsKeyLocationNotAllowed KeyNotFoundException", KMSDenied, 0.95, ""},
		{"RequestIsNotMultiPartContent", ContentTypeMismatch, 0.7, ""},
		{"InvalidArgument InvalidRequest BadRequest InvalidParameter UnsupportedArgument InvalidPrefixMarker InvalidMaxKeys InvalidCopySource InvalidSOAPRequest InvalidRedirectLocation MalformedPolicy CrossLocationLoggingProhibited InvalidTargetBucketForLogging " +
			"RequestTorrentOfBucketError InvalidLocation XMinioRequestBodyParse InvalidRequestParameter MissingRequiredParameter InvalidHttpMethod UnprocessableEntity InvalidCORSRule InvalidVersionId InvalidKmsKeyId", InvalidRequest, 0.6, "ArgumentName ArgumentValue ParameterName"},
	}
}

// judgeCodes looks the code up. It is false for one that is not listed.
func (f *facts) judgeCodes() bool {
	a := f.answer
	for _, row := range codes() {
		for code := range strings.SplitSeq(row.answers, " ") {
			if !strings.EqualFold(a.code, code) {
				continue
			}
			f.says(row.code, row.confidence, "%s%s", a.said(), f.details(row.elements))
			return true
		}
	}
	return false
}
