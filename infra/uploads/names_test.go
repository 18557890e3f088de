package uploads_test

// What is under the owner's own names, as "strict" has it: in a zone of Route 53, with
// a certificate of another region's stack, and with mails of SES.

const login = "Resources/UploadsPoolDomain/Properties/"

// certificateFacts hold for the certificate's stack.
func certificateFacts() []fact {
	certificate := "Resources/Certificate/Properties/"
	return []fact{
		{certificate + "DomainName", "files.example.com"},
		{certificate + "SubjectAlternativeNames", list{"login.files.example.com"}},
		{certificate + "ValidationMethod", "DNS"},
		{certificate + "DomainValidationOptions", list{
			map[string]any{"DomainName": "files.example.com", "HostedZoneId": "Z0123456789ABCDEFGHIJ"},
			map[string]any{"DomainName": "login.files.example.com", "HostedZoneId": "Z0123456789ABCDEFGHIJ"},
		}},
		{"Outputs/CertificateArn/Value", "${Certificate}"},
	}
}

// nameFacts hold with domain.zone, domain.signIn and auth.cognito.sender.
func nameFacts() []fact {
	record := "Resources/UploadsPoolDomainRecord/Properties/"
	return []fact{
		{site + "ViewerCertificate/AcmCertificateArn", "${Certificate}"}, // of the other stack
		{site + "Aliases", list{"files.example.com"}},
		{"Resources/UploadsSiteRecord/Properties/Name", "files.example.com"},
		{"Outputs/DomainTarget", nil},
		{"Outputs/SignInTarget", nil},
		{login + "Domain", "login.files.example.com"},
		{login + "CustomDomainConfig/CertificateArn", "${Certificate}"},
		{record + "Name", "login.files.example.com"},
		{record + "AliasTarget/DNSName", "${UploadsPoolDomain.CloudFrontDistribution}"},
		{record + "AliasTarget/HostedZoneId", "Z2FDTNDATAQYW2"},
		{pool + "EmailConfiguration", map[string]any{"EmailSendingAccount": "DEVELOPER", "From": "Files <files@example.com>",
			"SourceArn": "arn:aws:ses:eu-west-1:111122223333:identity/example.com"}},
		{headers + "ContentSecurityPolicy/ContentSecurityPolicy", contentPolicy(physical("strict"), "https://cognito-idp.${AWS::Region}.amazonaws.com https://login.files.example.com")},
	}
}

// nameMutants break it.
func nameMutants() []mutant {
	return []mutant{
		{"a name that leads nowhere", "Resources/UploadsSiteRecord", nil},
		{"sign-in at a name that leads nowhere", "Resources/UploadsPoolDomainRecord", nil},
		{"sign-in before its parent leads somewhere", "Resources/UploadsPoolDomain/DependsOn", nil},
		{"a page that may not sign in", headers + "ContentSecurityPolicy/ContentSecurityPolicy", "default-src 'none'"},
		{"mails that Cognito sends", pool + "EmailConfiguration", nil},
		{"a certificate of no stack", site + "ViewerCertificate/AcmCertificateArn", "arn:aws:acm:us-east-1:111122223333:certificate/other"},
	}
}

// firewallMutants break what "full" has with webAcl.
func firewallMutants() []mutant {
	return []mutant{
		{"a site without its firewall", site + "WebACLId", nil},
		{"a function that does not ask", function + "Environment/Variables/SIGNET_EDGE", nil},
		{"CloudFront without the word", calls + "OriginCustomHeaders", nil},
		{"a word that everybody knows", "Resources/UploadsEdgeWord/Properties/GenerateSecretString", nil},
	}
}

// contentPolicy is the page's content security policy in a template.
func contentPolicy(bucket, connect string) string {
	storage := "https://" + bucket + ".s3.${AWS::Region}.amazonaws.com"
	return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob: data: " + storage +
		"; media-src blob: " + storage + "; frame-src " + storage + "; worker-src 'self'; manifest-src 'self'; connect-src 'self' " + storage + " " + connect +
		"; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; upgrade-insecure-requests"
}
