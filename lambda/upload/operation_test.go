package upload

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestOperationTable(t *testing.T) {
	seen := map[string]Operation{}
	for _, o := range Operations() {
		s := o.Spec()
		if s.Name == "" || s.Method == "" || len(s.Actions) == 0 || s.Tier == "" {
			t.Errorf("row %d is not complete: %+v", o, s)
		}
		if other, ok := seen[s.Name]; ok {
			t.Errorf("rows %d and %d are both %s", other, o, s.Name)
		}
		seen[s.Name] = o
		if free := s.Method == "DELETE"; free != (s.Tier == Free) {
			t.Errorf("%s: DELETE and only DELETE is free", o)
		}
		for _, a := range append(s.Actions, s.KMS...) {
			if strings.Contains(a, "*") {
				t.Errorf("%s grants %s", o, a)
			}
		}
	}
}

func TestGrants(t *testing.T) {
	const bucket = "arn:aws:s3:::b"
	doc, err := PolicyDocument(Grants(bucket, []string{"uploads/"}, "arn:aws:kms:r:1:key/k", "r"))
	if err != nil {
		t.Fatal(err)
	}
	var policy struct {
		Statement []struct {
			Sid, Effect, Resource string
			Action                []string
			Condition             map[string]map[string]string
		}
	}
	if err := json.Unmarshal(doc, &policy); err != nil {
		t.Fatal(err)
	}
	granted := map[string]string{}
	for _, s := range policy.Statement {
		if s.Effect != "Allow" || s.Resource == "*" {
			t.Errorf("statement %+v", s)
		}
		for _, a := range s.Action {
			granted[a] = s.Resource
		}
		if s.Sid == "ListPrefix" && s.Condition["StringLike"]["s3:prefix"] != "uploads/*" {
			t.Errorf("listing is not held to the prefix: %v", s.Condition)
		}
		if s.Sid == "KeyViaS3" && s.Condition["StringEquals"]["kms:ViaService"] != "s3.r.amazonaws.com" {
			t.Errorf("the key is not held to S3: %v", s.Condition)
		}
	}
	for _, o := range Operations() {
		for _, a := range o.Spec().Actions {
			want := bucket
			if o.Spec().OnKey {
				want = bucket + "/uploads/*"
			}
			if granted[a] != want {
				t.Errorf("%s needs %s on %s, granted on %q", o, a, want, granted[a])
			}
		}
	}
	if n := len(granted); n != 12 {
		t.Errorf("%d actions are granted, want the table's 12: %v", n, granted)
	}
	if slices.ContainsFunc(Grants(bucket, []string{"u/"}, "", ""), func(g Grant) bool { return g.Sid == "KeyViaS3" }) {
		t.Error("a key is granted where there is none")
	}
}

func TestEveryCodeHasAStatus(t *testing.T) {
	for code, want := range map[Code]int{NoSuchKey: 404, Unauthorized: 401, EntityTooLarge: 400, PreconditionFailed: 412, SlowDown: 503, "Whatever": 500} {
		if got := code.Status(); got != want {
			t.Errorf("%s is %d, want %d", code, got, want)
		}
	}
}
