package facts

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/policy"
)

// Bucket is a bucket's settings.
type Bucket struct {
	Name, Region string
	Block        Fact[Block]
	Ownership    Fact[string] // BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter
	ACL          Fact[ACL]
	Policy       Fact[policy.Document]
	Versioning   Fact[Versioning]
	Lock         Fact[Lock]
	Encryption   Fact[Encryption]
	CORS         Fact[[]types.CORSRule]
	Lifecycle    Fact[[]types.LifecycleRule]
	Logging      Fact[types.LoggingEnabled]
	Events       Fact[Events]
	Tags         Fact[map[string]string]
	Website      Fact[string] // what it serves
	Replication  Fact[[]types.ReplicationRule]
	Inventory    Fact[[]types.InventoryConfiguration]
	Acceleration Fact[bool]
	Payer        Fact[string] // BucketOwner or Requester
	// Roots are the first segments of all keys, each with its slash.
	Roots Fact[[]string]
}

// Block is S3's public access block.
type Block struct{ BlockAcls, IgnoreAcls, BlockPolicy, Restrict bool }

// ACL is the owner's canonical id and the grants.
type ACL struct {
	Owner  string
	Grants []types.Grant
}

// Versioning is Enabled, Suspended or, when it was never on, empty.
type Versioning struct {
	Status    string
	MFADelete bool
}

// Lock is Object Lock.
type Lock struct {
	Enabled bool
	// Mode of the default retention, GOVERNANCE or COMPLIANCE; empty: there is none.
	Mode string
	// Days of it, a year being 365.
	Days int32
}

// Encryption is the default for new objects.
type Encryption struct {
	Algorithm string // AES256, aws:kms or aws:kms:dsse
	Key       string // as it is written there; empty: AWS's own
	BucketKey bool
	Blocked   []string // such as SSE-C
}

// Events is who hears of new objects.
type Events struct {
	EventBridge bool
	Targets     []string // ARNs of functions, queues and topics
}

// None says whether nobody does.
func (e Events) None() bool { return !e.EventBridge && len(e.Targets) == 0 }

// readBucket reads all settings at the same time.
func readBucket(ctx context.Context, c *s3.Client, name, region string) Bucket {
	b := Bucket{Name: name, Region: region}
	n := aws.String(name)
	var group sync.WaitGroup
	for _, one := range []func(){
		func() { b.Block = readBlock(ctx, c, n) },
		func() { b.Ownership = readOwnership(ctx, c, n) },
		func() { b.ACL = readACL(ctx, c, n) },
		func() { b.Policy = readPolicy(ctx, c, n) },
		func() { b.Versioning = readVersioning(ctx, c, n) },
		func() { b.Lock = readLock(ctx, c, n) },
		func() { b.Encryption = readEncryption(ctx, c, n) },
		func() { b.CORS = readCORS(ctx, c, n) },
		func() { b.Lifecycle = readLifecycle(ctx, c, n) },
		func() { b.Logging = readLogging(ctx, c, n) },
		func() { b.Events = readEvents(ctx, c, n) },
		func() { b.Tags = readTags(ctx, c, n) },
		func() { b.Website = readWebsite(ctx, c, n) },
		func() { b.Replication = readReplication(ctx, c, n) },
		func() { b.Inventory = readInventory(ctx, c, n) },
		func() { b.Acceleration = readAcceleration(ctx, c, n) },
		func() { b.Payer = readPayer(ctx, c, n) },
		func() { b.Roots = readRoots(ctx, c, n) },
	} {
		group.Go(one)
	}
	group.Wait()
	return b
}

// readRoots asks for one page, which has a thousand.
func readRoots(ctx context.Context, c *s3.Client, n *string) Fact[[]string] {
	return read("s3:ListBucket", nil, func() ([]string, error) {
		out, err := c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: n, Delimiter: aws.String("/"), EncodingType: types.EncodingTypeUrl})
		if err != nil {
			return nil, err
		}
		var roots []string
		for _, p := range out.CommonPrefixes {
			root, err := Plain(out.EncodingType, p.Prefix)
			if err != nil {
				return nil, err
			}
			roots = append(roots, root)
		}
		return roots, nil
	})
}

// readLogBucket reads what is judged of the bucket that the access log goes to.
func readLogBucket(ctx context.Context, c *s3.Client, name, region string) Bucket {
	n := &name
	return Bucket{
		Name: name, Region: region, Block: readBlock(ctx, c, n), ACL: readACL(ctx, c, n), Policy: readPolicy(ctx, c, n),
		Encryption: readEncryption(ctx, c, n), Lifecycle: readLifecycle(ctx, c, n), Logging: readLogging(ctx, c, n),
	}
}

func readBlock(ctx context.Context, c *s3.Client, name *string) Fact[Block] {
	return read("s3:GetBucketPublicAccessBlock", []string{"NoSuchPublicAccessBlockConfiguration"}, func() (Block, error) {
		out, err := c.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: name})
		if err != nil || out.PublicAccessBlockConfiguration == nil {
			return Block{}, err
		}
		p := out.PublicAccessBlockConfiguration
		return Block{aws.ToBool(p.BlockPublicAcls), aws.ToBool(p.IgnorePublicAcls), aws.ToBool(p.BlockPublicPolicy), aws.ToBool(p.RestrictPublicBuckets)}, nil
	})
}

func readOwnership(ctx context.Context, c *s3.Client, name *string) Fact[string] {
	return read("s3:GetBucketOwnershipControls", []string{"OwnershipControlsNotFoundError"}, func() (string, error) {
		out, err := c.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: name})
		if err != nil || out.OwnershipControls == nil || len(out.OwnershipControls.Rules) == 0 {
			return "", err
		}
		return string(out.OwnershipControls.Rules[0].ObjectOwnership), nil
	})
}

func readACL(ctx context.Context, c *s3.Client, name *string) Fact[ACL] {
	return read("s3:GetBucketAcl", nil, func() (ACL, error) {
		out, err := c.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: name})
		if err != nil {
			return ACL{}, err
		}
		acl := ACL{Grants: out.Grants}
		if out.Owner != nil {
			acl.Owner = aws.ToString(out.Owner.ID)
		}
		return acl, nil
	})
}

func readPolicy(ctx context.Context, c *s3.Client, name *string) Fact[policy.Document] {
	return read("s3:GetBucketPolicy", []string{"NoSuchBucketPolicy"}, func() (policy.Document, error) {
		out, err := c.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: name})
		if err != nil {
			return policy.Document{}, err
		}
		return parsePolicy(aws.ToString(out.Policy))
	})
}

func readVersioning(ctx context.Context, c *s3.Client, name *string) Fact[Versioning] {
	return read("s3:GetBucketVersioning", nil, func() (Versioning, error) {
		out, err := c.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: name})
		if err != nil {
			return Versioning{}, err
		}
		return Versioning{string(out.Status), out.MFADelete == types.MFADeleteStatusEnabled}, nil
	})
}

func readLock(ctx context.Context, c *s3.Client, name *string) Fact[Lock] {
	return read("s3:GetBucketObjectLockConfiguration", []string{"ObjectLockConfigurationNotFoundError"}, func() (Lock, error) {
		out, err := c.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: name})
		if err != nil || out.ObjectLockConfiguration == nil {
			return Lock{}, err
		}
		l := Lock{Enabled: out.ObjectLockConfiguration.ObjectLockEnabled == types.ObjectLockEnabledEnabled}
		if r := out.ObjectLockConfiguration.Rule; r != nil && r.DefaultRetention != nil {
			l.Mode, l.Days = string(r.DefaultRetention.Mode), aws.ToInt32(r.DefaultRetention.Days)+365*aws.ToInt32(r.DefaultRetention.Years)
		}
		return l, nil
	})
}

func readEncryption(ctx context.Context, c *s3.Client, name *string) Fact[Encryption] {
	return read("s3:GetEncryptionConfiguration", []string{"ServerSideEncryptionConfigurationNotFoundError"}, func() (Encryption, error) {
		out, err := c.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: name})
		if err != nil || out.ServerSideEncryptionConfiguration == nil || len(out.ServerSideEncryptionConfiguration.Rules) == 0 {
			return Encryption{}, err
		}
		rule := out.ServerSideEncryptionConfiguration.Rules[0]
		e := Encryption{BucketKey: aws.ToBool(rule.BucketKeyEnabled)}
		if d := rule.ApplyServerSideEncryptionByDefault; d != nil {
			e.Algorithm, e.Key = string(d.SSEAlgorithm), aws.ToString(d.KMSMasterKeyID)
		}
		if rule.BlockedEncryptionTypes != nil {
			for _, t := range rule.BlockedEncryptionTypes.EncryptionType {
				e.Blocked = append(e.Blocked, string(t))
			}
		}
		return e, nil
	})
}
