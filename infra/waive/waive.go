// Package waive writes down which findings of a checker are left as they are,
// and why: beside the resource that each is about.
package waive

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// Waiver is a finding of cdk-nag (AwsSolutions-…) or checkov (CKV_…) that we
// decided not to fix, and why. It is written into the Metadata of the resource
// that it is about, and POLICY.md lists them all. The check fails on a waiver
// from cdk-nag that waives nothing.
type Waiver struct {
	IDs    []string
	Reason string
	// Only are the findings that are meant, such as
	// "Resource::<Bucket.Arn>/uploads/*". Empty: all of the rule's.
	Only []string
}

// On writes all waivers of a resource into its Metadata, in the forms of
// cdk-nag 2 (rules_to_suppress) and of checkov (skip).
func On(resource awscdk.CfnResource, waivers ...Waiver) {
	var nag, checkov []any
	for _, w := range waivers {
		for _, id := range w.IDs {
			if strings.HasPrefix(id, "CKV_") {
				checkov = append(checkov, map[string]any{"id": id, "comment": w.Reason})
				continue
			}
			rule := map[string]any{"id": id, "reason": w.Reason}
			if len(w.Only) > 0 {
				rule["appliesTo"] = w.Only
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

// Resources are findings about resources that a policy names, for [Waiver.Only].
func Resources(stack awscdk.Stack, resources ...string) []string {
	var only []string
	for _, r := range resources {
		only = append(only, "Resource::"+plain(stack.Resolve(r)))
	}
	return only
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
		if from, ok := v["Fn::GetStackOutput"].(map[string]any); ok {
			return fmt.Sprintf("<%v>", from["OutputName"])
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
	panic(fmt.Errorf("got the resource %v, want Ref, Fn::GetAtt, Fn::Sub, Fn::GetStackOutput or Fn::Join in it", value))
}
