package waive

// The decisions that hold for resources of several constructs.

// NoVPC is for functions.
func NoVPC() Waiver {
	return Waiver{IDs: []string{"CKV_AWS_117"},
		Reason: "It reaches nothing but AWS's public endpoints; a VPC would add cost and start-up time and protect nothing"}
}

// SharedConcurrency is for functions without copies of their own.
func SharedConcurrency() Waiver {
	return Waiver{IDs: []string{"CKV_AWS_115"},
		Reason: "A new account has ten copies of functions, none of which can be reserved; the field concurrency reserves some for the one that signs"}
}

// PlainEnvironment is for functions.
func PlainEnvironment() Waiver {
	return Waiver{IDs: []string{"CKV_AWS_173"},
		Reason: "The environment holds settings and, with webAcl, the word that tells CloudFront from others, which opens nothing; it is encrypted with AWS's key"}
}

// ProviderRuntime is for functions that come with the CDK.
func ProviderRuntime() Waiver {
	return Waiver{IDs: []string{"AwsSolutions-L1"}, Reason: "CDK's own function: CDK chooses the runtime that it was tested with"}
}

// NoResource is for roles that send traces.
func NoResource() Waiver {
	return Waiver{IDs: []string{"AwsSolutions-IAM5"}, Only: []string{"Resource::*"}, Reason: "X-Ray's actions take no resource"}
}

// SharedCertificate is for distributions under a name of CloudFront's own.
func SharedCertificate() Waiver {
	return Waiver{IDs: []string{"AwsSolutions-CFR4", "CKV_AWS_174"},
		Reason: "Without a domain the certificate and its TLS policy are CloudFront's own; the field domain sets TLSv1.2_2021"}
}

// NoQueue is for functions whose caller waits for them.
func NoQueue() Waiver {
	return Waiver{IDs: []string{"CKV_AWS_116"},
		Reason: "Whoever calls it hears of a failure: API Gateway at once, CloudFormation as a failed deployment, a queue that keeps what failed"}
}
