package uploads_test

import (
	"slices"
	"testing"
)

// mutant is one way of breaking the stack: another value at a path, nil: none.
type mutant struct {
	breaks string
	path   string
	value  any
}

func bucketMutants() []mutant {
	rule := bucket + "BucketEncryption/ServerSideEncryptionConfiguration/0/"
	return []mutant{
		{"public access block off", bucket + "PublicAccessBlockConfiguration", nil},
		{"public ACLs not blocked", bucket + "PublicAccessBlockConfiguration/BlockPublicAcls", false},
		{"site bucket open", "Resources/UploadsSiteBucket/Properties/PublicAccessBlockConfiguration/BlockPublicPolicy", false},
		{"ACLs on", bucket + "OwnershipControls/Rules/0/ObjectOwnership", "ObjectWriter"},
		{"no versions", bucket + "VersioningConfiguration", nil},
		{"bucket deleted with its stack", "Resources/UploadsBucket/DeletionPolicy", "Delete"},
		{"bucket left over by a failed deployment", "Resources/UploadsBucket/DeletionPolicy", "Retain"},
		{"key left over by a failed deployment", "Resources/UploadsLogsKey/DeletionPolicy", "Retain"},
		{"bucket policy deleted with its stack", "Resources/UploadsBucketPolicy/DeletionPolicy", nil},
		{"SSE-S3 instead of SSE-KMS", rule + "ServerSideEncryptionByDefault/SSEAlgorithm", "AES256"},
		{"no bucket key", rule + "BucketKeyEnabled", false},
		{"SSE-C allowed", rule + "BlockedEncryptionTypes", nil},
		{"any origin", bucket + "CorsConfiguration/CorsRules/0/AllowedOrigins", list{"*"}},
		{"any header", bucket + "CorsConfiguration/CorsRules/0/AllowedHeaders", list{"*"}},
		{"ETag hidden", bucket + "CorsConfiguration/CorsRules/0/ExposedHeaders", list{}},
		{"DELETE from pages", bucket + "CorsConfiguration/CorsRules/0/AllowedMethods/0", "DELETE"},
		{"abort rule gone", bucket + "LifecycleConfiguration/Rules/Id=housekeeping/AbortIncompleteMultipartUpload", nil},
		{"lifecycle disabled", bucket + "LifecycleConfiguration/Rules/Id=housekeeping/Status", "Disabled"},
		{"no access logs", bucket + "LoggingConfiguration", nil},
		{"EventBridge off", bucket + "NotificationConfiguration", nil},
		{"no rotation", key + "EnableKeyRotation", false},
		{"key deleted with its stack", "Resources/UploadsKey/DeletionPolicy", "Delete"},
		{"key usable without S3", key + "KeyPolicy/Statement/Sid=UseThroughS3/Condition/StringEquals/kms:ViaService", nil},
		{"account may decrypt", key + "KeyPolicy/Statement/Sid=Administration/Action", "kms:*"},
		{"plain HTTP", denies + "DenyPlainHTTP", nil},
		{"TLS 1.0", denies + "DenyOldTLS/Condition/NumericLessThan/s3:TlsVersion", "1.0"},
		{"SigV2", denies + "DenySigV2", nil},
		{"signatures of a week", denies + "DenyOldSignatures/Condition/NumericGreaterThan/s3:signatureAge", "604800000"},
		{"other key", denies + "DenyOtherKey", nil},
		{"plain uploads denied", denies + "DenyOtherEncryption/Condition/Null", nil},
		{"ACL header", denies + "DenyACL/Effect", nil},
		{"TLS rule for objects alone", denies + "DenyOldTLS/Resource", "${UploadsBucket.Arn}/*"},
		{"everybody reads", denies + "DenyDeleteBucket", map[string]any{"Sid": "DenyDeleteBucket", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "${UploadsBucket.Arn}/*"}},
	}
}

func serviceMutants() []mutant {
	roles := "Resources/UploadsFunctionRole/Properties/Policies/0/PolicyDocument/Statement/"
	return []mutant{
		{"wildcard action", roles + "Sid=Objects/Action", "s3:*"},
		{"whole bucket", roles + "Sid=Objects/Resource", "${UploadsBucket.Arn}/*"},
		{"one action more", roles + "Sid=ListUploads/Action", list{"s3:ListBucketMultipartUploads", "s3:PutBucketPolicy"}},
		{"lists everything", roles + "Sid=ListPrefix/Condition", nil},
		{"decrypts without S3", roles + "Sid=KeyViaS3/Condition", nil},
		{"managed policy", "Resources/UploadsFunctionRole/Properties/ManagedPolicyArns", list{"arn:aws:iam::aws:policy/AmazonS3FullAccess"}},
		{"route without a token", "Resources/UploadsApiPOSTapipresign/Properties/AuthorizationType", "NONE"},
		{"ID tokens are a key", "Resources/UploadsApiPOSTapipresign/Properties/AuthorizationScopes", nil},
		{"route gone", "Resources/UploadsApiGETapifiles", nil},
		{"no throttling", stage + "DefaultRouteSettings", nil},
		{"other environment", function + "Environment/Variables/SIGNET_CONFIG", "{}"},
		{"no new account can deploy", function + "ReservedConcurrentExecutions", 50},
		{"nor with a copying function of its own", copier + "ReservedConcurrentExecutions", 1},
		{"Seoul by way of Virginia", site + "PriceClass", "PriceClass_100"},
		{"a policy of log groups for each stack", "Resources/UploadsApiAccessLogs/Properties/LogGroupName", nil},
		{"access log that the key does not know", "Resources/UploadsLogsKey/Properties/KeyPolicy/Statement/Sid=LogGroups/Condition/ArnLike/kms:EncryptionContext:aws:logs:arn/1", "arn"},
		{"region without logs", "Rules/UploadsRegion/Assertions/0/Assert/Fn::Contains/0", list{"eu-west-1", "ap-east-1"}},
		{"region refused after minutes", "Rules/UploadsRegion", nil},
		{"strong export", "Outputs/BucketName/Export", map[string]any{"Name": "bucket"}},
		{"moves of small logs", audit + "LifecycleConfiguration/TransitionDefaultMinimumObjectSize", "varies_by_storage_class"},
		{"an invitation to nowhere", pool + "AdminCreateUserConfig/InviteMessageTemplate", nil},
		{"sign-up open", pool + "AdminCreateUserConfig/AllowAdminCreateUserOnly", false},
		{"refresh tokens that do not rotate", client + "RefreshTokenRotation", nil},
		{"refresh tokens past their rotation", client + "ExplicitAuthFlows", list{"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}},
		{"client with a secret", client + "GenerateSecret", true},
		{"implicit flow", client + "AllowedOAuthFlows", list{"code", "implicit"}},
		{"site without OAC", site + "Origins/0/OriginAccessControlId", nil},
		{"plain HTTP to the site", site + "DefaultCacheBehavior/ViewerProtocolPolicy", "allow-all"},
		{"answers cached", site + "CacheBehaviors/0/CachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6"},
		{"errors cached", site + "CustomErrorResponses", nil},
		{"a 503 for 10 s", site + "CustomErrorResponses/8/ErrorCachingMinTTL", 10},
		{"scripts from anywhere", headers + "ContentSecurityPolicy/ContentSecurityPolicy", "script-src *"},
		{"index.html cached for a year", remains + "SystemMetadata/cache-control", "public, max-age=31536000, immutable"},
		{"no invalidation", remains + "DistributionId", nil},
		{"no audit", trail + "IsLogging", false},
		{"trail of another bucket", trail + "AdvancedEventSelectors/0/FieldSelectors/Field=resources.ARN/StartsWith", list{"arn:aws:s3:::other/"}},
		{"tag gone", bucket + "Tags/Key=Owner", nil},
	}
}

func threatMutants() []mutant {
	return []mutant{
		{"malware readable", denies + "DenyThreats", nil},
		{"malware of one tag's value readable", denies + "DenyThreats/Condition/StringEquals/s3:ExistingObjectTag~1GuardDutyMalwareScanStatus", "FAILED"},
		{"old versions readable", denies + "DenyThreats/Action", list{"s3:GetObject"}},
		{"quarantine readable", denies + "DenyQuarantine/Effect", "Allow"},
		{"one object of quarantine", denies + "DenyQuarantine/Resource", "${UploadsBucket.Arn}/quarantine/"},
		{"tags taken off", denies + "DenyOtherTaggers/Action/1", "s3:DeleteObjectTagging"},
		{"everybody tags", denies + "DenyOtherTaggers/Condition/ArnNotLike/aws:PrincipalArn", list{"*"}},
		{"other buckets' malware", threat + "EventPattern/detail/s3ObjectDetails", nil},
		{"clean files moved", threat + "EventPattern/detail/scanResultDetails/scanResultStatus/0", "NO_THREATS_FOUND"},
		{"rule off", threat + "State", "DISABLED"},
		{"events lost by the rule", threat + "Targets/0/DeadLetterConfig", nil},
		{"events lost by the function", "Resources/UploadsQuarantine/Properties/DeadLetterConfig", nil},
		{"nobody told", "Resources/UploadsQuarantineFailuresAlarm", nil},
		{"scan before its role is known", "Resources/UploadsMalwareScan/DependsOn", nil},
		{"mover that takes a new account's copies", "Resources/UploadsQuarantine/Properties/ReservedConcurrentExecutions", 5},
		{"slowness of one call", "Resources/UploadsSlowAlarm/Properties/Metrics/Id=p99", nil},
		{"moves anything", "Resources/UploadsQuarantineRole/Properties/Policies/0/PolicyDocument/Statement/Sid=Take/Resource", "${UploadsBucket.Arn}/*"},
	}
}

// TestMutants breaks the stack in one way after the other and wants a check to
// see it. The golden template, which sees every change, is not among them.
func TestMutants(t *testing.T) {
	for stack, mutants := range map[string][]mutant{
		"signet": slices.Concat(bucketMutants(), serviceMutants(), edgeMutants()), "full": slices.Concat(threatMutants(), backupMutants(), firewallMutants()),
		"strict": append(strictMutants(), nameMutants()...), "spaces": spacesMutants(), "told": toldMutants(), "full" + relaySuffix: relayMutants(),
	} {
		breakEach(t, stack, mutants)
	}
}

func breakEach(t *testing.T, stack string, mutants []mutant) {
	t.Helper()
	for _, m := range mutants {
		broken := stacks[stack].clone()
		if before := broken.at(m.path); same(before, m.value) {
			t.Errorf("%s: got %v at %s before it is broken, want another value", m.breaks, before, m.path)
			continue
		}
		broken.set(m.path, m.value)
		if got := broken.at(m.path); !same(got, m.value) && m.value != nil {
			t.Errorf("%s: got %v, want the template broken at %s", m.breaks, got, m.path)
		}
		if !caught(stack, broken) {
			t.Errorf("%s: got no check that fails, want one", m.breaks)
		}
	}
}

func caught(stack string, broken template) bool {
	for _, c := range checks(stack) {
		if len(c.of(stack, broken)) > 0 {
			return true
		}
	}
	return false
}
