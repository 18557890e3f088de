package explain

import (
	"fmt"
	"strings"
)

// fixForm is about POST forms.
func (f *facts) fixForm(c Cause) string {
	names := strings.Join(c.about, ", ")
	if names == "" {
		return ""
	}
	switch c.Code {
	case FormFieldMissing:
		return fmt.Sprintf("send the field %s as the signer returned it, before the file", names)
	case FormFieldExtra:
		if f.answer.says("must appear in the list of conditions") && indexFold(names, "awsaccesskeyid") >= 0 {
			return "sign the form with Signature Version 4 (signature_version s3v4): MinIO takes the fields of Version 2 (AWSAccessKeyId, signature) for extra ones"
		}
		return fmt.Sprintf("leave out the field %s, or have the signer add a condition for it to the policy", names)
	case FormFileNotLast:
		return fmt.Sprintf("append the file as the form's last field, after %s: S3 reads nothing behind it", names)
	case FormCondition:
		return fmt.Sprintf("send %s with the value that the policy's condition wants, or sign a policy that allows this one", names)
	case SessionTokenMissing:
		return fmt.Sprintf("send the field %s as the signer returned it: temporary credentials signed", names)
	}
	return ""
}

// fixSizes is about limits.
func (f *facts) fixSizes(c Cause) string {
	h := f.answer.heard
	most, got := h.limit, h.got
	switch c.Code {
	case TooLarge:
		return f.fixTooLarge(most, got)
	case TooSmall:
		if most != "" {
			return fmt.Sprintf("send at least %s bytes, or have the form's content-length-range begin lower (%s came)", most, orElse(got, "fewer"))
		}
	case PartTooSmall:
		return fmt.Sprintf("send parts of at least 5 MiB (5242880 bytes; %s came%s); only the last may be smaller", orElse(got, "fewer"), numbered(f.answer.element("PartNumber")))
	case MetadataTooLarge:
		if most != "" || got != "" {
			return fmt.Sprintf("send less metadata: %s bytes of x-amz-meta-* names and values came, of at most %s (2 KiB); keep the rest beside the object", orElse(got, "more"), orElse(most, "2048"))
		}
	case KeyTooLong:
		if got == "" && f.place.key != "" {
			got = fmt.Sprint(len(f.place.key))
		}
		return fmt.Sprintf("shorten the key to at most %s bytes of UTF-8 (it has %s; one Korean letter takes 3, an emoji 4)", orElse(most, "1024"), orElse(got, "more"))
	case InvalidRange:
		asked, _, _ := f.sent("range")
		asked = firstOf(got, asked)
		if most != "" {
			return fmt.Sprintf("ask for a Range within the object's %s bytes (%s was asked for)", most, asked)
		}
		if asked != "" {
			return fmt.Sprintf("ask for a Range within the object's size, not %s: HEAD it first; an empty object has no range at all", asked)
		}
	}
	return ""
}

func numbered(part string) string {
	if part == "" {
		return ""
	}
	return " in part " + part
}

func (f *facts) fixTooLarge(most, got string) string {
	server := f.answer.heard.server
	switch {
	case f.answer.says("copy source"):
		return "copy in parts (UploadPartCopy) of at most 5 GiB (5368709120 bytes): a single copy takes no more"
	case f.answer.says("larger than expected"):
		return "send the file in the field named file, in small letters and last: MinIO holds every other field of a form to 1 MiB"
	case f.answer.spoke() && f.isForm():
		return fmt.Sprintf("send at most %s bytes, or raise the form's content-length-range (%s came)", orElse(most, "what its content-length-range says"), orElse(got, "more"))
	case f.answer.spoke() && (f.address.has("partNumber") || most == "5368709120" || most == ""):
		return fmt.Sprintf("upload in parts, each of at most 5 GiB (5368709120 bytes; %s came): a single PUT takes no more", orElse(got, "more"))
	case f.answer.spoke():
		return fmt.Sprintf("send at most %s bytes (%s came)", most, orElse(got, "more"))
	case hasPrefixFold(server, "nginx"), hasPrefixFold(server, "openresty"):
		return "raise the limit of the nginx in between (client_max_body_size; on an ingress nginx.ingress.kubernetes.io/proxy-body-size; its default is 1 MB), or send straight to the store: S3 itself takes 5 GiB in a PUT"
	case hasPrefixFold(server, "cloudflare"):
		return "send past Cloudflare's proxy (a DNS-only host for the store) or in parts below its limit: 100 MB a request on Free and Pro, 200 MB on Business"
	case server != "":
		return fmt.Sprintf("raise the limit for a request's body of %s, which answered in the store's place, or send straight to the store", server)
	}
	return "send less, or in parts; if something stands before the store (nginx: client_max_body_size; on an ingress: proxy-body-size), raise its limit for a request's body"
}

// fixParts is about uploads in parts and conditions.
func (f *facts) fixParts(c Cause) string {
	a := f.answer
	switch c.Code {
	case InvalidPart:
		return f.fixInvalidPart()
	case PreconditionFailed:
		switch {
		case f.failedBefore():
			return "the attempt before, whose answer got lost, most likely stored it: HEAD the key, compare size and checksum, and take it as done where they match"
		case strings.EqualFold(a.heard.condition, "If-Match"):
			return "read the object's ETag again and send it in If-Match: somebody changed or removed the object since"
		case a.heard.condition != "":
			return fmt.Sprintf("%s does not hold: an object is under this key already; take the stored one, or upload under another key", a.heard.condition)
		}
	case RetryConflict:
		if f.address.has("uploadId") || f.Operation == "CompleteMultipartUpload" {
			return "begin the upload anew and complete it again: another write to the same key came in between, and this upload can no longer be completed under its condition"
		}
		return "try again after a short pause: another operation on the same key or bucket was under way; send one at a time, or with a condition (If-Match, If-None-Match) decide who wins"
	}
	return ""
}

func (f *facts) fixInvalidPart() string {
	a := f.answer
	part := a.element("PartNumber")
	switch {
	case a.says("parts must have the same"):
		return "send all parts but the last with the same size (R2's rule), the last one no larger"
	case a.is("InvalidPartOrder"):
		return "list the parts in ascending order of their numbers, each once"
	case a.is("InvalidPartNumber", "TooManyParts"), a.says("Part number must be"):
		return "number the parts from 1 to 10000; for larger files make the parts larger"
	case a.is("MalformedXML"), a.says("at least one part"):
		return "complete with at least one part: a <CompleteMultipartUpload> with <Part><PartNumber>1</PartNumber><ETag>…</ETag></Part> for each; an empty file needs one empty part, or a plain PUT. An ETag that a page could not read is missing from it: ExposeHeaders ETag"
	case part != "":
		return fmt.Sprintf("list the stored parts (ListParts) and complete with their numbers and ETags: part %s with the ETag %s is not among them, so upload it again", part, orElse(strings.Trim(a.element("ETag"), `"`), "that was given"))
	}
	return ""
}
