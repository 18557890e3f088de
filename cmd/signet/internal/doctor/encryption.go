package doctor

import (
	"slices"
	"strconv"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
)

const (
	// fixEncryption makes a key, unless one is given: the one that is set is wrong.
	fixEncryption = "aws s3api put-bucket-encryption --bucket BUCKET --server-side-encryption-configuration " +
		`'{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"'"$(aws kms create-key --region REGION --query KeyMetadata.Arn --output text)"'"},"BucketKeyEnabled":true}]}' # or the ARN of a key that is there`
	sseHeader = "s3:x-amz-server-side-encryption"
	keyHeader = "s3:x-amz-server-side-encryption-aws-kms-key-id"
	ssecKey   = "s3:x-amz-server-side-encryption-customer-algorithm"
)

// encryptionChecks are about the default, its key, and what a request can ask
// for instead.
func encryptionChecks() []Check {
	check := func(id, title, why, fix string, severity Severity, judge func(*facts.Facts) Finding, pick func(*facts.Facts) facts.Unknowable, more ...func(*facts.Facts) facts.Unknowable) Check {
		return Check{ID: id, Title: title, Group: encryption, Severity: severity, Why: why, Fix: fix, Reads: reads(pick, more...), Judge: judge}
	}
	return []Check{
		check("default-kms", "Objects are encrypted with KMS by default", "without it whoever may read the object may read its content: no second lock, no trace of use", fixEncryption, High, defaultKMS, theEncryption),
		check("customer-key", "The key is a customer's, named by the bucket", "AWS's own key has a policy that nobody can change, and cannot be used from another account or taken away", fixEncryption, High, customerKey, theEncryption, theKey),
		check("bucket-key", "The bucket key is on", "each object costs a request to KMS: money, and uploads that are throttled", editEncryption(".BucketKeyEnabled = true"), Medium, func(f *facts.Facts) Finding {
			switch e := f.Bucket.Encryption.Value; {
			case !strings.HasPrefix(e.Algorithm, "aws:kms"):
				return skip("the default encryption does not use KMS")
			case e.Algorithm == "aws:kms:dsse":
				return skip("S3 has no bucket key for aws:kms:dsse")
			case !e.BucketKey:
				return fail("the bucket key is off")
			}
			return pass("the bucket key is on")
		}, theEncryption),
		check("key-enabled", "The key is enabled", "uploads and downloads fail; a key that is deleted takes every object with it", "aws kms cancel-key-deletion --key-id KEY; aws kms enable-key --key-id KEY", Critical, keyEnabled, theKey),
		check("key-usable", "The key's policy lets uploads use it", "every upload and every download gets 403",
			editKey(`.Statement += [{"Sid":"UseThroughS3","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::ACCOUNT:root"},"Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":"*","Condition":{"StringEquals":{"kms:CallerAccount":"ACCOUNT","kms:ViaService":"s3.REGION.amazonaws.com"}}}]`), High, keyUsable, theKey, theAccount),
		check("key-rotation", "The key rotates", "one key for ever: what leaks once opens everything", "aws kms enable-key-rotation --key-id KEY", Medium, keyRotation, theKey),
		check("key-region", "The key is in the bucket's region", "S3 refuses every upload", fixEncryption, High, keyRegion, theKey),
		check("key-policy", "The key's policy lets in nobody from outside", "strangers can open what they get hold of, or switch the key off",
			editKey(dropStatement), Critical, keyPolicy, theKey, theAccount),
		check("key-wide", "The key's policy gives nobody of the account more than they need", "whoever uses the key can also change its policy, or have a service use it for strangers", editKey(dropStatement), Medium, keyWide, theKey, theAccount),
		check("other-encryption", "Requests for another encryption are denied", "a client can choose an encryption without your key, and lock nothing", fixPolicy(denyPut("DenyOtherEncryption",
			`{"Null":{"s3:x-amz-server-side-encryption":"false"},"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}`)), Medium, otherEncryption, thePolicy, theAccount),
		check("other-key", "Requests for another key are denied", "a client can encrypt with a key of its own account, and take the object hostage", fixPolicy(denyPut("DenyOtherKey",
			`{"Null":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"false"},"StringNotEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"KEY"}}`)), Medium, otherKey, thePolicy, theAccount, theKey),
		check("sse-c", "Keys of the customer's own (SSE-C) are blocked", "ransomware copies objects onto themselves with a key that only it has", editEncryption(`.BlockedEncryptionTypes = {"EncryptionType":["SSE-C"]}`), Medium, sseC, theEncryption, thePolicy, theAccount),
	}
}

func defaultKMS(f *facts.Facts) Finding {
	switch e := f.Bucket.Encryption; {
	case !f.Intended && !strings.HasPrefix(e.Value.Algorithm, "aws:kms"):
		return pass("AES256, with keys that AWS keeps (SSE-S3)")
	case !e.Set || e.Value.Algorithm == "":
		return fail("no default encryption is set, which means AES256")
	case !strings.HasPrefix(e.Value.Algorithm, "aws:kms"):
		return fail("the default is %s", e.Value.Algorithm)
	}
	return pass("%s", f.Bucket.Encryption.Value.Algorithm)
}

func customerKey(f *facts.Facts) Finding {
	switch e := f.Bucket.Encryption.Value; {
	case !f.Intended && !strings.HasPrefix(e.Algorithm, "aws:kms"):
		return skip("the default encryption does not use KMS")
	case !strings.HasPrefix(e.Algorithm, "aws:kms"):
		return fail("no key of KMS is set")
	case e.Key == "" || strings.HasSuffix(e.Key, "alias/aws/s3") || f.Key.Set && !f.Key.Value.Customer:
		return fail("it is AWS's own key, aws/s3")
	case f.Intended && f.Config.KMSKey != "" && f.Key.Value.ARN != f.Config.KMSKey:
		return fail("it is %s, where the function was given %s", f.Key.Value.ARN, f.Config.KMSKey)
	}
	return pass("%s", f.Key.Value.ARN)
}

func keyEnabled(f *facts.Facts) Finding {
	switch k := f.Key; {
	case !k.Set:
		return skip("the bucket names no key")
	case k.Value.State != "Enabled":
		return fail("the key's state is %s", k.Value.State).with("KEY", keyName(f))
	}
	return pass("Enabled")
}

// keyUsable tries what S3 does with the key for the signing role, or, where that
// is not known, for anybody of the account.
func keyUsable(f *facts.Facts) Finding {
	if !f.Key.Set || !f.Key.Value.Customer || !f.Key.Value.Policy.Set {
		return skip("the bucket names no key of yours, or its policy is not known")
	}
	d := f.Key.Value.Policy.Value
	for _, action := range []string{"kms:GenerateDataKey", "kms:Decrypt"} {
		search := policy.Search{
			Documents: []policy.Document{d}, Principals: signers(f, d), Actions: []string{action}, Resources: []string{f.Key.Value.ARN},
			Fixed: policy.Context{
				"kms:viaservice": {viaS3(f)}, "kms:calleraccount": {f.Account.Value}, "kms:encryptioncontext:aws:s3:arn": {bucketARN(f)},
				"kms:encryptioncontextkeys": {"aws:s3:arn"}, "aws:sourceip": nil, "aws:sourcevpce": nil,
			},
		}
		if _, ok := search.Find(func(r policy.Request) bool { decision, _ := d.Decide(r); return decision == policy.Allowed }); !ok {
			return fail("it allows %s, through S3 and for this bucket, to nobody who signs", action)
		}
	}
	return pass("kms:GenerateDataKey and kms:Decrypt through S3")
}

func keyRotation(f *facts.Facts) Finding {
	k := f.Key
	if !k.Set || !k.Value.Customer {
		return skip("the bucket names no key of yours")
	}
	if k.Value.Imported {
		return skip("its material was imported, and is yours to replace")
	}
	if why, unknown := k.Value.Rotates.Unknown(); unknown {
		return Finding{Status: Unknown, Got: why}
	}
	if !k.Value.Rotates.Value {
		return fail("rotation is off").with("KEY", keyName(f))
	}
	return pass("rotation is on")
}

func keyRegion(f *facts.Facts) Finding {
	parts := strings.SplitN(f.Key.Value.ARN, ":", 6)
	switch {
	case !f.Key.Set || len(parts) != 6:
		return skip("the bucket names no key")
	case parts[3] != f.Bucket.Region:
		return fail("the key is in %s, the bucket in %s", parts[3], f.Bucket.Region)
	case !slices.Contains([]string{"", "SYMMETRIC_DEFAULT"}, f.Key.Value.Symmetry):
		return fail("the key is %s, where S3 takes a symmetric one alone", f.Key.Value.Symmetry)
	}
	return pass("%s", parts[3])
}

// keyPolicy tries what a stranger, and another account that the policy names,
// can do with the key.
func keyPolicy(f *facts.Facts) Finding {
	if !f.Key.Set || !f.Key.Value.Customer {
		return skip("the bucket names no key of yours")
	}
	if why, unknown := f.Key.Value.Policy.Unknown(); unknown {
		return Finding{Status: Unknown, Got: why}
	}
	if !f.Key.Value.Policy.Set {
		return skip("the key is not there")
	}
	d := f.Key.Value.Policy.Value
	if found, ok := keyOpen(f, pretenders(f, d)); ok {
		return found
	}
	var named []policy.Principal
	for _, p := range principals(f, d) {
		if account := p.Account(); account != "" && account != f.Account.Value {
			named = append(named, p)
		}
	}
	if found, ok := keyOpen(f, named); ok {
		return found.orAdvice(f)
	}
	return pass("only this account")
}

// keyOpen finds somebody who may do something with the key.
func keyOpen(f *facts.Facts, who []policy.Principal) (Finding, bool) {
	d, by := f.Key.Value.Policy.Value, -1
	search := policy.Search{
		Documents: []policy.Document{d}, Principals: unique(who), Outsider: true, Resources: []string{f.Key.Value.ARN},
		Actions: append(keyUses(), "kms:Encrypt", "kms:ReEncryptFrom", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:DisableKey", "kms:ScheduleKeyDeletion", "kms:DescribeKey", "kms:GetKeyPolicy"),
	}
	r, ok := search.Find(func(r policy.Request) bool {
		decision, i := d.Decide(r)
		by = i
		return decision == policy.Allowed
	})
	if !ok {
		return Finding{}, false
	}
	return fail("%s allows %s to %s", d.Name(by), r.Action, r.Principal).with("STATEMENT", strconv.Itoa(by)), true
}

// keyName is what the account calls the key where it is its own, else its ARN.
func keyName(f *facts.Facts) string {
	arn := f.Key.Value.ARN
	if id, own := strings.CutPrefix(arn, "arn:"+f.Partition()+":kms:"+f.Bucket.Region+":"+f.Account.Value+":key/"); own {
		return id
	}
	return arn
}

func keyUses() []string { return []string{"kms:Decrypt", "kms:GenerateDataKey"} }

// put is a PutObject over TLS with these keys, which has to be denied.
func put(what string, more policy.Context) scenario {
	c := policy.Context{
		"aws:securetransport": {"true"}, "s3:tlsversion": {"1.3"}, "s3:signatureversion": {"AWS4-HMAC-SHA256"}, "s3:signatureage": {"180000"},
		sseHeader: nil, keyHeader: nil, ssecKey: nil,
	}
	for key, values := range more {
		c[key] = values
	}
	return scenario{c, []string{"s3:PutObject"}, false, what}
}

func otherEncryption(f *facts.Facts) Finding {
	return denied(f, put("a PUT that asks for AES256", policy.Context{sseHeader: {"AES256"}}))
}

func otherKey(f *facts.Facts) Finding {
	foreign := "arn:" + f.Partition() + ":kms:" + f.Bucket.Region + ":" + policy.StrangerAccount + ":key/00000000-0000-0000-0000-000000000000"
	return denied(f,
		put("a PUT that names another key", policy.Context{sseHeader: {"aws:kms"}, keyHeader: {foreign}}),
		put("a PUT that names another key with aws:kms:dsse", policy.Context{sseHeader: {"aws:kms:dsse"}, keyHeader: {foreign}}))
}

func sseC(f *facts.Facts) Finding {
	if slices.Contains(f.Bucket.Encryption.Value.Blocked, "SSE-C") {
		return pass("the bucket blocks SSE-C")
	}
	finding := denied(f, put("a PUT with a key of its own", policy.Context{ssecKey: {"AES256"}}))
	if finding.Status == Pass {
		finding.Got = "the policy denies SSE-C"
	}
	return finding
}
