package upload

// CORSAllowedHeaders are the request headers that a page of another origin may
// send to the bucket: those that a signed request can carry, and range for
// downloads. One * in a name stands for anything.
func CORSAllowedHeaders() []string {
	return []string{"content-type", "if-none-match", "range", "x-amz-checksum-crc64nvme", "x-amz-checksum-sha256", "x-amz-meta-*", "x-amz-mp-object-size"}
}

// CORSAllowedHeaders are those of [CORSAllowedHeaders], and where files have to be
// confirmed the one by which they are marked.
func (c Config) CORSAllowedHeaders() []string {
	headers := CORSAllowedHeaders()
	for _, s := range c.Spaces {
		if s.Confirm > 0 {
			return append(headers, taggingHeader)
		}
	}
	return headers
}

// CORSMethods are the methods that such a page may use on the bucket; DELETE is
// for clients that abort an upload themselves.
func CORSMethods() []string { return []string{"GET", "HEAD", "PUT", "POST", "DELETE"} }

// CORSExposedHeaders are the answer headers that such a page may read: the ETag
// of a part, checksum, version, the ids that AWS support asks for, and the
// address of what a form made.
func CORSExposedHeaders() []string {
	return []string{"ETag", "x-amz-checksum-crc64nvme", "x-amz-checksum-sha256", "x-amz-checksum-type", "x-amz-version-id", "x-amz-request-id", "x-amz-id-2", "Location"}
}

// CORSAPIMethods are the methods that a page of another configured origin may
// use on the API; with passes those of their calls too.
func CORSAPIMethods(passes bool) []string {
	if passes {
		return []string{"GET", "POST", "PATCH", "DELETE"}
	}
	return []string{"GET", "POST", "DELETE"}
}

// CORSAPIHeaders are the request headers that it may send to the API; with passes those
// of guests too.
func CORSAPIHeaders(passes bool) []string {
	headers := []string{"authorization", "content-type"}
	if passes {
		headers = append(headers, "signet-guest", "signet-pass", "signet-password")
	}
	return headers
}
