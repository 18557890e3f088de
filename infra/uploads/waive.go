package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"

	"signet/infra/waive"
)

// The decisions not to fix what a checker finds in this stack.

func lastLog() waive.Waiver {
	return waive.Waiver{IDs: []string{"CKV_AWS_18"}, Reason: "The last log bucket: logging its own access would log for ever"}
}

// runtimeNames is for resources whose names end in what is made at run time.
func runtimeNames(stack awscdk.Stack, resources ...string) waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-IAM5"}, Only: waive.Resources(stack, resources...),
		Reason: "What comes after is made at run time: keys of uploads, files and assets, GuardDuty's rule"}
}

func publicRoute() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-APIG4"}, Reason: "Health and the API's description read nothing; " +
		"Companion's calls, for which Uppy sends no token, have a session in their path that the function checks"}
}

func plusPlan() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-COG8"},
		Reason: "Threat protection needs Cognito's Plus plan, which costs for each user: the owner's decision"}
}

func mfaChoice() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-COG2"},
		Reason: "auth.cognito.mfa is the owner's decision: off, optional (the default) or required"}
}

func noFirewall() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-CFR1", "AwsSolutions-CFR2", "CKV_AWS_68"},
		Reason: "Static files, and a throttled API that needs a token: a firewall or a list of countries is the owner's decision, and costs"}
}

func queueKey() waive.Waiver {
	return waive.Waiver{IDs: []string{"CKV_AWS_27"}, Reason: "SQS encrypts it with a key of its own, which the rule does not know of"}
}
