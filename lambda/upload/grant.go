package upload

import (
	"encoding/json"
	"slices"
)

// Grant is one statement of the role that signs: Allow, always. Every action
// in it comes from the operation table.
type Grant struct {
	Sid       string
	Actions   []string
	Resource  string // an ARN
	Prefix    string // value for a StringLike condition on s3:prefix; empty: none
	ViaRegion string // region for a kms:ViaService condition; empty: none
}

// Grants is what the signing role may do, and nothing else: the operation
// table's actions on keys under prefix, its listing actions on the bucket (held
// to the prefix where IAM offers that condition), and the customer key by way of
// S3 alone. kmsKey may be empty. The ARNs may be tokens of a template.
func Grants(bucketARN, prefix, kmsKey, region string) []Grant {
	var onKey, listPrefix, listAll, kms []string
	for _, spec := range operations {
		switch {
		case spec.OnKey:
			onKey = append(onKey, spec.Actions...)
		case spec.PrefixKey:
			listPrefix = append(listPrefix, spec.Actions...)
		default:
			listAll = append(listAll, spec.Actions...)
		}
		kms = append(kms, spec.KMS...)
	}
	grants := []Grant{
		{Sid: "Objects", Actions: set(onKey), Resource: bucketARN + "/" + prefix + "*"},
		{Sid: "ListPrefix", Actions: set(listPrefix), Resource: bucketARN, Prefix: prefix + "*"},
		{Sid: "ListUploads", Actions: set(listAll), Resource: bucketARN},
	}
	if kmsKey != "" {
		grants = append(grants, Grant{Sid: "KeyViaS3", Actions: set(kms), Resource: kmsKey, ViaRegion: region})
	}
	return grants
}

func set(actions []string) []string {
	slices.Sort(actions)
	return slices.Compact(actions)
}

// PolicyDocument writes grants as an IAM policy document.
func PolicyDocument(grants []Grant) ([]byte, error) {
	type statement struct {
		Sid       string
		Effect    string
		Action    []string
		Resource  string
		Condition map[string]map[string]string `json:",omitempty"`
	}
	doc := struct {
		Version   string
		Statement []statement
	}{Version: "2012-10-17"}
	for _, g := range grants {
		s := statement{Sid: g.Sid, Effect: "Allow", Action: g.Actions, Resource: g.Resource}
		if g.Prefix != "" {
			s.Condition = map[string]map[string]string{"StringLike": {"s3:prefix": g.Prefix}}
		}
		if g.ViaRegion != "" {
			s.Condition = map[string]map[string]string{"StringEquals": {"kms:ViaService": "s3." + g.ViaRegion + ".amazonaws.com"}}
		}
		doc.Statement = append(doc.Statement, s)
	}
	return json.Marshal(doc)
}
