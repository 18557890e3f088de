package upload

import (
	"encoding/json"
	"slices"
)

// Grant is one statement of a role: Allow, always.
type Grant struct {
	Sid       string
	Actions   []string
	Resources []string // ARNs
	Prefixes  []string // of which s3:prefix has to match one (StringLike); none: no condition
	ViaRegion string   // region for a kms:ViaService condition; empty: none
	// TagKeys are the only ones that a request may give an object; none: no condition.
	TagKeys []string
}

// Grants is what the signing role may do, and nothing else: the operation
// table's actions on keys under the prefixes, its listing actions on the bucket (held
// to the prefixes where IAM offers that condition), and the customer key by way of
// S3 alone. kmsKey may be empty. The ARNs may be tokens of a template.
func Grants(bucketARN string, prefixes []string, kmsKey, region string) []Grant {
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
	var below []string
	for _, prefix := range prefixes {
		below = append(below, prefix+"*")
	}
	grants := []Grant{
		{Sid: "Objects", Actions: set(onKey), Resources: Below(bucketARN, prefixes)},
		{Sid: "ListPrefix", Actions: set(listPrefix), Resources: []string{bucketARN}, Prefixes: below},
		{Sid: "ListUploads", Actions: set(listAll), Resources: []string{bucketARN}},
	}
	if kmsKey != "" {
		grants = append(grants, Grant{Sid: "KeyViaS3", Actions: set(kms), Resources: []string{kmsKey}, ViaRegion: region})
	}
	return grants
}

// Below are the ARNs of all objects of a bucket whose keys have one of the prefixes.
func Below(bucketARN string, prefixes []string) []string {
	var arns []string
	for _, prefix := range prefixes {
		arns = append(arns, bucketARN+"/"+prefix+"*")
	}
	return arns
}

func set(actions []string) []string {
	slices.Sort(actions)
	return slices.Compact(actions)
}

// Conditions are those of the grant's statement, nil for none: a value is a text or
// a list of texts.
func (g Grant) Conditions() map[string]map[string]any {
	conditions := map[string]map[string]any{}
	if len(g.Prefixes) > 0 {
		conditions["StringLike"] = map[string]any{"s3:prefix": oneOrMany(g.Prefixes)}
	}
	if g.ViaRegion != "" {
		conditions["StringEquals"] = map[string]any{"kms:ViaService": "s3." + g.ViaRegion + ".amazonaws.com"}
	}
	// Where a request gives no tag the key is not there, and this operator holds.
	if len(g.TagKeys) > 0 {
		conditions["ForAllValues:StringEquals"] = map[string]any{"s3:RequestObjectTagKeys": g.TagKeys}
	}
	if len(conditions) == 0 {
		return nil
	}
	return conditions
}

// oneOrMany writes a list of one as IAM does.
func oneOrMany(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// PolicyDocument writes grants as an IAM policy document.
func PolicyDocument(grants []Grant) ([]byte, error) {
	type statement struct {
		Sid       string
		Effect    string
		Action    []string
		Resource  any
		Condition map[string]map[string]any `json:",omitempty"`
	}
	doc := struct {
		Version   string
		Statement []statement
	}{Version: "2012-10-17"}
	for _, g := range grants {
		doc.Statement = append(doc.Statement, statement{g.Sid, "Allow", g.Actions, oneOrMany(g.Resources), g.Conditions()})
	}
	return json.Marshal(doc)
}
