package explain

import "strings"

// emptyChecksums are the checksums of no bytes at all, by the header's last word.
func emptyChecksum(algorithm string) string {
	switch strings.ToLower(algorithm) {
	case "crc32", "crc32c":
		return "AAAAAA=="
	case "crc64nvme":
		return "AAAAAAAAAAA="
	case "sha1":
		return "2jmj7l5rSw0yVb/vlWAYkK/YBwk="
	case "sha256":
		return "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	case "md5":
		return "1B2M2Y8AsgTpgAmY7PhCfg=="
	}
	return ""
}

// emptySHA256 is what x-amz-content-sha256 has for no bytes.
const emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// emptyChecksumIn finds the checksum of an empty body in URL, headers or form.
func (f *facts) emptyChecksumIn() (name, value string) {
	for _, algorithm := range []string{"crc32", "crc32c", "crc64nvme", "sha1", "sha256"} {
		name = "x-amz-checksum-" + algorithm
		value = f.said(name)
		if value == "" {
			value, _ = f.field(name)
		}
		if value != "" && strings.ReplaceAll(value, " ", "+") == emptyChecksum(algorithm) {
			return name, value
		}
	}
	if value = f.said("content-md5"); value == emptyChecksum("md5") {
		return "content-md5", value
	}
	if value = f.said("x-amz-content-sha256"); value == emptySHA256 {
		return "x-amz-content-sha256", value
	}
	return "", ""
}

// judgeEmptyChecksum tells of the checksum that some SDKs put into a presigned
// PUT before there is a body.
func (f *facts) judgeEmptyChecksum() bool {
	if f.Method != "PUT" && f.Method != "POST" || f.isBodyless() {
		return false
	}
	name, value := f.emptyChecksumIn()
	if name == "" || name == "x-amz-content-sha256" && f.sig.kind == headerV4 && f.BodySize == nil {
		return false
	}
	f.add(EmptyBodyChecksum, 0.88, "%s is %s, the checksum of no bytes at all, and the body is not empty", name, value)
	return true
}

// judgeDigest explains an answer that says that a checksum is wrong.
func (f *facts) judgeDigest() {
	claimed := f.answer.element("ClientComputedContentSHA256")
	name, value := f.emptyChecksumIn()
	switch {
	case claimed == emptySHA256 && !f.isBodyless():
		f.add(EmptyBodyChecksum, 0.95, "x-amz-content-sha256 is the hash of an empty body, and S3 got another")
	case name != "" && !f.isBodyless():
		f.add(EmptyBodyChecksum, 0.97, "%s is %s, the checksum of no bytes at all, and the body is not empty", name, value)
	case f.answer.element("ExpectedDigest") == emptyChecksum("md5"):
		f.add(EmptyBodyChecksum, 0.95, "the digest that was given is that of no bytes at all")
	}
	f.says(BadChecksum, 0.94, "%s%s", f.answer.said(), f.details("ExpectedDigest CalculatedDigest"))
}
