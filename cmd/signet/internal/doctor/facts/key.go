package facts

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"signet/cmd/signet/internal/doctor/policy"
)

// Key is the KMS key of the bucket's default encryption.
type Key struct {
	ARN      string
	State    string // Enabled, Disabled, PendingDeletion …
	Customer bool   // false: AWS's own
	Imported bool   // its material is not KMS's, so it cannot rotate by itself
	Symmetry string // such as SYMMETRIC_DEFAULT
	Rotates  Fact[bool]
	Policy   Fact[policy.Document]
}

// readKey is not Set when the bucket has no key of KMS.
func readKey(ctx context.Context, c *kms.Client, e Fact[Encryption]) Fact[Key] {
	if e.Trouble != "" {
		return unread[Key]("kms:DescribeKey", "the default encryption is not known ("+e.Trouble+")", e)
	}
	if !e.Set || e.Value.Key == "" {
		return Fact[Key]{Need: "kms:DescribeKey"}
	}
	f := read("kms:DescribeKey", []string{"NotFoundException"}, func() (Key, error) {
		out, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &e.Value.Key})
		if err != nil || out.KeyMetadata == nil {
			return Key{}, err
		}
		m := out.KeyMetadata
		return Key{
			ARN: aws.ToString(m.Arn), State: string(m.KeyState), Customer: m.KeyManager != types.KeyManagerTypeAws,
			Imported: m.Origin == types.OriginTypeExternal, Symmetry: string(m.KeySpec),
		}, nil
	})
	if f.Trouble == "" && !f.Set { // it is named but not there
		f.Value, f.Set = Key{ARN: e.Value.Key, State: "NotFound", Customer: true}, true
		return f
	}
	if f.Set {
		f.Value.Rotates = read("kms:GetKeyRotationStatus", nil, func() (bool, error) {
			out, err := c.GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: &f.Value.ARN})
			if err != nil {
				return false, err
			}
			return out.KeyRotationEnabled, nil
		})
		f.Value.Policy = read("kms:GetKeyPolicy", nil, func() (policy.Document, error) {
			out, err := c.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: &f.Value.ARN, PolicyName: aws.String("default")})
			if err != nil {
				return policy.Document{}, err
			}
			return parsePolicy(aws.ToString(out.Policy))
		})
	}
	return f
}
