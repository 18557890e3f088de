package explain

import "strings"

// judgeFormAnswer explains what S3 says of a policy.
func (f *facts) judgeFormAnswer() {
	a := f.answer
	evidence := a.said()
	switch {
	case a.says("expired"):
		f.says(FormExpired, 0.98, "%s", evidence)
	case a.says("Extra input fields", "did not reference these fields", "must appear in the list of"):
		f.says(FormFieldExtra, 0.98, "%s", evidence)
		f.about(FormFieldExtra, f.extraFields()...)
	default:
		f.judgeFailedCondition(evidence)
	}
	if f.isForm() {
		f.judgeOrder()
	}
}

// extraFields are the fields that S3 names as extra: "Extra input fields: acl", or
// Google's "did not reference these fields: acl, submit", or MinIO's "(except Acl)" and
// "acl" not specified in the policy.
func (f *facts) extraFields() []string {
	text := f.answer.message + " " + f.answer.details
	for _, start := range []string{"Extra input fields: ", "these fields: ", "in a form (except "} {
		if _, rest, ok := strings.Cut(text, start); ok {
			if end := strings.IndexAny(rest, ".)"); end >= 0 {
				rest = rest[:end]
			}
			return words(rest)
		}
	}
	if before, _, ok := strings.Cut(text, `" not specified in the policy`); ok { // MinIO, since 2024
		return []string{before[strings.LastIndexByte(before, '"')+1:]}
	}
	return nil
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
		f.says(code, 0.97, "%s; the form has no field %s", evidence, name)
		f.about(code, name)
		f.says(FormCondition, 0.5, "%s", evidence)
		return
	}
	f.says(FormCondition, 0.95, "%s", evidence)
	f.about(FormCondition, name)
}

// judgeFormCodes explains the codes that only forms get. It is false for others.
func (f *facts) judgeFormCodes() bool {
	a := f.answer
	evidence := a.said()
	switch {
	case a.says("field named", "POST requires exactly", "must contain a field") && !a.says("exactly one file"), a.is("UserKeyMustBeSpecified", "MissingFields"):
		f.judgeOrder()
		f.says(FormFieldMissing, 0.95, "%s", evidence)
	case a.is("IncorrectNumberOfFilesInPostRequest") || a.says("exactly one file upload"):
		f.judgeFiles(evidence)
	case a.is("MalformedPOSTRequest", "RequestIsNotMultiPartContent"),
		a.says("enclosure-type multipart/form-data"), strings.Contains(a.element("Condition"), "multipart/form-data"):
		f.judgeMultipart(evidence)
	case a.is("MaxPostPreDataLengthExceededError", "MaxPostPreDataLengthExceeded"):
		f.says(FormFieldExtra, 0.8, "%s", evidence)
	case a.is("InvalidPolicyDocument", "PostPolicyInvalidKeyName"):
		f.judgeForm()
		f.says(FormCondition, 0.85, "%s", evidence)
		f.advisePolicy()
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
		f.says(FormFieldExtra, 0.93, "%s; the form has %d files", evidence, files)
		return
	}
	f.judgeOrder()
	f.says(FormFieldMissing, 0.9, "%s; the file's field must be named file", evidence)
}

func (f *facts) judgeMultipart(evidence string) {
	if f.FormCut {
		f.says(BodyCut, 0.93, "%s; the body ends before its closing boundary", evidence)
	}
	contentType, there, _ := f.sent("content-type")
	if there && !strings.Contains(contentType, "boundary=") {
		f.says(ContentTypeMismatch, 0.9, "%s; Content-Type is %q, without a boundary: let the client set it", evidence, contentType)
	}
	f.says(ContentTypeMismatch, 0.7, "%s", evidence)
	f.says(BodyCut, 0.4, "%s", evidence)
}

// advisePolicy is about a policy that S3 cannot read: the part of it that S3 names.
func (f *facts) advisePolicy() {
	a := f.answer
	switch {
	case a.says("expiration"):
		f.advise(FormCondition, "write the policy's expiration in UTC, as 2026-11-24T12:00:00Z (ISO 8601, at its end a Z, not an offset such as +02:00), and sign the policy anew; S3 says %s", a.message)
	case a.says("JSON"):
		f.advise(FormCondition, "make the policy a JSON document that any parser takes (no comma behind the last element, no null in a condition), with expiration and conditions, and put its base64 without line ends into the field policy; S3 says %s", a.message)
	case a.message != "":
		f.advise(FormCondition, "correct the policy where it is made, which S3 cannot read (%s): expiration in UTC and conditions, each {\"name\": \"value\"}, [\"eq\" or \"starts-with\", \"$name\", \"value\"] or [\"content-length-range\", least, most]; then sign it anew", a.message)
	}
}
