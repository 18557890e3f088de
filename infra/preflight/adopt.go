package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

// adoptLimit is how long an import may take: it makes nothing.
const adoptLimit = 10 * time.Minute

// adopt makes the stack of what the configuration's existing names, by an import of
// CloudFormation's, so that the deployment that follows changes these resources in
// place of making others. A stack that is there has nothing to adopt.
//
// What is imported is declared with its identity, and what can never be changed of
// it, alone: an import changes nothing, and the deployment then sets every other
// property, because none of them is as the import declared it
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html).
func adopt(ctx context.Context, a *account, c upload.Config, assembly string, out io.Writer) error {
	if c.Existing == nil {
		return nil
	}
	there, err := a.find(ctx, c.Name)
	if err != nil || there.there() && there.status != string(types.StackStatusReviewInProgress) {
		return err
	}
	whole, err := readTemplate(filepath.Join(assembly, c.Name+".template.json"))
	if err != nil {
		return err
	}
	policy, err := a.storage.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &c.Existing.Bucket})
	if err != nil {
		return fmt.Errorf("the policy of %s: %w", c.Existing.Bucket, err)
	}
	imports, err := whole.imports(*c.Existing, json.RawMessage(aws.ToString(policy.Policy)))
	if err != nil {
		return err
	}
	if err := a.importAll(ctx, c.Name, whole.Description, imports); err != nil {
		return err
	}
	for _, i := range imports {
		fmt.Fprintf(out, "taken up: %s %s\n", i.Type, i.id())
	}
	return nil
}

// template is what is read of a synthesized one.
type template struct {
	Description string
	Resources   map[string]struct {
		Type       string
		Properties map[string]any
	}
}

func readTemplate(path string) (t template, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return t, fmt.Errorf("got no template, want one: run make synth (%w)", err)
	}
	return t, json.Unmarshal(data, &t)
}

// imported is one resource that an import takes up: under which logical id, by
// which identifier, declared with which properties.
type imported struct {
	Logical, Type string
	Identifier    map[string]string
	Properties    map[string]any
}

func (i imported) id() string {
	for _, v := range i.Identifier {
		return v
	}
	return ""
}

// imports finds, in the template that will be deployed, the resources that existing
// names. The bucket is the one of that name, the policy its, and the key the one
// that encrypts it.
func (t template) imports(e upload.Existing, policy json.RawMessage) ([]imported, error) {
	bucket := t.find("AWS::S3::Bucket", func(p map[string]any) bool { return p["BucketName"] == e.Bucket })
	if bucket == "" {
		return nil, fmt.Errorf("got a template without the bucket %s, want one of this configuration: run make synth with the same CONFIG", e.Bucket)
	}
	of := t.find("AWS::S3::BucketPolicy", func(p map[string]any) bool {
		ref, _ := p["Bucket"].(map[string]any)
		return ref["Ref"] == bucket
	})
	list := []imported{
		{bucket, "AWS::S3::Bucket", map[string]string{"BucketName": e.Bucket}, map[string]any{"BucketName": e.Bucket}},
		{of, "AWS::S3::BucketPolicy", map[string]string{"Bucket": e.Bucket}, map[string]any{"Bucket": e.Bucket, "PolicyDocument": policy}},
		{t.keyOf(bucket), "AWS::KMS::Key", map[string]string{"KeyId": e.Key}, map[string]any{}},
	}
	if e.UserPool != "" {
		pool := t.find("AWS::Cognito::UserPool", func(map[string]any) bool { return true })
		fixed := map[string]any{}
		for _, name := range fixedOfPools() {
			if value, ok := t.Resources[pool].Properties[name]; ok {
				fixed[name] = value
			}
		}
		list = append(list, imported{pool, "AWS::Cognito::UserPool", map[string]string{"UserPoolId": e.UserPool}, fixed})
	}
	for _, i := range list {
		if i.Logical == "" {
			return nil, fmt.Errorf("got a template without %s, want one to take %s up", i.Type, i.id())
		}
	}
	return list, nil
}

// fixedOfPools are the properties of a user pool that are set when it is made and
// never again, so that declaring them later would be to ask for another pool
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html).
func fixedOfPools() []string {
	return []string{"AliasAttributes", "Schema", "UsernameAttributes", "UsernameConfiguration"}
}

func (t template) find(kind string, is func(properties map[string]any) bool) string {
	for id, r := range t.Resources {
		if r.Type == kind && is(r.Properties) {
			return id
		}
	}
	return ""
}

// keyOf is the logical id of the key that encrypts a bucket.
func (t template) keyOf(bucket string) string {
	text, _ := json.Marshal(t.Resources[bucket].Properties["BucketEncryption"])
	var encryption struct {
		ServerSideEncryptionConfiguration []struct {
			ServerSideEncryptionByDefault struct {
				KMSMasterKeyID map[string][]string
			}
		}
	}
	if json.Unmarshal(text, &encryption) != nil {
		return ""
	}
	for _, rule := range encryption.ServerSideEncryptionConfiguration {
		for _, id := range rule.ServerSideEncryptionByDefault.KMSMasterKeyID["Fn::GetAtt"] {
			return id
		}
	}
	return ""
}

// importAll makes a stack of what is taken up, and nothing else yet.
func (a *account) importAll(ctx context.Context, name, description string, imports []imported) error {
	resources := map[string]any{}
	var list []types.ResourceToImport
	for _, i := range imports {
		resources[i.Logical] = map[string]any{"Type": i.Type, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain", "Properties": i.Properties}
		list = append(list, types.ResourceToImport{LogicalResourceId: aws.String(i.Logical), ResourceType: aws.String(i.Type), ResourceIdentifier: i.Identifier})
	}
	body, err := json.Marshal(map[string]any{"Description": description, "Resources": resources})
	if err != nil {
		return err
	}
	change, err := a.formation.CreateChangeSet(ctx, &cloudformation.CreateChangeSetInput{
		StackName: &name, ChangeSetName: aws.String("take-up"), ChangeSetType: types.ChangeSetTypeImport,
		TemplateBody: aws.String(string(body)), ResourcesToImport: list,
	})
	if err != nil {
		return err
	}
	if err := a.importable(ctx, &cloudformation.DescribeChangeSetInput{StackName: &name, ChangeSetName: change.Id}); err != nil {
		return err
	}
	if _, err := a.formation.ExecuteChangeSet(ctx, &cloudformation.ExecuteChangeSetInput{StackName: &name, ChangeSetName: change.Id}); err != nil {
		return err
	}
	return cloudformation.NewStackImportCompleteWaiter(a.formation).Wait(ctx, &cloudformation.DescribeStacksInput{StackName: &name}, adoptLimit)
}

// importable waits for a change set that can be executed, or says why it cannot.
func (a *account) importable(ctx context.Context, change *cloudformation.DescribeChangeSetInput) error {
	waited := cloudformation.NewChangeSetCreateCompleteWaiter(a.formation).Wait(ctx, change, adoptLimit)
	set, err := a.formation.DescribeChangeSet(ctx, change)
	if err != nil {
		return errors.Join(waited, err)
	}
	if set.ExecutionStatus != types.ExecutionStatusAvailable {
		return fmt.Errorf("got an import that cannot be made (%s), want existing to name what is there and in no stack", aws.ToString(set.StatusReason))
	}
	return waited
}

// existingOf is what a configuration has to say to take up what a stack keeps.
func existingOf(kept []resource, bucket string) *upload.Existing {
	e := &upload.Existing{Bucket: bucket}
	for _, k := range kept {
		switch {
		case k.Type == "AWS::KMS::Key" && !strings.HasPrefix(k.Logical, "UploadsLogsKey"):
			e.Key = k.Physical
		case k.Type == "AWS::Cognito::UserPool":
			e.UserPool = k.Physical
		}
	}
	return e
}
