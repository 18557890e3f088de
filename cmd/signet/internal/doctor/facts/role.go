package facts

import (
	"context"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"signet/cmd/signet/internal/doctor/policy"
)

// Role is the role that signs.
type Role struct {
	Name, ARN string
	Trust     policy.Document
	// Identity are the role's policies, inline and attached, as one document.
	Identity policy.Document
	// Taken is, for each statement of Identity, the operation of the AWS CLI that
	// takes its policy from the role.
	Taken []string
	// Boundary is nil when the role has none.
	Boundary *policy.Document
}

const roleNeed = "iam:GetRole, iam:ListRolePolicies, iam:GetRolePolicy, iam:ListAttachedRolePolicies, iam:GetPolicy and iam:GetPolicyVersion"

// readRole is not Set when no role was named. Half of a role's policies would
// say little, so that one that cannot be read makes the role unknown.
func readRole(ctx context.Context, c *iam.Client, name string) Fact[Role] {
	if name == "" {
		return Fact[Role]{Need: roleNeed}
	}
	name = name[strings.LastIndex(name, "/")+1:]
	return read(roleNeed, nil, func() (Role, error) {
		out, err := c.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
		if err != nil {
			return Role{}, err
		}
		r := Role{Name: name, ARN: aws.ToString(out.Role.Arn)}
		if r.Trust, err = decoded(out.Role.AssumeRolePolicyDocument); err != nil {
			return r, err
		}
		if b := out.Role.PermissionsBoundary; b != nil {
			d, err := managed(ctx, c, b.PermissionsBoundaryArn)
			if err != nil {
				return r, err
			}
			r.Boundary = &d
		}
		if err := r.inline(ctx, c); err != nil {
			return r, err
		}
		return r, r.attached(ctx, c)
	})
}

func (r *Role) inline(ctx context.Context, c *iam.Client) error {
	pages := iam.NewListRolePoliciesPaginator(c, &iam.ListRolePoliciesInput{RoleName: &r.Name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, name := range page.PolicyNames {
			out, err := c.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &r.Name, PolicyName: &name})
			if err != nil {
				return err
			}
			d, err := decoded(out.PolicyDocument)
			if err != nil {
				return err
			}
			r.add(d, "delete-role-policy --role-name "+r.Name+" --policy-name "+name)
		}
	}
	return nil
}

func (r *Role) add(d policy.Document, taken string) {
	for _, s := range d.Statements {
		r.Identity.Statements, r.Taken = append(r.Identity.Statements, s), append(r.Taken, taken)
	}
}

func (r *Role) attached(ctx context.Context, c *iam.Client) error {
	pages := iam.NewListAttachedRolePoliciesPaginator(c, &iam.ListAttachedRolePoliciesInput{RoleName: &r.Name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.AttachedPolicies {
			d, err := managed(ctx, c, p.PolicyArn)
			if err != nil {
				return err
			}
			r.add(d, "detach-role-policy --role-name "+r.Name+" --policy-arn "+aws.ToString(p.PolicyArn))
		}
	}
	return nil
}

func managed(ctx context.Context, c *iam.Client, arn *string) (policy.Document, error) {
	p, err := c.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: arn})
	if err != nil {
		return policy.Document{}, err
	}
	v, err := c.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: arn, VersionId: p.Policy.DefaultVersionId})
	if err != nil {
		return policy.Document{}, err
	}
	return decoded(v.PolicyVersion.Document)
}

// decoded reads a document as IAM sends it, in URL encoding.
func decoded(text *string) (policy.Document, error) {
	plain, err := url.PathUnescape(aws.ToString(text))
	if err != nil {
		return policy.Document{}, &policyError{err}
	}
	return parsePolicy(plain)
}
