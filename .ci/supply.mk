# What the programs are made of. Included by the Makefile, with
# release.mk, which has STAGE. The tools are pinned, and
# kept: CycloneDX's for Go, npm's own for the site, Go's own for known vulnerabilities.

CYCLONEDX := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

# Of the programs as they are given out, so that what is written is the same each time:
# without the moment and the random number that the tools put in.
SBOM := build/sbom

.PHONY: sbom
sbom: $(STAGE)/linux-amd64/signet $(STAGE)/lambda/bootstrap | need-npm ## what signet, the Lambda and the site consist of, as CycloneDX, and a list of licences, into build/sbom
	@rm -rf $(SBOM) && mkdir -p $(SBOM)
	$(GO) run $(CYCLONEDX) bin -json -licenses -noserial -version $(VERSION) -output $(SBOM)/signet.cdx.json $(STAGE)/linux-amd64/signet
	$(GO) run $(CYCLONEDX) bin -json -licenses -noserial -version $(VERSION) -output $(SBOM)/lambda.cdx.json $(STAGE)/lambda/bootstrap
	$(NPM) --prefix frontend sbom --package-lock-only --omit=dev --sbom-format=cyclonedx --sbom-type=application > $(SBOM)/site.cdx.json
	node .ci/timeless.mjs $(SBOM)/*.cdx.json
	node .ci/licences.mjs $(SBOM)/*.cdx.json > $(SBOM)/licences.md

# Where a database of vulnerabilities cannot be reached, this says so, and has not
# looked; it fails where something is found.
.PHONY: audit
audit: need-npm ## known vulnerabilities of Go modules and npm packages, where their databases can be reached
	@GOVULNCHECK=$(GOVULNCHECK) GO=$(GO) NPM=$(NPM) node .ci/audit.mjs
