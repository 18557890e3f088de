# What no stack of Signet may be without, whoever composes it. CDK checks these
# at each synthesis, beside its own rules. They are Rego, not Guard, because the
# engine's Guard ignores a missing property where [*] stands in a path and takes
# an existing one for missing where it is an object.
package signet

import rego.v1

diag(id, name, text) := make_diag_at(id, "ERROR", name, "Properties", text)

open_bucket(name) if {
	some setting in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]
	not resolve(name, sprintf("Properties.PublicAccessBlockConfiguration.%s", [setting])) == true
}

violation contains v if {
	some name in resources_of_type("AWS::S3::Bucket")
	open_bucket(name)
	v := diag("SIGNET-001", name, "a bucket must block all public access")
}

violation contains v if {
	some name in resources_of_type("AWS::S3::Bucket")
	not resolve(name, "Properties.VersioningConfiguration.Status") == "Enabled"
	v := diag("SIGNET-002", name, "a bucket must keep versions")
}

encrypted(name) if {
	some rule in resolve(name, "Properties.BucketEncryption.ServerSideEncryptionConfiguration")
	rule.ServerSideEncryptionByDefault.SSEAlgorithm in ["aws:kms", "AES256"]
}

violation contains v if {
	some name in resources_of_type("AWS::S3::Bucket")
	not encrypted(name)
	v := diag("SIGNET-003", name, "a bucket must encrypt")
}

violation contains v if {
	some name in resources_of_type("AWS::S3::Bucket")
	some rule in resolve(name, "Properties.CorsConfiguration.CorsRules")
	some origin in rule.AllowedOrigins
	contains(origin, "*")
	v := diag("SIGNET-004", name, "CORS must name its origins")
}

aborts(name) if {
	some rule in resolve(name, "Properties.LifecycleConfiguration.Rules")
	rule.Status == "Enabled"
	rule.AbortIncompleteMultipartUpload.DaysAfterInitiation > 0
}

violation contains v if {
	some name in resources_of_type("AWS::S3::Bucket")
	not aborts(name)
	v := diag("SIGNET-005", name, "a bucket must abort unfinished uploads, which cost and do not show")
}

kept := {"AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::KMS::Key", "AWS::Cognito::UserPool"}

violation contains v if {
	some type in kept
	some name in resources_of_type(type)
	not input.resources[name].deletionPolicy in {"Retain", "RetainExceptOnCreate"}
	v := diag("SIGNET-006", name, "buckets, their policies, keys and user pools must outlive their stack")
}

violation contains v if {
	some name in resources_of_type("AWS::KMS::Key")
	not resolve(name, "Properties.EnableKeyRotation") == true
	v := diag("SIGNET-007", name, "a key must rotate")
}

violation contains v if {
	some name in resources_of_type("AWS::Lambda::Function")
	not resolve(name, "Properties.TracingConfig.Mode") == "Active"
	v := diag("SIGNET-008", name, "a function must be traced")
}

violation contains v if {
	some name in resources_of_type("AWS::CloudFront::Distribution")
	not input.resources[name].properties.DistributionConfig.Logging.Bucket # which may be another stack's
	v := diag("SIGNET-009", name, "a distribution must log")
}

denies_http(bucket) if {
	some name in resources_of_type("AWS::S3::BucketPolicy")
	policy := input.resources[name].properties
	policy.Bucket["__ref"] == bucket
	some s in policy.PolicyDocument.Statement
	s.Effect == "Deny"
	s.Action == "s3:*"
	s.Condition.Bool["aws:SecureTransport"] == "false"
}

violation contains v if {
	some name in resources_of_type("AWS::S3::Bucket")
	not denies_http(name)
	v := diag("SIGNET-010", name, "a bucket's policy must deny plain HTTP")
}

listed(x) := x if is_array(x)

listed(x) := [x] if is_string(x)

documents(name) := [d | some p in resolve(name, "Properties.Policies"); d := p.PolicyDocument]

violation contains v if {
	some name in resources_of_type("AWS::IAM::Role")
	some document in documents(name)
	some s in document.Statement
	some action in listed(s.Action)
	s.Effect == "Allow"
	contains(action, "*")
	v := diag("SIGNET-011", name, sprintf("a role must name its actions, not %s", [action]))
}

violation contains v if {
	some name in resources_of_type("AWS::IAM::Role")
	count(resolve(name, "Properties.ManagedPolicyArns")) > 0
	v := diag("SIGNET-012", name, "a role must have policies of its own, not managed ones")
}

violation contains v if {
	some name in resources_of_type("AWS::EC2::LaunchTemplate")
	not guarded_metadata(name)
	v := diag("SIGNET-013", name, "a machine must give its credentials by IMDSv2, and one hop far")
}

guarded_metadata(name) if {
	resolve(name, "Properties.LaunchTemplateData.MetadataOptions.HttpTokens") == "required"
	resolve(name, "Properties.LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit") == 1
}

violation contains v if {
	some name in resources_of_type("AWS::EC2::LaunchTemplate")
	not encrypted_volumes(name)
	v := diag("SIGNET-014", name, "a machine's volumes must be encrypted")
}

encrypted_volumes(name) if {
	count(resolve(name, "Properties.LaunchTemplateData.BlockDeviceMappings")) > 0
	every device in resolve(name, "Properties.LaunchTemplateData.BlockDeviceMappings") {
		device.Ebs.Encrypted == true
	}
}

violation contains v if {
	some name in resources_of_type("AWS::EC2::VPCEndpoint")
	not limited_endpoint(name)
	v := diag("SIGNET-015", name, "an endpoint must have a policy that names its actions")
}

limited_endpoint(name) if {
	count(resolve(name, "Properties.PolicyDocument.Statement")) > 0
	every s in resolve(name, "Properties.PolicyDocument.Statement") {
		every action in listed(s.Action) {
			not contains(action, "*")
		}
	}
}

open_to_all(rule) if rule.CidrIp == "0.0.0.0/0"

open_to_all(rule) if rule.CidrIpv6 == "::/0"

violation contains v if {
	some name in resources_of_type("AWS::EC2::SecurityGroup")
	some rule in resolve(name, "Properties.SecurityGroupIngress")
	open_to_all(rule)
	v := diag("SIGNET-016", name, "a security group must say whom it lets in")
}

violation contains v if {
	some name in resources_of_type("AWS::EC2::SecurityGroupIngress")
	open_to_all(input.resources[name].properties)
	v := diag("SIGNET-016", name, "a security group must say whom it lets in")
}
