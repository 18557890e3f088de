package uploads_test

// fullFacts hold where every option is on: a fact or more for each field of the
// configuration that the stack itself depends on. What only the function reads
// (maxObjectSize, maxFiles, allowedTypes, overwrite) is in checkEnvironment
// and TestSiteConfig.
func fullFacts() []fact {
	rule := bucket + "LifecycleConfiguration/Rules/Id="
	logs := audit + "LifecycleConfiguration/Rules/Id=logs/"
	writers := denies + "DenyOtherWriters/"
	scan := "Resources/UploadsMalwareScan/Properties/"
	budget := "Resources/UploadsBudget/Properties/"
	return append(backupFacts(), []fact{
		{bucket + "BucketName", physical("full")},                                              // name
		{role + "Objects/Resource", "${UploadsBucket.Arn}/in/box/*"},                           // prefix
		{role + "ListPrefix/Condition/StringLike/s3:prefix", "in/box/*"},                       //
		{denies + "DenyOldSignatures/Condition/NumericGreaterThan/s3:signatureAge", "3900000"}, // expires: 1 h + 5 m
		{bucket + "CorsConfiguration/CorsRules/0/AllowedOrigins", // origins, domain
			list{"https://files.example.com", "https://app.example.com", "http://localhost:5173"}}, //
		{"Resources/UploadsApi/Properties/CorsConfiguration/AllowOrigins", //
			list{"https://app.example.com", "http://localhost:5173", "https://files.example.com"}}, //
		{pool + "AdminCreateUserConfig/AllowAdminCreateUserOnly", false},                        // auth.cognito.signUp
		{pool + "MfaConfiguration", "ON"},                                                       // auth.cognito.mfa
		{bucket + "AccelerateConfiguration/AccelerationStatus", "Enabled"},                      // accelerate
		{rule + "housekeeping/AbortIncompleteMultipartUpload/DaysAfterInitiation", 7},           // lifecycle.abort
		{rule + "housekeeping/NoncurrentVersionExpiration/NoncurrentDays", 90},                  // .noncurrent
		{rule + "uploads/Prefix", "in/box/"},                                                    //
		{rule + "uploads/Transitions/0/StorageClass", "GLACIER_IR"},                             // .transition
		{rule + "uploads/Transitions/0/TransitionInDays", 30},                                   //
		{rule + "uploads/ExpirationInDays", 400},                                                // .expire
		{logs + "Transitions/0/TransitionInDays", 60},                                           // .logsTransition
		{logs + "ExpirationInDays", 730},                                                        // .logsExpire
		{bucket + "Tags/Key=Team/Value", "blue"},                                                // tags
		{bucket + "Tags/Key=CostCenter/Value", "4711"},                                          //
		{budget + "Budget/BudgetLimit/Amount", 25},                                              // budget.monthly
		{budget + "NotificationsWithSubscribers/0/Subscribers/0/Address", "money@example.com"},  // budget.address
		{budget + "NotificationsWithSubscribers/1/Notification/NotificationType", "FORECASTED"}, //
		{"Resources/UploadsAlarmTopicopsexamplecom/Properties/Endpoint", "ops@example.com"},     // alarms
		{"Resources/UploadsAlarmTopic/Properties/KmsMasterKeyId", "${UploadsLogsKey.Arn}"},      //
		{"Resources/UploadsAlarmTopicPolicy/Properties/PolicyDocument/Statement/Sid=Alarms/Principal/Service", "cloudwatch.amazonaws.com"},
		{"Resources/UploadsErrorsAlarm/Properties/MetricName", "Errors"},
		{"Resources/UploadsThrottlesAlarm/Properties/MetricName", "Throttles"},
		{"Resources/UploadsSlowAlarm/Properties/Metrics/Expression=IF(calls > 20, p99, 0)/ReturnData", true}, // of enough calls
		{"Resources/UploadsSlowAlarm/Properties/Metrics/Id=p99/MetricStat/Stat", "p99"},
		{"Resources/UploadsServerErrorsAlarm/Properties/MetricName", "5xx"},
		{"Resources/UploadsClientErrorsAlarm/Properties/Metrics/Id=part/MetricStat/Metric/MetricName", "4xx"},
		{"Resources/UploadsKeyAlarm/Properties/Metrics/Id=calls/MetricStat/Metric/Namespace", "AWS/Usage"},
		{scan + "ProtectedResource/S3Bucket/BucketName", "${UploadsBucket}"},  // malwareScan
		{scan + "ProtectedResource/S3Bucket/ObjectPrefixes", list{"in/box/"}}, //
		{scan + "Actions/Tagging/Status", "ENABLED"},                          //
		{scan + "Role", "${UploadsMalwareRole.Arn}"},                          //
		{site + "Aliases", list{"files.example.com"}},                         // domain.name
		{site + "ViewerCertificate/AcmCertificateArn", "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d"},
		{site + "ViewerCertificate/MinimumProtocolVersion", "TLSv1.2_2021"},
		{client + "CallbackURLs/0", "https://files.example.com/"},
		{"Outputs/SiteURL/Value", "https://files.example.com"},
		{"Outputs/DomainTarget", nil},                                                            // with domain.zone the records are made
		{site + "WebACLId", "arn:aws:wafv2:us-east-1:111122223333:global/webacl/files/0a1b2c3d"}, // webAcl
		{calls + "OriginCustomHeaders/0/HeaderName", "X-Signet-Edge"},
		{calls + "OriginCustomHeaders/0/HeaderValue", word},
		{function + "Environment/Variables/SIGNET_EDGE", word},
		{"Resources/UploadsEdgeWord/Properties/GenerateSecretString/PasswordLength", 48},
		{record + "Name", "files.example.com"}, // domain.zone
		{record + "Type", "A"},
		{record + "HostedZoneId", "Z0123456789ABCDEFGHIJ"},
		{record + "AliasTarget/DNSName", "${UploadsSiteDistribution.DomainName}"},
		{"Resources/UploadsSiteRecordAAAA/Properties/Type", "AAAA"},
		{writers + "Condition/ArnNotLike/aws:PrincipalArn", list{ // writers
			"arn:aws:iam::111122223333:role/importer", "${UploadsMalwareRole.Arn}", "${UploadsQuarantineRole.Arn}",
			"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/full-relay", "${UploadsBackupRestoreRole.Arn}", "${UploadsFunctionRole.Arn}"}},
		{writers + "Resource", "${UploadsBucket.Arn}/*"},
		{function + "ReservedConcurrentExecutions", 50}, // concurrency
		{site + "PriceClass", "PriceClass_200"},         // priceClass
	}...)
}

const (
	calls  = site + "Origins/1/"
	word   = "{{resolve:secretsmanager:${UploadsEdgeWord}:SecretString:::}}"
	record = "Resources/UploadsSiteRecord/Properties/"
)

const (
	replica = bucket + "ReplicationConfiguration/Rules/Id=replica/"
	nightly = "Resources/UploadsNightly/Properties/BackupPlan/BackupPlanRule/0/"
)

// backupFacts hold with backup.
func backupFacts() []fact {
	return []fact{
		{bucket + "ReplicationConfiguration/Role", "${UploadsReplicaRole.Arn}"},
		{"Resources/UploadsReplicaRole/Properties/RoleName", "full-replica"}, // the other side names it
		{replica + "Status", "Enabled"},
		{replica + "Filter/Prefix", "in/box/"},
		{replica + "DeleteMarkerReplication/Status", "Disabled"},
		{replica + "SourceSelectionCriteria/SseKmsEncryptedObjects/Status", "Enabled"},
		{replica + "Destination/Bucket", "arn:${AWS::Partition}:s3:::copies"},
		{replica + "Destination/Account", "444455556666"},
		{replica + "Destination/AccessControlTranslation/Owner", "Destination"},
		{replica + "Destination/EncryptionConfiguration/ReplicaKmsKeyID", "arn:aws:kms:eu-central-1:444455556666:key/0a1b2c3d"},
		{replica + "Destination/Metrics/Status", "Enabled"},
		{"Resources/UploadsReplicaAlarm/Properties/MetricName", "OperationsFailedReplication"},
		{"Resources/UploadsVault/DeletionPolicy", "Retain"},
		{"Resources/UploadsVault/Properties/BackupVaultName", "full-" + stackID},
		{nightly + "Lifecycle/DeleteAfterDays", 35},
		{nightly + "TargetBackupVault", "${UploadsVault}"},
		{"Resources/UploadsBackupOf/Properties/BackupSelection/Resources", list{"${UploadsBucket.Arn}"}},
		{"Resources/UploadsBackupOf/Properties/BackupSelection/IamRoleArn", "${UploadsBackupRole.Arn}"},
	}
}

// backupMutants break it.
func backupMutants() []mutant {
	return []mutant{
		{"deletions are copied", replica + "DeleteMarkerReplication/Status", "Enabled"},
		{"what a key encrypts is not copied", replica + "SourceSelectionCriteria", nil},
		{"copies that the other account cannot read", replica + "Destination/AccessControlTranslation", nil},
		{"copies with our key", replica + "Destination/EncryptionConfiguration/ReplicaKmsKeyID", "${UploadsKey.Arn}"},
		{"copying off", replica + "Status", "Disabled"},
		{"a failed copy that nobody hears of", "Resources/UploadsReplicaAlarm", nil},
		{"vault deleted with its stack", "Resources/UploadsVault/DeletionPolicy", "Delete"},
		{"backup of another bucket", "Resources/UploadsBackupOf/Properties/BackupSelection/Resources", list{"*"}},
		{"restoring denied", denies + "DenyOtherWriters/Condition/ArnNotLike/aws:PrincipalArn", list{"${UploadsFunctionRole.Arn}"}},
		{"restoring without tags", denies + "DenyOtherTaggers/Condition/ArnNotLike/aws:PrincipalArn", list{"${UploadsMalwareRole.Arn}", "${UploadsQuarantineRole.Arn}"}},
	}
}

// bareFacts hold where every option is off.
func bareFacts() []fact {
	return []fact{
		{"Resources/UploadsPool", nil}, // auth.issuer
		{"Resources/UploadsPoolClient", nil},
		{"Resources/UploadsApiTokens/Properties/JwtConfiguration/Issuer", "https://id.example.com/realms/main"},
		{"Resources/UploadsApiTokens/Properties/JwtConfiguration/Audience", list{"bare-site", "bare-cli"}}, // auth.audience
		{"Outputs/ClientId/Value", "bare-site"},
		{"Outputs/UserPoolId", nil},
		{"Resources/UploadsTrail", nil},                          // trail
		{stage + "DefaultRouteSettings/ThrottlingRateLimit", 20}, // throttle
		{stage + "DefaultRouteSettings/ThrottlingBurstLimit", 40},
		{"Resources/UploadsAlarmTopic", nil}, // alarms: a topic that is there
		{"Resources/UploadsErrorsAlarm/Properties/AlarmActions", list{"arn:aws:sns:eu-west-1:111122223333:ops"}},
		{"Resources/UploadsLogsKey/Properties/KeyPolicy/Statement/Sid=Alarms", nil},
		{bucket + "BucketName", "bare-kept"}, // existing
		{key + "KeyPolicy/Statement/Sid=UseThroughS3/Condition/StringLike/kms:EncryptionContext:aws:s3:arn",
			list{"arn:${AWS::Partition}:s3:::bare-kept", "arn:${AWS::Partition}:s3:::bare-kept/*"}},
		{"Resources/UploadsLogsKey/Properties/KeyPolicy/Statement/Sid=Trail", nil},
		{audit + "LifecycleConfiguration/Rules/Id=logs/Transitions", nil}, // lifecycle.logsTransition: never
		{audit + "LifecycleConfiguration/Rules/Id=logs/ExpirationInDays", 365},
		{headers + "ContentSecurityPolicy/ContentSecurityPolicy", contentPolicy("bare-kept", "https://id.example.com")},
	}
}

// strictFacts hold with "malwareScan": "strict".
func strictFacts() []fact {
	tag := "/Condition/StringNotEquals/s3:ExistingObjectTag~1GuardDutyMalwareScanStatus"
	readers := list{"arn:aws:iam::111122223333:role/analyst", "${UploadsQuarantineRole.Arn}", "${UploadsMalwareRole.Arn}"}
	return []fact{
		{denies + "DenyUnscannedLinks/Effect", "Deny"},
		{denies + "DenyUnscannedLinks/Action", list{"s3:GetObject", "s3:GetObjectVersion"}},
		{denies + "DenyUnscannedLinks/Resource", "${UploadsBucket.Arn}/uploads/*"},
		{denies + "DenyUnscannedLinks/Condition/StringEquals/s3:authType", "REST-QUERY-STRING"},
		{denies + "DenyUnscannedLinks" + tag, "NO_THREATS_FOUND"},
		{denies + "DenyUnscannedLinks/Condition/ArnNotLike/aws:PrincipalArn", readers},
		{denies + "DenyUnscanned/Effect", "Deny"},
		{denies + "DenyUnscanned/Action", list{"s3:GetObject", "s3:GetObjectVersion"}},
		{denies + "DenyUnscanned" + tag, "NO_THREATS_FOUND"},
		{denies + "DenyUnscanned/Condition/ArnNotLike/aws:PrincipalArn", list{"arn:aws:iam::111122223333:role/analyst",
			"${UploadsMalwareRole.Arn}", "${UploadsQuarantineRole.Arn}", "${UploadsFunctionRole.Arn}"}},
	}
}

// strictMutants break it.
func strictMutants() []mutant {
	return []mutant{
		{"links to what was not scanned", denies + "DenyUnscannedLinks", nil},
		{"what could not be scanned is readable", denies + "DenyUnscannedLinks/Condition/StringNotEquals/s3:ExistingObjectTag~1GuardDutyMalwareScanStatus", "UNSUPPORTED"},
		{"administrators read it", denies + "DenyUnscanned", nil},
		{"the function cannot compare", denies + "DenyUnscanned/Condition/ArnNotLike/aws:PrincipalArn/3", "arn"},
	}
}

// threatFacts hold with malwareScan.
func threatFacts() []fact {
	readers := list{"arn:aws:iam::111122223333:role/analyst", "${UploadsQuarantineRole.Arn}"}
	take := "Resources/UploadsQuarantineRole/Properties/Policies/0/PolicyDocument/Statement/Sid="
	return []fact{
		{threat + "EventPattern/source", list{"aws.guardduty"}},
		{threat + "EventPattern/detail-type", list{"GuardDuty Malware Protection Object Scan Result"}},
		{threat + "EventPattern/detail/s3ObjectDetails/bucketName", list{"${UploadsBucket}"}},
		{threat + "EventPattern/detail/scanResultDetails/scanResultStatus", list{"THREATS_FOUND"}},
		{threat + "State", "ENABLED"},
		{threat + "Targets/0/Arn", "${UploadsQuarantine.Arn}"},
		{threat + "Targets/0/DeadLetterConfig/Arn", "${UploadsQuarantineFailures.Arn}"},
		{"Resources/UploadsQuarantine/Properties/DeadLetterConfig/TargetArn", "${UploadsQuarantineFailures.Arn}"},
		{"Resources/UploadsQuarantine/Properties/Timeout", 900},
		{"Resources/UploadsQuarantine/Properties/Environment", nil},
		{"Resources/UploadsQuarantineFailures/Properties/SqsManagedSseEnabled", true},
		{take + "Take/Action", list{"s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion"}},
		{take + "Take/Resource", "${UploadsBucket.Arn}/in/box/*"},
		{take + "Keep/Resource", "${UploadsBucket.Arn}/quarantine/*"},
		{"Resources/UploadsQuarantineAlarm/Properties/MetricName", "Errors"},
		{"Resources/UploadsQuarantineFailuresAlarm/Properties/MetricName", "ApproximateNumberOfMessagesVisible"},
		{denies + "DenyThreats/Effect", "Deny"},
		{denies + "DenyThreats/Action", list{"s3:GetObject", "s3:GetObjectVersion"}},
		{denies + "DenyThreats/Resource", "${UploadsBucket.Arn}/*"},
		{denies + "DenyThreats/Condition/StringEquals/s3:ExistingObjectTag~1GuardDutyMalwareScanStatus", "THREATS_FOUND"},
		{denies + "DenyThreats/Condition/ArnNotLike/aws:PrincipalArn", readers}, // quarantineReaders
		{denies + "DenyQuarantine/Effect", "Deny"},
		{denies + "DenyQuarantine/Action", list{"s3:GetObject", "s3:GetObjectVersion"}},
		{denies + "DenyQuarantine/Resource", "${UploadsBucket.Arn}/quarantine/*"},
		{denies + "DenyQuarantine/Condition/ArnNotLike/aws:PrincipalArn", readers},
		{denies + "DenyOtherTaggers/Effect", "Deny"},
		{denies + "DenyOtherTaggers/Action", list{"s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging", "s3:PutObjectTagging", "s3:PutObjectVersionTagging"}},
		{denies + "DenyOtherTaggers/Condition/ArnNotLike/aws:PrincipalArn", list{"${UploadsMalwareRole.Arn}", "${UploadsQuarantineRole.Arn}", "${UploadsBackupRestoreRole.Arn}"}},
		{remains + "Exclude", list{"assets/*", "relay/jwks.json"}}, // relay
		{"Resources/UploadsLogsPolicy/Properties/PolicyDocument/Statement/Sid=LoadBalancerLogs/Principal/Service", "logdelivery.elasticloadbalancing.amazonaws.com"},
	}
}
