package uploads_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/relay"
	"signet/infra/uploads"
	"signet/lambda/upload"
)

// full is a configuration with every option on.
const full = `{
	"name": "full", "prefix": "in/box/", "maxObjectSize": "1 TiB", "maxFiles": 50, "allowedTypes": ["image/*", "application/pdf"],
	"expires": "1h", "overwrite": true, "origins": ["https://app.example.com", "http://localhost:5173", "https://files.example.com"],
	"auth": {"cognito": {"signUp": true, "mfa": "required"}}, "accelerate": true, "dualStack": true, "edge": "all",
	"lifecycle": {"abort": 7, "noncurrent": 90, "transition": 30, "expire": 400, "logsTransition": 60, "logsExpire": 730},
	"tags": {"Project": "full", "Env": "prod", "Owner": "media", "CostCenter": "4711", "Team": "blue"},
	"budget": {"monthly": 25, "address": "money@example.com"}, "alarms": "ops@example.com", "trail": true, "malwareScan": true, "relay": true,
	"quarantineReaders": ["arn:aws:iam::111122223333:role/analyst"],
	"domain": {"name": "files.example.com", "certificate": "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d", "zone": "Z0123456789ABCDEFGHIJ"},
	"webAcl": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/files/0a1b2c3d",
	"writers": ["arn:aws:iam::111122223333:role/importer"], "concurrency": 50, "priceClass": "200",
	"backup": {"replica": {"bucket": "copies", "key": "arn:aws:kms:eu-central-1:444455556666:key/0a1b2c3d", "account": "444455556666"}, "plan": {"days": 35}}
}`

// bare is a configuration with every option off.
const bare = `{
	"name": "bare", "edge": "off", "auth": {"issuer": "https://id.example.com/realms/main", "audience": ["bare-site", "bare-cli"]}, "trail": false,
	"lifecycle": {"logsTransition": 0}, "alarms": "arn:aws:sns:eu-west-1:111122223333:ops", "throttle": {"rate": 20, "burst": 40},
	"existing": {"bucket": "bare-kept", "key": "1234abcd-12ab-34cd-56ef-1234567890ab"}
}`

// strict is a configuration that keeps from reading what was not found to be clean; its
// names and mails are its owner's, whose zone makes their records and certificate.
const strict = `{
	"name": "strict", "malwareScan": "strict", "quarantineReaders": ["arn:aws:iam::111122223333:role/analyst"],
	"domain": {"name": "files.example.com", "zone": "Z0123456789ABCDEFGHIJ", "signIn": "login.files.example.com"},
	"auth": {"cognito": {"sender": {"address": "files@example.com", "name": "Files", "identity": "arn:aws:ses:eu-west-1:111122223333:identity/example.com"}}}
}`

// spaces is a configuration with a space of each kind, and with passes.
const spaces = `{
	"name": "spaces", "lifecycle": {"transition": 60}, "passes": true, "quota": {"bytes": "10 GiB"}, "backend": {"roles": ["arn:aws:iam::111122223333:role/app"]},
	"domain": {"name": "files.example.com", "certificate": "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d", "signIn": "login.example.com"}, "spaces": {
		"avatars": {"read": ["public"], "maxObjectSize": "2 MiB", "allowedTypes": ["image/png", "image/jpeg"]},
		"team": {"per": "group", "lifecycle": {"expire": 90}},
		"inbox": {"per": "all", "read": ["group:staff"], "delete": ["group:staff"], "confirm": "2d", "prefix": "in/box/", "lifecycle": {"transition": 10, "expire": 30}}
	}
}`

// counted has a relay before a quota, in which it makes room itself.
const counted = `{"name": "counted", "relay": true, "quota": {"files": 1000}}`

// relaySuffix and certificateSuffix are what other stacks have behind the name of
// their uploads.
const (
	relaySuffix       = "-relay"
	certificateSuffix = "-certificate"
)

// stacks are the templates of one synthesis, by stack name: signet has the
// defaults, second too but for its name.
var stacks map[string]template

// assembly is the directory that the synthesis wrote.
var assembly string

func TestMain(m *testing.M) {
	out := flag.String("templates", "", "keep the cloud assembly in this directory")
	folder := flag.String("spread", "", "write what signet doctor judges of a spread of configurations to this directory, and test nothing")
	flag.Parse()
	code := func() int {
		defer jsii.Close()
		dir, err := os.MkdirTemp("", "signet-infra-")
		if err == nil {
			defer os.RemoveAll(dir)
			err = prepare(dir, *out, *folder)
		}
		switch {
		case err != nil:
			fmt.Fprintln(os.Stderr, err)
			return 1
		case *folder != "":
			return 0
		}
		return m.Run()
	}()
	os.Exit(code)
}

// prepare synthesizes what the tests look at, or into a folder what the doctor's do.
func prepare(dir, out, folder string) (err error) {
	if folder != "" {
		return writeSpread(dir, folder)
	}
	if assembly = out; out == "" {
		assembly = filepath.Join(dir, "out")
	}
	stacks, err = synthesize(dir, assembly, append([]string{"{}", `{"name": "second"}`, full, bare, strict, spaces, told, counted, manyScanned(), manyConfirmed()}, receivedContexts()...)...)
	return err
}

// synthesize makes one app with a stack for each configuration. What it deploys
// stands in for the real program and site, whose hashes would change with them.
func synthesize(dir, out string, contexts ...string) (map[string]template, error) {
	s, err := stubs(dir)
	if err != nil {
		return nil, err
	}
	flags, err := contextOf("../../cdk.json")
	if err != nil {
		return nil, err
	}
	app := awscdk.NewApp(&awscdk.AppProps{Context: &flags, Outdir: &out, AnalyticsReporting: jsii.Bool(false)})
	var names []string
	for _, text := range contexts {
		config, err := upload.ParseContext([]byte(text))
		if err != nil {
			return nil, err
		}
		names = append(names, config.Name)
		certificate := uploads.NewCertificate(app, config)
		u := uploads.NewStack(app, uploads.Props{Config: config, Function: s.function, Site: s.site, Quarantine: s.quarantine, Notify: s.notify})
		if certificate != nil {
			awscdk.Stack_Of(u.Construct).AddDependency(certificate, nil)
			names = append(names, config.Name+certificateSuffix)
		}
		if config.Relay {
			relay.NewStack(app, u, relay.Props{Config: config, Program: s.program, Keys: s.keys})
			names = append(names, config.Name+relaySuffix)
		}
	}
	awscdk.Validations_Of(app).AddPlugins(uploads.Rules())
	app.Synth(nil)
	templates := map[string]template{}
	for _, name := range names {
		of := strings.TrimSuffix(strings.TrimSuffix(name, relaySuffix), certificateSuffix)
		exporters, err := filepath.Glob(filepath.Join(out, of+"*.template.json"))
		if err != nil {
			return nil, err
		}
		if templates[name], err = readTemplate(filepath.Join(out, name+".template.json"), exporters...); err != nil {
			return nil, err
		}
	}
	return templates, nil
}

// stub is what stands in for the programs and the site.
type stub struct{ function, site, quarantine, notify, keys, program string }

func stubs(dir string) (stub, error) {
	s := stub{dir + "/function", dir + "/site", dir + "/quarantine", dir + "/notify", dir + "/keys", dir + "/program/signet"}
	for path, text := range map[string]string{
		s.function + "/bootstrap": "program", s.quarantine + "/bootstrap": "program that moves", s.notify + "/bootstrap": "program that tells", s.keys + "/bootstrap": "program that fetches",
		s.program: "program that serves", s.site + "/index.html": "page", s.site + "/assets/page-1a2b.js": "script",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return s, err
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			return s, err
		}
	}
	return s, nil
}

// contextOf is the context of a cdk.json, which a test's app does not get by
// itself, without its configuration.
func contextOf(path string) (map[string]any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	delete(file.Context, "signet")
	return file.Context, nil
}
