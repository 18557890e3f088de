# What the programs are made of. Included by the Makefile. The tools are pinned, and
# kept: CycloneDX's for Go, npm's own for the site, Go's own for known vulnerabilities.

CYCLONEDX := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
VERSION ?= $(shell awk '/^## [0-9]/ {print $$2; exit}' CHANGELOG.md)

.PHONY: sbom
sbom: build lambda ## what signet, the Lambda and the site consist of, as CycloneDX, and a list of licences, into build/sbom
	@mkdir -p build/sbom
	$(GO) run $(CYCLONEDX) bin -json -licenses -version $(VERSION) -output build/sbom/signet.cdx.json bin/signet
	$(GO) run $(CYCLONEDX) bin -json -licenses -version $(VERSION) -output build/sbom/lambda.cdx.json build/bootstrap
	$(NPM) --prefix frontend sbom --package-lock-only --omit=dev --sbom-format=cyclonedx --sbom-type=application > build/sbom/site.cdx.json
	node .ci/licences.mjs build/sbom/*.cdx.json > build/sbom/licences.md

# Where a database of vulnerabilities cannot be reached, this says so, and has not
# looked; it fails where something is found.
.PHONY: audit
audit: need-npm ## known vulnerabilities of Go modules and npm packages, where their databases can be reached
	@GOVULNCHECK=$(GOVULNCHECK) GO=$(GO) NPM=$(NPM) node .ci/audit.mjs
