package upload

// The tag of a file that nobody has confirmed yet, in a space with [Space.Confirm]: a
// lifecycle rule expires what has it.
const (
	ConfirmTag = "signet-confirm"
	ConfirmNo  = "no"
)

// taggingHeader is the header that sets an object's tags, as a query string
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html).
const taggingHeader = "x-amz-tagging"

// asFields are headers as the fields of a form: there tags are XML
// (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html, "tagging").
func asFields(headers []Header) []Header {
	fields := make([]Header, len(headers))
	for i, h := range headers {
		if h.Name == taggingHeader { // it has one tag, and that is ours
			h = Header{"tagging", "<Tagging><TagSet><Tag><Key>" + ConfirmTag + "</Key><Value>" + ConfirmNo + "</Value></Tag></TagSet></Tagging>"}
		}
		fields[i] = h
	}
	return fields
}

// ConfirmGrants is what else a role takes on keys under the prefixes of spaces with
// [Space.Confirm]: to see the tag, to take it off, and to give it, and no other, to what
// it signs. None for no prefixes.
func ConfirmGrants(bucketARN string, prefixes []string) []Grant {
	if len(prefixes) == 0 {
		return nil
	}
	return []Grant{{Sid: "Confirm", Actions: []string{"s3:DeleteObjectTagging", "s3:GetObjectTagging", "s3:PutObjectTagging"},
		Resources: Below(bucketARN, prefixes), TagKeys: []string{ConfirmTag}}}
}

// Grants is what the signing role may do in all spaces of the configuration: those of
// [Grants], and of [ConfirmGrants].
func (c Config) Grants(bucketARN, kmsKey, region string) []Grant {
	var confirmed []string
	for _, s := range c.AllSpaces() {
		if s.Confirm > 0 {
			confirmed = append(confirmed, s.Prefix)
		}
	}
	return append(Grants(bucketARN, c.Prefixes(), kmsKey, region), ConfirmGrants(bucketARN, confirmed)...)
}
