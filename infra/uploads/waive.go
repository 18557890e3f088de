package uploads

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// waiver is a finding of cdk-nag (AwsSolutions-…) or checkov (CKV_…) that we
// decided not to fix, and why. It is written into the Metadata of the resource
// that it is about, and POLICY.md lists them all. The check fails on a waiver
// from cdk-nag that waives nothing.
type waiver struct {
	ids    []string
	reason string
	// only are the findings that are meant, such as
	// "Resource::<Bucket.Arn>/uploads/*". Empty: all of the rule's.
	only []string
}

func lastLog() waiver {
	return waiver{ids: []string{"CKV_AWS_18"}, reason: "The last log bucket: logging its own access would log for ever"}
}

func noQueue() waiver {
	return waiver{ids: []string{"CKV_AWS_116"},
		reason: "Whoever calls it hears of a failure: API Gateway at once, CloudFormation as a failed deployment"}
}

func noVPC() waiver {
	return waiver{ids: []string{"CKV_AWS_117"},
		reason: "It reaches nothing but AWS's public endpoints; a VPC would add cost and start-up time and protect nothing"}
}

func plainEnvironment() waiver {
	return waiver{ids: []string{"CKV_AWS_173"}, reason: "The environment holds settings, no secret, and is encrypted with AWS's key"}
}

func providerRuntime() waiver {
	return waiver{ids: []string{"AwsSolutions-L1"}, reason: "CDK's own function: CDK chooses the runtime that it was tested with"}
}

func noResource() waiver {
	return waiver{ids: []string{"AwsSolutions-IAM5"}, only: []string{"Resource::*"}, reason: "X-Ray's actions take no resource"}
}

// runtimeNames is for resources whose names end in what is made at run time.
func runtimeNames(stack awscdk.Stack, resources ...string) waiver {
	var only []string
	for _, r := range resources {
		only = append(only, "Resource::"+plain(stack.Resolve(r)))
	}
	return waiver{ids: []string{"AwsSolutions-IAM5"}, only: only,
		reason: "What comes after is made at run time: keys of uploads, files and assets, GuardDuty's rule"}
}

// plain writes a value of a template as cdk-nag does in its findings: what
// CloudFormation fills in stands between angle brackets.
func plain(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		if ref, ok := v["Ref"].(string); ok {
			return "<" + ref + ">"
		}
		if at, ok := v["Fn::GetAtt"].([]any); ok {
			return fmt.Sprintf("<%v.%v>", at[0], at[1])
		}
		if sub, ok := v["Fn::Sub"].(string); ok {
			return strings.NewReplacer("${", "<", "}", ">").Replace(sub)
		}
		if join, ok := v["Fn::Join"].([]any); ok {
			text := ""
			for _, part := range join[1].([]any) {
				text += plain(part)
			}
			return text
		}
	}
	panic(fmt.Errorf("got the resource %v, want Ref, Fn::GetAtt, Fn::Sub or Fn::Join in it", value))
}

func publicRoute() waiver {
	return waiver{ids: []string{"AwsSolutions-APIG4"}, reason: "Health and the API's description read nothing; " +
		"Companion's calls, for which Uppy sends no token, have a session in their path that the function checks"}
}

func plusPlan() waiver {
	return waiver{ids: []string{"AwsSolutions-COG8"},
		reason: "Threat protection needs Cognito's Plus plan, which costs for each user: the owner's decision"}
}

func mfaChoice() waiver {
	return waiver{ids: []string{"AwsSolutions-COG2"},
		reason: "auth.cognito.mfa is the owner's decision: off, optional (the default) or required"}
}

func noFirewall() waiver {
	return waiver{ids: []string{"AwsSolutions-CFR1", "AwsSolutions-CFR2", "CKV_AWS_68"},
		reason: "Static files, and a throttled API that needs a token: a firewall or a list of countries is the owner's decision, and costs"}
}

func sharedCertificate() waiver {
	return waiver{ids: []string{"AwsSolutions-CFR4", "CKV_AWS_174"},
		reason: "Without a domain the certificate and its TLS policy are CloudFront's own; the field domain sets TLSv1.2_2021"}
}

// waive writes all waivers of a resource into its Metadata, in the forms of
// cdk-nag 2 (rules_to_suppress) and of checkov (skip).
func waive(resource awscdk.CfnResource, waivers ...waiver) {
	var nag, checkov []any
	for _, w := range waivers {
		for _, id := range w.ids {
			if strings.HasPrefix(id, "CKV_") {
				checkov = append(checkov, map[string]any{"id": id, "comment": w.reason})
				continue
			}
			rule := map[string]any{"id": id, "reason": w.reason}
			if len(w.only) > 0 {
				rule["appliesTo"] = w.only
			}
			nag = append(nag, rule)
		}
	}
	if nag != nil {
		resource.AddMetadata(jsii.String("cdk_nag"), map[string]any{"rules_to_suppress": nag})
	}
	if checkov != nil {
		resource.AddMetadata(jsii.String("checkov"), map[string]any{"skip": checkov})
	}
}
