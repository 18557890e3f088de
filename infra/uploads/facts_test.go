package uploads_test

import (
	"fmt"
	"slices"
)

// fact is a value that stands at a path of a template; nil: nothing stands there.
type fact struct {
	path string
	want any
}

const (
	bucket   = "Resources/UploadsBucket/Properties/"
	denies   = "Resources/UploadsBucketPolicy/Properties/PolicyDocument/Statement/Sid="
	role     = "Resources/UploadsFunctionRole/Properties/Policies/0/PolicyDocument/Statement/Sid="
	function = "Resources/UploadsFunction/Properties/"
	key      = "Resources/UploadsKey/Properties/"
	site     = "Resources/UploadsSiteDistribution/Properties/DistributionConfig/"
	pool     = "Resources/UploadsPool/Properties/"
	client   = "Resources/UploadsPoolClient/Properties/"
	audit    = "Resources/UploadsLogs/Properties/"
	stage    = "Resources/UploadsApiStage/Properties/"
	headers  = "Resources/UploadsSiteHeaders/Properties/ResponseHeadersPolicyConfig/SecurityHeadersConfig/"
	hashed   = "Resources/UploadsSiteHashedCustomResource/Properties/"
	remains  = "Resources/UploadsSiteRestCustomResource/Properties/"
	trail    = "Resources/UploadsTrail/Properties/"
	threat   = "Resources/UploadsThreatFound/Properties/"
)

// stackID is what names take of the stack's own id, and logGroup what the ARN of
// a log group begins with.
const (
	stackID  = "${AWS::StackId by /, part 2 by -, part 0}-${AWS::StackId by /, part 2 by -, part 4}"
	logGroup = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"
)

// physical is the upload bucket's name in a template.
func physical(name string) string { return name + "-uploads-" + stackID }

type list = []any

// facts are all that a stack of TestMain must show.
func facts(stack string) []fact {
	switch stack {
	case "signet":
		return slices.Concat(bucketFacts(), policyFacts(), roleFacts(), serviceFacts(), siteFacts(), edgeFacts("uploads/"))
	case "full":
		return slices.Concat(fullFacts(), threatFacts(), edgeFacts("in/box/"))
	case "full" + relaySuffix:
		return relayFacts()
	case "strict":
		return append(strictFacts(), nameFacts()...)
	case "strict" + certificateSuffix:
		return certificateFacts()
	case "spaces":
		return spacesFacts()
	case "bare":
		return append(bareFacts(), fact{site + "CacheBehaviors/1", nil}, fact{site + "Origins/2", nil}, fact{edgeFunction + "FunctionCode", nil})
	case "told":
		return toldFacts()
	}
	return receivedFacts(stack)
}

func checkFacts(stack string, t template) []string {
	var problems []string
	for _, f := range facts(stack) {
		if got := t.at(f.path); !same(got, f.want) {
			problems = append(problems, fmt.Sprintf("%s: got %v, want %v", f.path, got, f.want))
		}
	}
	return problems
}

func bucketFacts() []fact {
	rule := bucket + "BucketEncryption/ServerSideEncryptionConfiguration/0/"
	tidy := bucket + "LifecycleConfiguration/Rules/Id=housekeeping/"
	logs := audit + "LifecycleConfiguration/Rules/Id=logs/"
	return []fact{
		{"Resources/UploadsBucket/DeletionPolicy", "RetainExceptOnCreate"},
		{"Resources/UploadsBucket/UpdateReplacePolicy", "Retain"},
		{"Resources/UploadsBucketPolicy/DeletionPolicy", "RetainExceptOnCreate"},
		{bucket + "BucketName", physical("signet")},
		{bucket + "PublicAccessBlockConfiguration/BlockPublicAcls", true},
		{bucket + "PublicAccessBlockConfiguration/BlockPublicPolicy", true},
		{bucket + "PublicAccessBlockConfiguration/IgnorePublicAcls", true},
		{bucket + "PublicAccessBlockConfiguration/RestrictPublicBuckets", true},
		{bucket + "OwnershipControls/Rules/0/ObjectOwnership", "BucketOwnerEnforced"},
		{bucket + "VersioningConfiguration/Status", "Enabled"},
		{rule + "ServerSideEncryptionByDefault/SSEAlgorithm", "aws:kms"},
		{rule + "ServerSideEncryptionByDefault/KMSMasterKeyID", "${UploadsKey.Arn}"},
		{rule + "BucketKeyEnabled", true},
		{rule + "BlockedEncryptionTypes/EncryptionType", list{"SSE-C"}},
		{bucket + "CorsConfiguration/CorsRules/0/AllowedOrigins", list{"https://${UploadsSiteDistribution.DomainName}"}},
		{bucket + "CorsConfiguration/CorsRules/0/AllowedMethods", list{"GET", "HEAD", "PUT", "POST", "DELETE"}},
		{bucket + "CorsConfiguration/CorsRules/0/AllowedHeaders", list{"content-type", "if-none-match", "range", "x-amz-checksum-crc64nvme", "x-amz-checksum-sha256", "x-amz-meta-*", "x-amz-mp-object-size"}},
		{bucket + "CorsConfiguration/CorsRules/0/ExposedHeaders/0", "ETag"},
		{bucket + "CorsConfiguration/CorsRules/0/ExposedHeaders/1", "x-amz-checksum-crc64nvme"},
		{bucket + "CorsConfiguration/CorsRules/1", nil},
		{tidy + "Status", "Enabled"},
		{tidy + "AbortIncompleteMultipartUpload/DaysAfterInitiation", 2},
		{tidy + "NoncurrentVersionExpiration/NoncurrentDays", 30},
		{tidy + "ExpiredObjectDeleteMarker", true},
		{bucket + "LifecycleConfiguration/Rules/1", nil},
		{bucket + "LoggingConfiguration/DestinationBucketName", "${UploadsLogs}"},
		{bucket + "LoggingConfiguration/LogFilePrefix", "logs/s3/uploads/"},
		{bucket + "NotificationConfiguration/EventBridgeConfiguration/EventBridgeEnabled", true},
		{bucket + "AccelerateConfiguration", nil},
		{logs + "Prefix", "logs/"},
		{logs + "Transitions/0/StorageClass", "GLACIER"},
		{logs + "Transitions/0/TransitionInDays", 30},
		{logs + "ExpirationInDays", 365},
		{audit + "LifecycleConfiguration/TransitionDefaultMinimumObjectSize", "all_storage_classes_128K"},
		{audit + "LifecycleConfiguration/Rules/Id=housekeeping/NoncurrentVersionExpiration/NoncurrentDays", 30}, // logs are gone 30 days after they expire
		{audit + "OwnershipControls/Rules/0/ObjectOwnership", "BucketOwnerEnforced"},
		{key + "EnableKeyRotation", true},
		{key + "PendingWindowInDays", 30},
		{"Resources/UploadsKey/DeletionPolicy", "RetainExceptOnCreate"},
		{"Resources/UploadsKeyAlias/Properties/AliasName", "alias/signet-uploads"},
		{key + "KeyPolicy/Statement/Sid=UseThroughS3/Action", list{"kms:Decrypt", "kms:GenerateDataKey"}},
		{key + "KeyPolicy/Statement/Sid=UseThroughS3/Condition/StringEquals/kms:ViaService", "s3.${AWS::Region}.amazonaws.com"},
		{key + "KeyPolicy/Statement/Sid=UseThroughS3/Condition/StringLike/kms:EncryptionContext:aws:s3:arn",
			list{"arn:${AWS::Partition}:s3:::" + physical("signet"), "arn:${AWS::Partition}:s3:::" + physical("signet") + "/*"}},
	}
}

func policyFacts() []fact {
	both := list{"${UploadsBucket.Arn}", "${UploadsBucket.Arn}/*"}
	facts := []fact{
		{denies + "DenyPlainHTTP/Condition/Bool/aws:SecureTransport", "false"},
		{denies + "DenyOldTLS/Condition/NumericLessThan/s3:TlsVersion", "1.2"},
		{denies + "DenySigV2/Condition/StringEquals/s3:signatureversion", "AWS"},
		{denies + "DenyOldSignatures/Condition/StringEquals/s3:authType", list{"REST-QUERY-STRING", "POST"}},
		{denies + "DenyOldSignatures/Condition/NumericGreaterThan/s3:signatureAge", "1200000"}, // 15 m + 5 m
		{denies + "DenyOtherEncryption/Condition/Null/s3:x-amz-server-side-encryption", "false"},
		{denies + "DenyOtherEncryption/Condition/StringNotEquals/s3:x-amz-server-side-encryption", "aws:kms"},
		{denies + "DenyOtherKey/Condition/Null/s3:x-amz-server-side-encryption-aws-kms-key-id", "false"},
		{denies + "DenyOtherKey/Condition/StringNotEquals/s3:x-amz-server-side-encryption-aws-kms-key-id", "${UploadsKey.Arn}"},
		{denies + "DenySSEC/Condition/Null/s3:x-amz-server-side-encryption-customer-algorithm", "false"},
		{denies + "DenyACL/Condition/Null/s3:x-amz-acl", "false"},
		{denies + "DenyGrantRead/Condition/Null/s3:x-amz-grant-read", "false"},
		{denies + "DenyGrantReadACP/Condition/Null/s3:x-amz-grant-read-acp", "false"},
		{denies + "DenyGrantWrite/Condition/Null/s3:x-amz-grant-write", "false"},
		{denies + "DenyGrantWriteACP/Condition/Null/s3:x-amz-grant-write-acp", "false"},
		{denies + "DenyGrantFullControl/Condition/Null/s3:x-amz-grant-full-control", "false"},
		{denies + "DenyDeleteBucket/Action", "s3:DeleteBucket"},
		{denies + "DenyDeleteBucket/Resource", "${UploadsBucket.Arn}"},
		{denies + "DenyOtherWriters", nil},
	}
	everything := []string{"DenyPlainHTTP", "DenyOldTLS", "DenySigV2", "DenyOldSignatures"}
	puts := []string{"DenyOtherEncryption", "DenyOtherKey", "DenySSEC", "DenyACL", "DenyGrantRead", "DenyGrantReadACP", "DenyGrantWrite", "DenyGrantWriteACP", "DenyGrantFullControl"}
	for _, sid := range everything {
		facts = append(facts, fact{denies + sid + "/Action", "s3:*"}, fact{denies + sid + "/Resource", both})
	}
	for _, sid := range puts {
		facts = append(facts, fact{denies + sid + "/Action", "s3:PutObject"}, fact{denies + sid + "/Resource", both[1]})
	}
	for _, sid := range slices.Concat(everything, puts, []string{"DenyDeleteBucket"}) {
		facts = append(facts, fact{denies + sid + "/Effect", "Deny"}, fact{denies + sid + "/Principal", "*"})
	}
	return facts
}

func roleFacts() []fact {
	return []fact{
		{role + "Objects/Action", list{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject",
			"s3:GetObjectVersion", "s3:ListMultipartUploadParts", "s3:PutObject"}},
		{role + "Objects/Resource", "${UploadsBucket.Arn}/uploads/*"},
		{role + "ListPrefix/Condition/StringLike/s3:prefix", "uploads/*"},
		{role + "ListPrefix/Resource", "${UploadsBucket.Arn}"},
		{role + "ListUploads/Action", "s3:ListBucketMultipartUploads"},
		{role + "KeyViaS3/Action", list{"kms:Decrypt", "kms:GenerateDataKey"}},
		{role + "KeyViaS3/Resource", "${UploadsKey.Arn}"},
		{role + "KeyViaS3/Condition/StringEquals/kms:ViaService", "s3.${AWS::Region}.amazonaws.com"},
		{role + "Logs/Resource", "${UploadsFunctionLogs.Arn}"},
		{"Resources/UploadsFunctionRole/Properties/ManagedPolicyArns", nil},
		{"Resources/UploadsFunctionRole/Properties/AssumeRolePolicyDocument/Statement/0/Principal/Service", "lambda.amazonaws.com"},
		{function + "Runtime", "provided.al2023"},
		{function + "Architectures", list{"arm64"}},
		{function + "Handler", "bootstrap"},
		{function + "MemorySize", 256},
		{function + "Timeout", 29},
		{function + "ReservedConcurrentExecutions", nil}, // concurrency: none
		{site + "PriceClass", "PriceClass_All"},          // priceClass
		{function + "TracingConfig/Mode", "Active"},
		{function + "LoggingConfig/LogFormat", "JSON"},
		{function + "LoggingConfig/LogGroup", "${UploadsFunctionLogs}"},
		{"Resources/UploadsFunctionLogs/Properties/RetentionInDays", 30},
		{"Resources/UploadsFunctionLogs/Properties/KmsKeyId", "${UploadsLogsKey.Arn}"},
		{"Resources/UploadsSiteDeployRole/Properties/ManagedPolicyArns", nil},
	}
}

func serviceFacts() []fact {
	return []fact{
		{stage + "StageName", "$default"},
		{stage + "DefaultRouteSettings/ThrottlingRateLimit", 100},
		{stage + "DefaultRouteSettings/ThrottlingBurstLimit", 200},
		{stage + "AccessLogSettings/DestinationArn", "${UploadsApiAccessLogs.Arn}"},
		{"Resources/UploadsApiAccessLogs/Properties/LogGroupName", "/aws/vendedlogs/signet-api-" + stackID},
		{"Resources/UploadsLogsKey/Properties/KeyPolicy/Statement/Sid=LogGroups/Condition/ArnLike/kms:EncryptionContext:aws:logs:arn",
			list{logGroup + "signet-*", logGroup + "/aws/vendedlogs/signet-api-" + stackID}},
		{"Resources/UploadsApi/Properties/CorsConfiguration", nil},
		{"Resources/UploadsApiTokens/Properties/AuthorizerType", "JWT"},
		{"Resources/UploadsApiTokens/Properties/JwtConfiguration/Issuer", "${UploadsPool.ProviderURL}"},
		{"Resources/UploadsApiTokens/Properties/JwtConfiguration/Audience", list{"${UploadsPoolClient}"}},
		{pool + "AdminCreateUserConfig/AllowAdminCreateUserOnly", true},
		{pool + "MfaConfiguration", "OPTIONAL"},
		{pool + "AdminCreateUserConfig/InviteMessageTemplate/EmailMessage", // says where to sign in
			`<p>Somebody has invited you to upload files at <a href="https://${UploadsSiteDistribution.DomainName}">https://${UploadsSiteDistribution.DomainName}</a>.</p>` +
				`<p>Sign in there as {username} with the password {####} within three days; you then choose your own.</p>`},
		{"Resources/UploadsPoolDomain/Properties/Domain", "login-" + stackID},
		{pool + "EnabledMfas", list{"SOFTWARE_TOKEN_MFA"}},
		{pool + "DeletionProtection", "ACTIVE"},
		{pool + "Policies/PasswordPolicy/MinimumLength", 12},
		{"Resources/UploadsPoolDomain/Properties/ManagedLoginVersion", 2},
		{"Resources/UploadsBranding/Properties/UseCognitoProvidedValues", true},
		{client + "GenerateSecret", false},
		{client + "AllowedOAuthFlows", list{"code"}},
		{client + "ExplicitAuthFlows", list{"ALLOW_CUSTOM_AUTH"}},
		{client + "RefreshTokenRotation/Feature", "ENABLED"},
		{client + "RefreshTokenRotation/RetryGracePeriodSeconds", 60},
		{client + "EnableTokenRevocation", true},
		{client + "AllowedOAuthScopes", list{"openid", "email", "profile"}},
		{client + "CallbackURLs", list{"https://${UploadsSiteDistribution.DomainName}/", "http://localhost:8976/callback"}},
		{client + "LogoutURLs", list{"https://${UploadsSiteDistribution.DomainName}/"}},
		{trail + "IsLogging", true},
		{trail + "EnableLogFileValidation", true},
		{trail + "KMSKeyId", "${UploadsLogsKey.Arn}"},
		{trail + "AdvancedEventSelectors/0/FieldSelectors/Field=eventCategory/Equals", list{"Data"}},
		{trail + "AdvancedEventSelectors/0/FieldSelectors/Field=resources.type/Equals", list{"AWS::S3::Object"}},
		{trail + "AdvancedEventSelectors/0/FieldSelectors/Field=resources.ARN/StartsWith", list{"${UploadsBucket.Arn}/"}},
		{"Resources/UploadsDashboard/Properties/DashboardName", "signet"},
		{"Resources/UploadsAlarmTopic", nil},
		{"Resources/UploadsErrorsAlarm", nil},
		{"Resources/UploadsBudget", nil},
		{"Resources/UploadsMalwareScan", nil},
		{"Resources/UploadsQuarantine", nil},
		{"Resources/UploadsThreatFound", nil},
		{denies + "DenyThreats", nil},
		{denies + "DenyUnscanned", nil},
		{bucket + "ReplicationConfiguration", nil},
		{"Resources/UploadsVault", nil},
		{"Outputs/SiteURL/Value", "https://${UploadsSiteDistribution.DomainName}"},
		{"Outputs/ApiURL/Value", "https://${UploadsSiteDistribution.DomainName}/api"},
		{"Outputs/BucketName/Value", "${UploadsBucket}"},
		{"Outputs/KeyArn/Value", "${UploadsKey.Arn}"},
		{"Outputs/UserPoolId/Value", "${UploadsPool}"},
		{"Outputs/ClientId/Value", "${UploadsPoolClient}"},
		{"Outputs/Issuer/Value", "${UploadsPool.ProviderURL}"},
	}
}

func siteFacts() []fact {
	var errors list
	for _, status := range []int{400, 403, 404, 405, 414, 500, 501, 502, 503, 504} {
		errors = append(errors, map[string]any{"ErrorCachingMinTTL": 0, "ErrorCode": status})
	}
	return []fact{
		{site + "CustomErrorResponses", errors},
		{site + "HttpVersion", "http2and3"},
		{site + "DefaultRootObject", "index.html"},
		{site + "Origins/0/OriginAccessControlId", "${UploadsSiteDistributionOrigin1S3OriginAccessControl.Id}"},
		{site + "Origins/0/S3OriginConfig/OriginAccessIdentity", ""},
		{site + "Origins/1/DomainName", "${UploadsApi}.execute-api.${AWS::Region}.amazonaws.com"},
		{site + "Origins/1/CustomOriginConfig/OriginProtocolPolicy", "https-only"},
		{site + "Origins/1/CustomOriginConfig/OriginSSLProtocols", list{"TLSv1.2"}},
		{site + "DefaultCacheBehavior/ViewerProtocolPolicy", "redirect-to-https"},
		{site + "DefaultCacheBehavior/AllowedMethods", list{"GET", "HEAD"}},
		{site + "DefaultCacheBehavior/ResponseHeadersPolicyId", "${UploadsSiteHeaders}"},
		{site + "CacheBehaviors/0/PathPattern", "/api/*"},
		{site + "CacheBehaviors/0/ViewerProtocolPolicy", "https-only"},
		{site + "CacheBehaviors/0/CachePolicyId", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"},         // CachingDisabled
		{site + "CacheBehaviors/0/OriginRequestPolicyId", "b689b0a8-53d0-40ab-baf2-68738e2966ac"}, // AllViewerExceptHostHeader
		{site + "Logging/Bucket", "${UploadsEdgeLogs.RegionalDomainName}"},
		{site + "Logging/Prefix", "logs/cloudfront/"},
		{site + "Aliases", nil},
		{"Resources/UploadsEdgeLogs/Properties/OwnershipControls/Rules/0/ObjectOwnership", "BucketOwnerPreferred"},
		{headers + "ContentSecurityPolicy/ContentSecurityPolicy", contentPolicy(physical("signet"),
			"https://cognito-idp.${AWS::Region}.amazonaws.com https://login-"+stackID+".auth.${AWS::Region}.amazoncognito.com")},
		{headers + "StrictTransportSecurity/AccessControlMaxAgeSec", 63072000},
		{headers + "StrictTransportSecurity/IncludeSubdomains", false},
		{headers + "FrameOptions/FrameOption", "DENY"},
		{hashed + "SystemMetadata/cache-control", "public, max-age=31536000, immutable"},
		{hashed + "Include", list{"assets/*"}},
		{hashed + "Exclude", list{"*"}},
		{hashed + "Prune", false},
		{remains + "SystemMetadata/cache-control", "no-cache"},
		{remains + "Exclude", list{"assets/*"}},
		{remains + "DistributionPaths", list{"/*"}},
		{remains + "DistributionId", "${UploadsSiteDistribution}"},
	}
}
