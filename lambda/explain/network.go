package explain

import "strings"

// judgeNetwork explains the client's own words when there is no answer.
func (f *facts) judgeNetwork() {
	for _, row := range []struct {
		words      string
		code       Code
		confidence float64
		why        string
	}{
		{"169.254.169.254|169.254.170.2|meta-data/iam|Could not load credentials|Missing credentials|Unable to locate credentials|NoCredentialsError|CredentialsError|Unable to load credentials|Unable to load AWS credentials|NoCredentialProviders|failed to refresh cached credentials|no EC2 IMDS role|Error retrieving credentials|CredentialsProviderError", NoCredentials, 0.95, "the client found no credentials"},
		{"corrupted on transfer|hash differ|hashes differ|md5sums differ|checksum mismatch", BadChecksum, 0.85, "the client compared checksums, and they differ"},
		{"not seekable|unseekable stream|failed to seek body|failed to rewind|rewind body|non-retryable streaming request|non-repeatable request|Data read has a different length|body stream is locked|mark/reset not supported|Failed to reset the request input stream", BodyNotReplayable, 0.9, "the client says that it could not read the body again"},
		{"is not expected|invalid or unrecognized response|protocol violation|malformed HTTP response|Bad status line|BadStatusLine|Parse Error: Expected HTTP|could not be parsed as XML|Error parsing XML|parsing error|parsing response|reading '#text'|inspect the hidden field|failed to unmarshal|Deserialization error|failed to decode|SerializationError|XML syntax error|Failed to parse XML|not well-formed (invalid token)|Unable to parse response|no element found|Content is not allowed in prolog|error unmarshal", NotS3, 0.9, "the client could not read the answer as S3's XML"},
		{"SSLEOFError|EOF occurred in violation of protocol|SSL_ERROR_SYSCALL|unexpected eof while reading|SSL_write", BodyCut, 0.76, "the server closed the connection within TLS, as it does when it has refused what is sent, or a proxy gives up"},
		{"stream exhausted|body stream was read|body used already|Body is unusable|body has already been", BodyNotReplayable, 0.9, "the client says that it could not read the body again"},
		{"wrong version number|WRONG_VERSION_NUMBER|ERR_SSL_PROTOCOL_ERROR|SSL_ERROR_RX_RECORD_TOO_LONG|server gave HTTP response to HTTPS client|EPROTO|packet length too long", TLSFailed, 0.9, "TLS was spoken to a port that answers in plain HTTP"},
		{"unsupported protocol scheme|Invalid endpoint:|Endpoint does not start with|must start with http|missing protocol scheme|URI with undefined scheme|No connection adapters were found|first path segment in URL cannot contain colon", WrongHost, 0.9, "the endpoint is no address with a scheme"},
		{"ERR_CERT_COMMON_NAME_INVALID|Hostname mismatch|host name mismatch|not match cert|doesn't match either of|does not match target host|is valid for|ERR_TLS_CERT_ALTNAME_INVALID|no alternative certificate subject|Hostname/IP does not match|NameMismatch", WrongHost, 0.82, "the certificate is not for this host; dots in a bucket's name break virtual-host style"},
		{"self signed|self-signed|unknown authority|CERTIFICATE_VERIFY_FAILED|certificate verify failed|unable to get local issuer|UNABLE_TO_VERIFY|PKIX path|ERR_CERT_AUTHORITY|ERR_CERT_DATE|certificate has expired|SEC_ERROR|SSL certificate problem|DEPTH_ZERO_SELF_SIGNED|UnknownIssuer|x509|trust anchor|ERR_CERT|ERR_TLS_CERT", TLSFailed, 0.88, "the server's certificate is not trusted"},
		{"handshake|ERR_SSL|TLSV1_ALERT|SSLHandshakeException", TLSFailed, 0.75, "the TLS handshake failed"},
		{"ERR_PROXY|ERR_TUNNEL|ERR_NETWORK_ACCESS_DENIED|Proxy Authentication Required|CONNECT tunnel failed", NotS3, 0.85, "a proxy on the way does not let the request pass"},
		{"ERR_UNSAFE_PORT", WrongHost, 0.9, "browsers do not send to this port"},
		{"ERR_BLOCKED_BY_ORB|ERR_BLOCKED_BY_RESPONSE", CORSOrigin, 0.7, "the browser keeps the answer from the page"},
		{"PRIVATE_NETWORK_ACCESS|private network|local network", CORSPreflight, 0.85, "a public page may not send to a private address"},
		{"ERR_NAME_NOT_RESOLVED|ENOTFOUND|no such host|could not resolve|couldn't resolve|could not be resolved|getaddrinfo|Name or service not known|UnknownHostException|nodename nor servname|EAI_AGAIN|Temporary failure in name resolution|NS_ERROR_UNKNOWN_HOST|A server with the specified hostname could not be found|Could not connect to the endpoint URL", WrongHost, 0.82, "the host's name is not known where the client runs"},
		{"connect timed out|connect timeout|connection timed out|ConnectTimeout", BodyCut, 0.7, "nothing answered at this host and port"},
		{"ERR_CONNECTION_REFUSED|ERR_ADDRESS_UNREACHABLE|EHOSTUNREACH|ECONNREFUSED|connection refused|Host is down|No route to host|Network is unreachable|ENETUNREACH|NS_ERROR_CONNECTION_REFUSED|Could not connect to the server|ConnectionRefused|Unable to connect|Connect to|Failed to connect", WrongHost, 0.65, "nothing listens at this host and port"},
		{"ERR_CONNECTION_RESET|ERR_CONNECTION_CLOSED|ECONNRESET|EPIPE|broken pipe|reset by peer|ERR_EMPTY_RESPONSE|ERR_CONTENT_LENGTH_MISMATCH|ERR_INCOMPLETE_CHUNKED|ERR_INSUFFICIENT_RESOURCES|unexpected EOF|socket hang up|NS_ERROR_NET_RESET|NS_ERROR_NET_INTERRUPT|Connection was closed|Connection reset|: EOF|response ended prematurely|connection was forcibly closed|network connection was lost|Recv failure|Empty reply|ConnectionClosedError", BodyCut, 0.75, "the connection ended before an answer"},
		{"ERR_NETWORK_CHANGED|ERR_INTERNET_DISCONNECTED|ERR_TIMED_OUT|ERR_CONNECTION_TIMED_OUT|ETIMEDOUT|timeout|timed out|execution expired|ERR_CONNECTION_ABORTED|ERR_NETWORK_IO_SUSPENDED|ERR_HTTP2|ERR_QUIC|NS_ERROR_NET_TIMEOUT|NS_ERROR_NET_PARTIAL|context deadline exceeded|appears to be offline", BodyCut, 0.6, "the network failed while sending"},
		{"SSLError|SSLException", TLSFailed, 0.6, "TLS failed"},
		{"without XML error", NotS3, 0.6, "the answer was no XML of S3's"},
	} {
		for word := range strings.SplitSeq(row.words, "|") {
			if contains := indexFold(f.NetworkError, word) >= 0; contains && (!isConstant(word) || strings.Contains(f.NetworkError, word)) {
				f.says(row.code, row.confidence, "%s (%s)", row.why, f.NetworkError)
				return
			}
		}
	}
	if !f.judgeNumber() {
		f.judgeClientConcepts()
	}
}

// isConstant tells a name of errno's kind, ENOTFOUND, which within other words is none.
func isConstant(word string) bool {
	return word == strings.ToUpper(word) && !strings.Contains(word, " ")
}
