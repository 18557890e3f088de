package explain

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// policy is a POST policy, its end zero when that cannot be read
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html).
type policy struct {
	expiration time.Time
	conditions []condition
}

// condition is one line of a policy: eq, starts-with, or a range in min and max.
type condition struct {
	operator, field, value string
	min, max               int64
}

func parsePolicy(text string) (policy, bool) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return policy{}, false
	}
	var document struct {
		Expiration string            `json:"expiration"`
		Conditions []json.RawMessage `json:"conditions"`
	}
	if json.Unmarshal(raw, &document) != nil {
		return policy{}, false
	}
	var p policy
	p.expiration, _ = parseTime(document.Expiration)
	for _, c := range document.Conditions {
		p.conditions = append(p.conditions, parseCondition(c)...)
	}
	return p, true
}

func parseCondition(raw json.RawMessage) []condition {
	var object map[string]any
	if json.Unmarshal(raw, &object) == nil {
		var list []condition
		for name, value := range object {
			list = append(list, condition{operator: "eq", field: strings.ToLower(name), value: fmt.Sprint(value)})
		}
		return list
	}
	var list []any
	if json.Unmarshal(raw, &list) != nil || len(list) != 3 {
		return nil
	}
	operator := strings.ToLower(fmt.Sprint(list[0]))
	if operator == "content-length-range" {
		least, _ := strconv.ParseFloat(fmt.Sprint(list[1]), 64)
		most, _ := strconv.ParseFloat(fmt.Sprint(list[2]), 64)
		return []condition{{operator: operator, min: int64(least), max: int64(most)}}
	}
	field := strings.ToLower(strings.TrimPrefix(fmt.Sprint(list[1]), "$"))
	return []condition{{operator: operator, field: field, value: fmt.Sprint(list[2])}}
}

// judgeForm holds a form to its own policy.
func (f *facts) judgeForm() {
	if f.Form == nil {
		return
	}
	f.judgeOrder()
	text, there := f.field("policy")
	if !there {
		if f.sig.kind != unsigned || hasField(f, "key") {
			f.add(FormFieldMissing, 0.93, "the form has no field policy")
			f.about(FormFieldMissing, "policy")
		}
		return
	}
	f.judgeMandatory()
	p, ok := parsePolicy(text)
	if !ok {
		f.add(FormCondition, 0.7, "the field policy is not JSON in base64")
		return
	}
	f.judgeFormTime(p)
	for _, c := range p.conditions {
		f.judgeCondition(c)
	}
	f.judgeExtra(p)
}

// judgeFormTime compares the policy's life with the time. A form may be looked at
// long after it was sent, and S3 says it of a policy that has ended: so where it
// says something else, the clock has little to add.
func (f *facts) judgeFormTime(p policy) {
	if p.expiration.IsZero() || f.when.IsZero() || !f.when.After(p.expiration) {
		return
	}
	confidence := 0.94
	switch {
	case f.answer.spoke() && !f.when.sure:
		return
	case f.answer.spoke():
		confidence = 0.5
	case !f.when.sure && f.Status != 0:
		confidence = 0.4
	case !f.when.sure:
		confidence = 0.75
	}
	f.add(FormExpired, confidence, "the policy ended at %s, and the request is of %s",
		p.expiration.UTC().Format(time.RFC3339), f.when.UTC().Format(time.RFC3339))
}

// judgeOrder: S3 reads nothing that comes after the file.
func (f *facts) judgeOrder() {
	for i, field := range f.Form {
		if !strings.EqualFold(field.Name, "file") || i == len(f.Form)-1 {
			continue
		}
		var after []string
		for _, late := range f.Form[i+1:] {
			if !strings.EqualFold(late.Name, "submit") {
				after = append(after, late.Name)
			}
		}
		if len(after) > 0 {
			f.add(FormFileNotLast, 0.97, "after the file come %s", strings.Join(after, ", "))
			f.about(FormFileNotLast, after...)
		}
	}
}

func (f *facts) judgeMandatory() {
	names := []string{"key", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"}
	if f.sig.kind == formV2 {
		names = []string{"key", "signature"}
	}
	for _, name := range names {
		if !hasField(f, name) {
			f.add(FormFieldMissing, 0.95, "the form has no field %s", name)
			f.about(FormFieldMissing, name)
		}
	}
}

func (f *facts) judgeCondition(c condition) {
	if c.operator == "content-length-range" {
		switch {
		case f.FileSize == nil:
		case *f.FileSize > c.max:
			f.add(TooLarge, 0.93, "the file has %d bytes, of at most %d", *f.FileSize, c.max)
		case *f.FileSize < c.min:
			f.add(TooSmall, 0.93, "the file has %d bytes, of at least %d", *f.FileSize, c.min)
		}
		return
	}
	value, there := f.field(c.field)
	switch {
	case c.field == "bucket":
		if f.place.bucket != "" && f.place.bucket != c.value && f.URL != "" && f.place.aws {
			f.add(FormCondition, 0.88, "the policy is for the bucket %s, and the form goes to %s", c.value, f.place.bucket)
		}
	case strings.HasPrefix(c.field, "x-amz-security-token") && !there:
		f.add(SessionTokenMissing, 0.95, "the policy names x-amz-security-token, and the form has no such field")
	case !there:
		f.add(FormFieldMissing, 0.94, "the policy names %s, and the form has no such field", c.field)
		f.about(FormFieldMissing, c.field)
	case c.operator == "eq" && value != c.value:
		f.add(FormCondition, 0.94, "%s is %q, and the policy wants %q", c.field, shownField(c.field, value), shownField(c.field, c.value))
		f.about(FormCondition, c.field)
	case c.operator == "starts-with" && !startsWith(c.field, value, c.value):
		f.add(FormCondition, 0.94, "%s is %q, and the policy wants it to begin with %q", c.field, value, c.value)
		f.about(FormCondition, c.field)
	}
}

// startsWith compares; a content type may be a list, each of which must begin so.
func startsWith(field, value, prefix string) bool {
	if field != "content-type" {
		return strings.HasPrefix(value, prefix)
	}
	for one := range strings.SplitSeq(value, ",") {
		if !strings.HasPrefix(one, prefix) {
			return false
		}
	}
	return true
}

// shownField keeps secrets out of the evidence.
func shownField(name, value string) string {
	if strings.Contains(name, "token") || strings.Contains(name, "credential") || strings.Contains(name, "signature") {
		return value[:min(len(value), shown)] + "…"
	}
	return value
}

// judgeExtra finds fields without a condition. S3 lets these few be.
func (f *facts) judgeExtra(p policy) {
	named := map[string]bool{"file": true, "policy": true, "x-amz-signature": true, "signature": true, "awsaccesskeyid": true, "submit": true}
	for _, c := range p.conditions {
		named[c.field] = true
	}
	for _, field := range f.Form {
		name := strings.ToLower(field.Name)
		if strings.EqualFold(name, "file") {
			break // nothing after the file is read
		}
		if !named[name] && !strings.HasPrefix(name, "x-ignore-") {
			f.add(FormFieldExtra, 0.93, "the form has the field %s, and the policy has no condition for it", name)
			f.about(FormFieldExtra, name)
		}
	}
}
