package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"signet/cmd/signet/internal/clamd"
	"signet/cmd/signet/internal/relay"
	"signet/lambda/upload"
)

const serveUsage = `signet serve: take uploads through this machine

It answers the same API as the Lambda, and takes files itself: a form, a PUT, and a
page at /relay for browsers without script. What arrives goes straight on into S3;
no disk is touched, and the memory stays below 120 MB. SIGTERM lets the uploads under
way end.

Usage:
  SIGNET_CONFIG='{…}' signet serve [--listen ADDRESS] [--origin URL] ...
  signet serve --print-unit

Flags:
  --listen ADDRESS     where to listen (default :8080)
  --metrics ADDRESS    where Prometheus finds /metrics (default 127.0.0.1:9090; "": nowhere).
                       It answers under addresses, localhost, the machine's name and
                       the name given here
  --tls-cert FILE      certificate chain, in PEM, read again when it changes (default:
                       plain HTTP, for behind CloudFront)
  --tls-key FILE       its key, the same way
  --origin URL         where people find this server (default https:// and the
                       configuration's domain); without it there is no page at
                       /relay. The issuer has to know URL/relay/callback
  --jwks FILE          the issuer's public keys, where it cannot be reached (default:
                       it is asked); with it there is no page
  --max-connections N  open at once (default 1024). When one more comes, the one that
                       has waited longest for its next request is closed
  --max-per-address N  open at once from one address; 0: no bound (default: a quarter
                       of all with --tls-cert; none without, behind a load balancer)
  --clamd ADDRESS      clamd's socket, or host:port, which has to approve each file
  --stall DURATION     how long 32 KiB may take to arrive (default 30s)
  --drain DURATION     how long uploads under way may take at the end (default 10m)
  --json               print one line of JSON when ready: address, metrics
  --print-unit         print the unit for systemd, and end

Environment:
  SIGNET_CONFIG        the configuration as the Lambda has it: with bucket, region,
                       and auth {"issuer", "audience"}
  AWS_…                credentials, found as the AWS CLI finds them; on EC2 the role

Example:
  $ signet serve --listen 127.0.0.1:8080 --origin http://127.0.0.1:8080
`

// serveFlags are what only a server has; all else is in SIGNET_CONFIG.
//
// The paths that others have to know are constants of [relay]: /api/healthz is for
// load balancers, /readyz says whether uploads would be taken.
type serveFlags struct {
	server       relay.Server
	origin, jwks string
	clamd        string
	stall        time.Duration
	unit         bool
}

func parseServe(c *console, args []string) (f serveFlags, code int, ok bool) {
	set := c.flags("serve")
	set.StringVar(&f.server.Listen, "listen", ":8080", "")
	set.StringVar(&f.server.Metrics, "metrics", "127.0.0.1:9090", "")
	set.StringVar(&f.server.Cert, "tls-cert", "", "")
	set.StringVar(&f.server.Key, "tls-key", "", "")
	set.StringVar(&f.origin, "origin", "", "")
	set.StringVar(&f.jwks, "jwks", "", "")
	set.IntVar(&f.server.MaxConnections, "max-connections", 1024, "")
	set.IntVar(&f.server.MaxPerAddress, "max-per-address", -1, "")
	set.StringVar(&f.clamd, "clamd", "", "")
	set.DurationVar(&f.stall, "stall", 30*time.Second, "")
	set.DurationVar(&f.server.Drain, "drain", 10*time.Minute, "")
	set.BoolVar(&f.unit, "print-unit", false, "")
	rest, code, ok := c.parse(set, serveUsage, args)
	switch {
	case !ok:
		return f, code, false
	case len(rest) > 0:
		return f, c.usage("got %q, want flags only: see signet serve --help", rest[0]), false
	case (f.server.Cert == "") != (f.server.Key == ""):
		return f, c.usage("got one of --tls-cert and --tls-key, want both or none: give the other"), false
	case f.server.MaxConnections < 1:
		return f, c.usage("got --max-connections %d, want 1 or more: correct it", f.server.MaxConnections), false
	case f.server.MaxPerAddress < -1:
		return f, c.usage("got --max-per-address %d, want 0 or more: correct it", f.server.MaxPerAddress), false
	case f.stall < time.Second || f.server.Drain < 0:
		return f, c.usage("got --stall %s and --drain %s, want 1s or more, and 0s or more: correct them", f.stall, f.server.Drain), false
	case f.origin != "" && !isWebOrigin(f.origin):
		return f, c.usage("got --origin %q, want scheme and host such as https://files.example.com: browsers keep the page's cookie over https, or on this machine", f.origin), false
	}
	if f.server.MaxPerAddress == -1 {
		f.server.MaxPerAddress = perAddress(f.server)
	}
	return f, exitDone, true
}

// perAddress is the default of --max-per-address: whoever speaks TLS with clients speaks
// with them itself.
func perAddress(s relay.Server) int {
	if s.Cert == "" {
		return 0
	}
	return max(1, s.MaxConnections/4)
}

// isWebOrigin accepts where a browser keeps a secure cookie.
func isWebOrigin(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != s {
		return false
	}
	host := u.Hostname()
	return u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1")
}

func serveCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	f, code, ok := parseServe(c, args)
	if !ok {
		return code
	}
	if f.unit {
		fmt.Fprint(stdout, relay.Unit())
		return exitDone
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := runServe(ctx, c, f); err != nil {
		return c.fail(err)
	}
	return exitDone
}

func runServe(ctx context.Context, c *console, f serveFlags) error {
	text := os.Getenv(upload.EnvVar)
	if text == "" {
		return fmt.Errorf("got no %s, want the configuration as JSON, with bucket, region and auth: see signet serve --help", upload.EnvVar)
	}
	settings, err := upload.ParseConfig([]byte(text))
	if err != nil {
		return fmt.Errorf("%s: %w", upload.EnvVar, err)
	}
	found, err := config.LoadDefaultConfig(ctx, config.WithRegion(settings.Region))
	if err != nil {
		return err
	}
	if found.Credentials == nil {
		return errors.New("got no AWS credentials, want a role or those of the environment: see aws configure list")
	}
	if f.origin == "" && settings.Domain != nil {
		f.origin = "https://" + settings.Domain.Name
	}
	log := slog.New(slog.NewJSONHandler(c.stderr, nil))
	f.server.Log = log
	f.server.Relay, err = relay.New(relay.Options{
		Config: settings, Credentials: found.Credentials, Origin: f.origin, KeysFile: f.jwks, Clamd: clamd.Daemon(f.clamd), Stall: f.stall, Log: log,
	})
	if err != nil {
		return err
	}
	return f.server.Run(ctx, func(address, metrics string) {
		if c.json {
			_ = json.NewEncoder(c.stdout).Encode(map[string]string{"address": address, "metrics": metrics})
			return
		}
		log.Info("listening", "address", address, "metrics", metrics, "bucket", settings.Bucket, "page", f.origin)
	})
}
