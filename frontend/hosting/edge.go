package hosting

// EdgeHeaders are those of every answer on the site's paths that lead to the upload
// bucket, whatever S3 says: should a file ever be answered there, it is no page of the
// site's origin and runs nothing.
func EdgeHeaders() map[string]string {
	return map[string]string{
		"Content-Security-Policy": EdgePolicy,
		"X-Content-Type-Options":  "nosniff",
		"X-Frame-Options":         "DENY",
		"Cache-Control":           "no-store",
	}
}

// EdgePolicy is the content security policy there.
const EdgePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"
