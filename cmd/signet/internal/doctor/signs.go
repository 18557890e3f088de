package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// signed are the operations behind each name of --signs.
func signed() map[string][]upload.Operation {
	return map[string][]upload.Operation{
		"put": {upload.PutObject}, "post": {upload.PostObject}, "get": {upload.GetObject}, "head": {upload.HeadObject}, "delete": {upload.DeleteObject},
		"parts": {upload.CreateMultipartUpload, upload.UploadPart, upload.CompleteMultipartUpload, upload.AbortMultipartUpload, upload.ListParts},
		"list":  {upload.ListObjectsV2}, "versions": {upload.ListObjectVersions, upload.DeleteObjectVersion},
	}
}

// ParseSigns reads the names of --signs, separated by commas.
func ParseSigns(text string) ([]string, error) {
	known := slices.Sorted(maps.Keys(signed()))
	var all []string
	for _, name := range strings.Split(text, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("got %q in --signs, want some of %s", name, strings.Join(known, ","))
		}
		all = append(all, name)
	}
	return all, nil
}

// required are the operations that the role has to be able to sign: those that
// were named, all of ours where somebody said what is intended, else none.
func required(f *facts.Facts) []upload.Operation {
	if len(f.Signs) == 0 {
		if f.Intended {
			return upload.Operations()
		}
		return nil
	}
	var all []upload.Operation
	for _, name := range f.Signs {
		all = append(all, signed()[name]...)
	}
	return all
}

// actions of an operation, for this role: reading a version by its id takes an
// action of its own, which somebody else's role may do without.
func actions(f *facts.Facts, o upload.Operation) []string {
	if len(f.Signs) == 0 || slices.Contains(f.Signs, "versions") {
		return o.Spec().Actions
	}
	return without(o.Spec().Actions, []string{"s3:GetObjectVersion"})
}

// signs says whether the role, or the client, is known to sign an operation.
func signs(f *facts.Facts, o upload.Operation) bool { return slices.Contains(required(f), o) }

// roleNeeds tries what the role has to sign. Where nobody says what that is, it
// has to be able to sign anything at all.
func roleNeeds(f *facts.Facts) Finding {
	needed := required(f)
	if len(needed) == 0 {
		for _, a := range []string{"s3:PutObject", "s3:GetObject"} {
			if _, ok := reach(f, []string{a}, objects(f, f.Role.Value.Identity), nil); ok {
				return pass("it may %s; --signs says what it has to", a)
			}
		}
		return fail("it may neither s3:PutObject nor s3:GetObject on anything in the bucket").with("TAKE", "true")
	}
	list, keys := policy.Context{"s3:prefix": {f.Config.Prefix + "caller/"}}, uploadsIn(f)
	if !f.Intended { // any prefix will do
		list, keys = nil, objects(f, f.Role.Value.Identity)
	}
	var lacking []string
	want := func(action string, resources []string, fixed policy.Context) {
		if _, ok := reach(f, []string{action}, resources, fixed); !ok && !slices.Contains(lacking, "it lacks "+action) {
			lacking = append(lacking, "it lacks "+action)
		}
	}
	for _, o := range needed {
		for _, a := range actions(f, o) {
			if o.Spec().OnKey {
				want(a, keys, nil)
			} else {
				want(a, []string{bucketARN(f)}, list)
			}
		}
		for _, a := range o.Spec().KMS {
			if f.Key.Set && f.Key.Value.Customer {
				want(a, []string{f.Key.Value.ARN}, policy.Context{"kms:viaservice": {viaS3(f)}})
			}
		}
	}
	return failIf(lacking, "%d operations", len(needed)).with("TAKE", denier(f, lacking))
}

// denier takes a policy away that denies what is lacking, which no grant undoes.
func denier(f *facts.Facts, lacking []string) string {
	for i, s := range f.Role.Value.Identity.Statements {
		if s.Deny && slices.ContainsFunc(lacking, func(l string) bool { return s.Does(strings.TrimPrefix(l, "it lacks ")) }) {
			return takenBy(f, i)
		}
	}
	return "true"
}
