package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// CertificateRegion is the one whose certificates CloudFront takes
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html).
const CertificateRegion = "us-east-1"

// certificateOutput is that of the certificate's stack.
const certificateOutput = "CertificateArn"

// edgeZone is the hosted zone of all names of CloudFront's
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-route53-recordset-aliastarget.html).
const edgeZone = "Z2FDTNDATAQYW2"

// CertificateStack is the name of the stack with the certificate of the domain; empty
// where one is configured, or none is needed.
func CertificateStack(config upload.Config) string {
	if d := config.Domain; d == nil || d.Certificate != "" {
		return ""
	}
	return config.Name + "-certificate"
}

// NewCertificate is a stack with the certificate of the domain, in the region where
// CloudFront wants it, whose names the hosted zone proves; nil where none is to be
// made. It comes before the stack of the uploads.
func NewCertificate(app constructs.Construct, config upload.Config) awscdk.Stack {
	name := CertificateStack(config)
	if name == "" {
		return nil
	}
	stack := awscdk.NewStack(app, &name, &awscdk.StackProps{
		Description: jsii.String("Signet: the certificate of " + config.Domain.Name),
		Env:         &awscdk.Environment{Region: jsii.String(CertificateRegion)},
	})
	Tag(stack, config)
	var proofs []any
	for _, host := range hosts(config.Domain) {
		proofs = append(proofs, &awscertificatemanager.CfnCertificate_DomainValidationOptionProperty{DomainName: &host, HostedZoneId: &config.Domain.Zone})
	}
	certificate := awscertificatemanager.NewCfnCertificate(stack, jsii.String("Certificate"), &awscertificatemanager.CfnCertificateProps{
		DomainName: &config.Domain.Name, SubjectAlternativeNames: jsii.Strings(hosts(config.Domain)[1:]...),
		ValidationMethod: jsii.String("DNS"), DomainValidationOptions: proofs,
	})
	output := awscdk.NewCfnOutput(stack, jsii.String(certificateOutput), &awscdk.CfnOutputProps{
		Value: certificate.Ref(), Description: jsii.String("The certificate of " + config.Domain.Name),
	})
	output.OverrideLogicalId(jsii.String(certificateOutput))
	return stack
}

// hosts are the names that a certificate has to be for.
func hosts(d *upload.Domain) []string {
	names := []string{d.Name}
	if d.SignIn != "" {
		names = append(names, d.SignIn)
	}
	return names
}

// newDomainCertificate is the configured certificate, or the other stack's; nil
// without a domain.
func newDomainCertificate(scope constructs.Construct, config upload.Config) awscertificatemanager.ICertificate {
	if config.Domain == nil {
		return nil
	}
	arn := &config.Domain.Certificate
	if name := CertificateStack(config); name != "" {
		// Written out, because CDK's own reference wants both stacks to name their account.
		arn = awscdk.Token_AsString(map[string]any{"Fn::GetStackOutput": map[string]any{
			"StackName": name, "OutputName": certificateOutput, "Region": CertificateRegion,
		}}, nil)
	}
	return awscertificatemanager.Certificate_FromCertificateArn(scope, jsii.String("Certificate"), arn)
}

// newRecords lead the domain to a distribution, by both versions of IP; none where the
// zone is not known.
func newRecords(scope constructs.Construct, d *upload.Domain, to string) []constructs.IDependable {
	if d.Zone == "" {
		return nil
	}
	return []constructs.IDependable{
		newRecord(scope, "Record", d.Zone, d.Name, "A", to), newRecord(scope, "RecordAAAA", d.Zone, d.Name, "AAAA", to),
	}
}

func newRecord(scope constructs.Construct, id, zone, name, kind, to string) awsroute53.CfnRecordSet {
	return awsroute53.NewCfnRecordSet(scope, &id, &awsroute53.CfnRecordSetProps{
		HostedZoneId: &zone, Name: &name, Type: &kind,
		AliasTarget: &awsroute53.CfnRecordSet_AliasTargetProperty{DnsName: &to, HostedZoneId: jsii.String(edgeZone)},
	})
}
