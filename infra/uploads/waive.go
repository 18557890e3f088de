package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"

	"signet/infra/waive"
	"signet/lambda/upload"
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
		"Companion's calls, for which Uppy sends no token, have a session in their path that the function checks, as it does the pass of a guest's"}
}

func plusPlan() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-COG8"},
		Reason: "Threat protection needs Cognito's Plus plan, which costs for each user: the owner's decision"}
}

func mfaChoice() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-COG2"},
		Reason: "auth.cognito.mfa is the owner's decision: off, optional (the default) or required"}
}

// openDoor is for distributions, which have no list of countries and, without the
// field webAcl, no firewall.
func openDoor(config upload.Config) []waive.Waiver {
	if config.WebACL != "" {
		return []waive.Waiver{{IDs: []string{"AwsSolutions-CFR1"}, Reason: "A list of countries is the owner's decision, and his web ACL's to make"}}
	}
	return []waive.Waiver{{IDs: []string{"AwsSolutions-CFR1", "AwsSolutions-CFR2", "CKV_AWS_68"},
		Reason: "Static files, and a throttled API that needs a token: a firewall or a list of countries is the owner's decision, and costs"}}
}

func fixedWord() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-SMG4", "CKV_AWS_149"},
		Reason: "It tells CloudFront from others and opens nothing by itself: a token is asked for besides. Two programs have it from CloudFormation alone, so a deployment would have to follow each rotation"}
}

func copiedNames() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-IAM5"}, Reason: "Keys of uploads are made at run time, nothing outside the prefix; the bucket stands by its computed name"}
}

func backupNames() waive.Waiver {
	return waive.Waiver{IDs: []string{"AwsSolutions-IAM5", "CKV_AWS_111"},
		Reason: "A backup is of the whole bucket; AWS makes the rule's name, and two of its actions take no resource"}
}

func vaultKey() waive.Waiver {
	return waive.Waiver{IDs: []string{"CKV_AWS_166"},
		Reason: "AWS's own key for backups encrypts it: the uploads' key opens for S3 alone, and a third one would cost more than it keeps"}
}

func queueKey() waive.Waiver {
	return waive.Waiver{IDs: []string{"CKV_AWS_27"}, Reason: "SQS encrypts it with a key of its own, which the rule does not know of"}
}
