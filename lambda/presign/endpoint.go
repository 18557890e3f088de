package presign

import (
	"net/url"
	"strings"

	"signet/lambda/upload"
)

// endpoint is where a bucket is reached.
type endpoint struct {
	origin     string // scheme://host
	host       string // as the Host header has it
	bucketPath string // path of the bucket itself, escaped
	keyPath    string // what the escaped key is appended to
}

// resolve finds the bucket's endpoint.
func resolve(o Options) (endpoint, error) {
	if o.Bucket == "" || o.Region == "" || o.Credentials == nil {
		return endpoint{}, upload.Errorf(upload.ConfigError, "got bucket %q, region %q, want both and a source of credentials: set them", o.Bucket, o.Region)
	}
	if o.Endpoint != "" {
		return custom(o)
	}
	virtual := isHostLabel(o.Bucket)
	suffix, global := partition(o.Region)
	if o.Accelerate {
		if !virtual || !global {
			return endpoint{}, upload.Errorf(upload.ConfigError,
				"got accelerate for bucket %q in %s, want a bucket name without dots in a commercial region: turn accelerate off", o.Bucket, o.Region)
		}
		if o.DualStack {
			return virtualHost("https", o.Bucket, "s3-accelerate.dualstack."+suffix, ""), nil
		}
		return virtualHost("https", o.Bucket, "s3-accelerate."+suffix, ""), nil
	}
	host := "s3." + o.Region + "." + suffix
	if o.DualStack {
		host = "s3.dualstack." + o.Region + "." + suffix
	}
	if virtual {
		return virtualHost("https", o.Bucket, host, ""), nil
	}
	return pathStyle("https", o.Bucket, host, ""), nil
}

// resolveSecond finds the bucket's other host; nil: there is none, as in the
// isolated partitions, which have no dual stack.
func resolveSecond(o Options) (*endpoint, error) {
	switch {
	case o.Endpoint == "" && o.TwoHosts && !o.DualStack && !strings.Contains(o.Region, "-iso"):
		o.DualStack = true
	case o.Endpoint != "" && o.SecondEndpoint != "":
		o.Endpoint = o.SecondEndpoint
	default:
		return nil, nil
	}
	e, err := resolve(o)
	return &e, err
}

// custom reads the endpoint of an S3 that is not AWS's. A default port is left
// out, because clients leave it out of the Host header that is signed.
func custom(o Options) (endpoint, error) {
	scheme, host, path, err := address("endpoint", o.Endpoint)
	if err != nil {
		return endpoint{}, err
	}
	base := EscapePath(strings.TrimRight(path, "/"))
	if o.VirtualHost {
		return virtualHost(scheme, o.Bucket, host, base), nil
	}
	return pathStyle(scheme, o.Bucket, host, base), nil
}

// address takes scheme://host/path apart; name is the option's, for its error.
func address(name, value string) (scheme, host, path string, err error) {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", "", "", upload.Errorf(upload.ConfigError, "got %s %q, want scheme://host such as http://127.0.0.1:9000: correct it", name, value)
	}
	host = strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return u.Scheme, host, u.Path, nil
}

func virtualHost(scheme, bucket, host, base string) endpoint {
	host = bucket + "." + host
	return endpoint{origin: scheme + "://" + host, host: host, bucketPath: base + "/", keyPath: base + "/"}
}

func pathStyle(scheme, bucket, host, base string) endpoint {
	path := base + "/" + escape(bucket, false)
	return endpoint{origin: scheme + "://" + host, host: host, bucketPath: path, keyPath: path + "/"}
}

// isHostLabel says whether the bucket's name is one label of a host name, so
// that the certificate for *.s3.region.amazonaws.com covers it
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
func isHostLabel(bucket string) bool {
	if len(bucket) < 3 || len(bucket) > 63 || bucket[0] == '-' || bucket[len(bucket)-1] == '-' {
		return false
	}
	for i := range len(bucket) {
		if c := bucket[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// partition is the domain of a region's partition, and whether it is the
// commercial one, which alone has Transfer Acceleration. The domains are those
// of the SDK's endpoint rules, which a test compares.
func partition(region string) (suffix string, global bool) {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "amazonaws.com.cn", false
	case strings.HasPrefix(region, "us-gov-"):
		return "amazonaws.com", false
	case strings.HasPrefix(region, "us-iso-"):
		return "c2s.ic.gov", false
	case strings.HasPrefix(region, "us-isob-"):
		return "sc2s.sgov.gov", false
	case strings.HasPrefix(region, "us-isof-"):
		return "csp.hci.ic.gov", false
	case strings.HasPrefix(region, "eu-isoe-"):
		return "cloud.adc-e.uk", false
	case strings.HasPrefix(region, "eusc-"):
		return "amazonaws.eu", false
	default:
		return "amazonaws.com", true
	}
}

// Location is the address of an object, without a signature.
func (s *Signer) Location(key string) string {
	return s.endpoint.origin + s.endpoint.keyPath + EscapePath(key)
}
