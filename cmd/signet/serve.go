package main

import (
	"fmt"
	"io"

	"signet/cmd/signet/internal/relay"
)

// serve runs the relay: the API of [signet/lambda/api] and uploads through this
// process, as a long-running server.
//
// What it is told, and where:
//
//	SIGNET_CONFIG             the configuration as the Lambda has it, as JSON, with bucket and
//	                          region (upload.EnvVar). auth must be {"issuer", "audience"}: a
//	                          deployment with Cognito puts the pool's issuer URL
//	                          (https://cognito-idp.REGION.amazonaws.com/POOL) and the client's id there.
//	AWS's own variables       credentials, as the AWS CLI finds them; on EC2 the instance's role (IMDSv2)
//	--listen ADDRESS          default :8080. HTTP/1.1, and HTTP/2 with TLS
//	--metrics ADDRESS         default 127.0.0.1:9090: GET /metrics for Prometheus; empty: none
//	--tls-cert, --tls-key     files; both or neither. Neither: plain HTTP, for behind CloudFront
//	--origin URL              where people find this server, such as https://files.example.com; default
//	                          https://DOMAIN of the configuration. Without it there is no page at /relay.
//	                          The issuer must know ORIGIN/relay/callback as a redirect address.
//	--jwks FILE               the issuer's public keys, for where the issuer cannot be reached (no NAT);
//	                          read again when the file changes. Default: the issuer's own, by discovery
//	--max-connections N       default 1024
//	--clamd ADDRESS           unix socket's path, or host:port; default: no check
//	--drain DURATION          how long uploads under way may take after SIGTERM; default 10m
//	--print-unit              writes the systemd unit and ends
//
// Paths:
//
//	GET  /api/healthz         200 while the process lives (load balancers, CloudFront)
//	GET  /readyz              200 when it can take uploads; 503 when it drains, or S3, the issuer's keys
//	                          or clamd are out of reach
//	POST /api/relay           multipart/form-data, one file
//	PUT  /api/relay/{name}    the file as the body
//	GET  /relay               the page without script; /relay/sign-in, /relay/callback, /relay/sign-out
//	*    /api/…               the same as the Lambda
//
// The unit is part of the binary (internal/relay/signet.service), because the two
// must be of one version, and because a machine without a way to the internet then
// has one file to fetch.
func serveCommand(args []string, stdout, stderr io.Writer) int {
	if len(args) == 1 && args[0] == "--print-unit" {
		fmt.Fprint(stdout, relay.Unit())
		return exitDone
	}
	fmt.Fprintln(stderr, "signet: serve is being written")
	return exitFailed
}
