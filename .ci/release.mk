# What is given out, into build/release. Included by the Makefile, which has VERSION,
# SAME_BYTES, LAMBDA_BUILD and SMALL_BUILD. With the same Go and Node.js it is the same
# bytes from any folder on any day; `make test-release` holds that.

STAGE := build/stage
RELEASE := build/release
# On Windows signet has no dev: what plays S3 there knows Unix's files alone.
PLATFORMS := linux-amd64 linux-arm64 darwin-amd64 darwin-arm64 windows-amd64
PROGRAMS := $(PLATFORMS:%=$(STAGE)/%/signet)
FUNCTIONS := lambda quarantine notify keys
PACK := $(GO) run ./.ci/pack

$(PROGRAMS): $(STAGE)/%/signet: frontend/dist/index.html cmd/signet/internal/reference/dist/index.html $(GO_SOURCES)
	CGO_ENABLED=0 GOOS=$(word 1,$(subst -, ,$*)) GOARCH=$(word 2,$(subst -, ,$*)) $(GO) build $(SAME_BYTES) $(SAME_LINKS) -o $@ ./cmd/signet

$(STAGE)/lambda/bootstrap: $(GO_SOURCES) lambda/build.txt
	$(LAMBDA_BUILD) -o $@ ./lambda

$(STAGE)/notify/bootstrap: $(GO_SOURCES)
	$(SMALL_BUILD) -o $@ ./lambda/notify/function

$(STAGE)/quarantine/bootstrap $(STAGE)/keys/bootstrap: $(STAGE)/%/bootstrap: $(GO_SOURCES)
	$(SMALL_BUILD) -o $@ ./lambda/$*

# Manual page and completions go with the programs that a shell of Unix runs.
$(STAGE)/share/signet.1: bin/signet
	@mkdir -p $(@D)
	for shell in bash zsh fish; do bin/signet completion $$shell > $(@D)/signet.$$shell; done
	bin/signet man > $@

# Packages name themselves in PACKAGES, wherever their own file is included.
.SECONDEXPANSION:
.PHONY: release
release: $(PROGRAMS) $(FUNCTIONS:%=$(STAGE)/%/bootstrap) $(STAGE)/share/signet.1 sbom $$(PACKAGES) ## all that is given out, with checksums, into build/release
	@rm -rf $(RELEASE) && mkdir -p $(RELEASE)
	@set -x; for platform in $(filter-out windows-%,$(PLATFORMS)); do \
		$(PACK) $(RELEASE)/signet-$(VERSION)-$$platform.tar.gz signet=$(STAGE)/$$platform/signet LICENSE=LICENSE LICENCES.md=$(SBOM)/licences.md share=$(STAGE)/share; done
	$(if $(filter windows-%,$(PLATFORMS)),$(PACK) $(RELEASE)/signet-$(VERSION)-windows-amd64.zip signet.exe=$(STAGE)/windows-amd64/signet LICENSE=LICENSE LICENCES.md=$(SBOM)/licences.md)
	@set -x; for function in $(FUNCTIONS); do $(PACK) $(RELEASE)/$$function-$(VERSION).zip bootstrap=$(STAGE)/$$function/bootstrap; done
	$(PACK) $(RELEASE)/site-$(VERSION).zip .=frontend/dist
	cp $(PACKAGES) $(RELEASE)/
	$(PACK) $(RELEASE)/signet_testing-$(VERSION).tar.gz $(foreach file,$(filter-out %.egg-info,$(TESTING_PYTHON)),signet_testing-$(VERSION)/$(file:frontend/package/testing/python/%=%)=$(file))
	for part in signet lambda site; do cp $(SBOM)/$$part.cdx.json $(RELEASE)/$$part-$(VERSION).cdx.json; done
	cp $(SBOM)/licences.md $(RELEASE)/licences-$(VERSION).md
	$(PACK) -sums $(RELEASE)
	@cat $(RELEASE)/SHA256SUMS

.PHONY: test-release
test-release: frontend/node_modules/.installed cmd/signet/internal/reference/dist/index.html ## two releases from two folders are the same bytes, and each program is of this version (PLATFORMS=linux-amd64)
	bash .ci/twice $(VERSION) $(PLATFORMS)
