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
		}
		return
	}
	f.judgeMandatory()
	p, ok := parsePolicy(text)
	if !ok {
		f.add(FormCondition, 0.7, "the field policy is not JSON in base64")
		return
	}
	if !p.expiration.IsZero() && f.when.After(p.expiration) {
		f.add(FormExpired, 0.94, "the policy ended at %s, and the request is of %s",
			p.expiration.UTC().Format(time.RFC3339), f.when.UTC().Format(time.RFC3339))
	}
	for _, c := range p.conditions {
		f.judgeCondition(c)
	}
	f.judgeExtra(p)
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
	case !there && (c.operator == "eq" || c.value != ""):
		f.add(FormFieldMissing, 0.94, "the policy names %s, and the form has no such field", c.field)
	case !there:
		f.add(FormFieldMissing, 0.9, "the policy names %s, and the form has no such field", c.field)
	case c.operator == "eq" && value != c.value:
		f.add(FormCondition, 0.94, "%s is %q, and the policy wants %q", c.field, shownField(c.field, value), shownField(c.field, c.value))
	case c.operator == "starts-with" && !startsWith(c.field, value, c.value):
		f.add(FormCondition, 0.94, "%s is %q, and the policy wants it to begin with %q", c.field, value, c.value)
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
		}
	}
}

// judgeFormAnswer explains what S3 says of a policy.
func (f *facts) judgeFormAnswer() {
	a := f.answer
	evidence := "S3 says " + a.message
	switch {
	case a.says("expired"):
		f.add(FormExpired, 0.98, "%s", evidence)
	case a.says("Extra input fields"):
		f.add(FormFieldExtra, 0.98, "%s", evidence)
	default:
		f.judgeFailedCondition(evidence)
	}
	if f.isForm() {
		f.judgeOrder()
	}
}

// judgeFailedCondition looks up the field that S3 names: without it in the form,
// it is missing rather than wrong.
func (f *facts) judgeFailedCondition(evidence string) {
	_, rest, _ := strings.Cut(f.answer.message, "$")
	name := rest
	if i := strings.IndexAny(rest, `", ]`); i >= 0 {
		name = rest[:i]
	}
	if f.Form != nil && name != "" && !hasField(f, name) && !strings.EqualFold(name, "bucket") {
		code := FormFieldMissing
		if strings.EqualFold(name, "x-amz-security-token") {
			code = SessionTokenMissing
		}
		f.add(code, 0.97, "%s; the form has no field %s", evidence, name)
		f.add(FormCondition, 0.5, "%s", evidence)
		return
	}
	f.add(FormCondition, 0.95, "%s", evidence)
}

// judgeFormCodes explains the codes that only forms get. It is false for others.
func (f *facts) judgeFormCodes() bool {
	a := f.answer
	evidence := fmt.Sprintf("S3 says %s: %s", a.code, a.message)
	switch {
	case a.says("field named"), a.code == "UserKeyMustBeSpecified", a.code == "MissingFields":
		f.judgeOrder()
		f.add(FormFieldMissing, 0.95, "%s", evidence)
	case a.code == "IncorrectNumberOfFilesInPostRequest" || a.says("exactly one file upload"):
		f.judgeFiles(evidence)
	case a.code == "MalformedPOSTRequest", a.code == "RequestIsNotMultiPartContent",
		a.says("enclosure-type multipart/form-data"), strings.Contains(a.element("Condition"), "multipart/form-data"):
		f.judgeMultipart(evidence)
	case a.code == "MaxPostPreDataLengthExceededError" || a.code == "MaxPostPreDataLengthExceeded":
		f.add(FormFieldExtra, 0.8, "%s", evidence)
	case a.code == "InvalidPolicyDocument":
		f.judgeForm()
		f.add(FormCondition, 0.85, "%s", evidence)
	default:
		return false
	}
	return true
}

func (f *facts) judgeFiles(evidence string) {
	files := 0
	for _, field := range f.Form {
		if strings.EqualFold(field.Name, "file") {
			files++
		}
	}
	if files > 1 {
		f.add(FormFieldExtra, 0.93, "%s; the form has %d files", evidence, files)
		return
	}
	f.judgeOrder()
	f.add(FormFieldMissing, 0.9, "%s; the file's field must be named file", evidence)
}

func (f *facts) judgeMultipart(evidence string) {
	if f.FormCut {
		f.add(BodyCut, 0.93, "%s; the body ends before its closing boundary", evidence)
	}
	contentType, there, _ := f.sent("content-type")
	if there && !strings.Contains(contentType, "boundary=") {
		f.add(ContentTypeMismatch, 0.9, "%s; Content-Type is %q, without a boundary: let the client set it", evidence, contentType)
	}
	f.add(ContentTypeMismatch, 0.7, "%s", evidence)
	f.add(BodyCut, 0.4, "%s", evidence)
}
