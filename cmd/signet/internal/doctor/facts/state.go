package facts

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// readStateBucket reads what is judged of the bucket that keeps passes and quotas; an
// empty name: there is none.
func readStateBucket(ctx context.Context, c *s3.Client, name, region string) Bucket {
	b := Bucket{Name: name, Region: region}
	if name == "" {
		return b
	}
	b.Block, b.Policy, b.Versioning = readBlock(ctx, c, &name), readPolicy(ctx, c, &name), readVersioning(ctx, c, &name)
	b.Encryption, b.Lifecycle = readEncryption(ctx, c, &name), readLifecycle(ctx, c, &name)
	return b
}

// StackRole is a role of a stack, by what the template calls it.
type StackRole struct {
	Logical string
	Role
}

// readStackRoles reads all roles of a stack. One that cannot be read makes all of them
// unknown: what it may do could be anything.
func readStackRoles(ctx context.Context, c *iam.Client, r resources) Fact[[]StackRole] {
	all := Fact[[]StackRole]{Need: roleNeed, Set: true}
	for _, name := range r.of["AWS::IAM::Role"] {
		one := readRole(ctx, c, name)
		if why, unknown := one.Unknown(); unknown {
			return Fact[[]StackRole]{Need: roleNeed, Trouble: "role " + name + ": " + why, Remedy: one.Remedy}
		}
		all.Value = append(all.Value, StackRole{r.logical[name], one.Value})
	}
	return all
}
