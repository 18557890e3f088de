# Signet. `make` lists the targets; each installs what it needs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# A build that fails its own check must not pass for done at the next call.
.DELETE_ON_ERROR:

GO ?= go
NPM ?= npm
PYTHON ?= python3
VENV := .venv
# The one version of the repository.
VERSION := $(shell sed -n 's/^const release = "\(.*\)"/\1/p' cmd/signet/version.go)

SITE_SOURCES := $(shell find frontend/src frontend/public frontend/index.html frontend/vite.config.ts frontend/weight.ts -type f 2>/dev/null)
GO_SOURCES := $(shell find cmd lambda frontend/embed.go -name '*.go' -o -name '*.html' -o -name '*.css' -o -name 'openapi.json') go.mod go.sum

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

## Running

# In the first build most is fetched, and compiled as others wrote it: Go's and npm's at
# the same time.
.PHONY: dev
dev: | need-npm ## run all of Signet on this machine (flags: make dev ARGS="--port 0")
	@$(MAKE) --no-print-directory --jobs=3 bin/signet
	bin/signet dev $(ARGS)

.PHONY: build
build: bin/signet ## build bin/signet with the site inside

# Without -trimpath, so that what others wrote is compiled once for this and for go test.
PROGRAM_BUILD := $(GO) build -ldflags "-s -w"

bin/signet: frontend/dist/index.html cmd/signet/internal/reference/dist/index.html $(GO_SOURCES) | $(if $(wildcard bin/signet),,others-packages)
	$(PROGRAM_BUILD) -o $@ ./cmd/signet

# All that does not hold the site, which is built meanwhile.
.PHONY: others-packages
others-packages:
	@$(PROGRAM_BUILD) $$($(GO) list -deps ./cmd/signet | grep -vE '^signet/(cmd|frontend)(/|$$)')

frontend/dist/index.html: frontend/node_modules/.installed $(SITE_SOURCES)
	$(NPM) --prefix frontend run build
	@touch $@

# The stamp is ours: npm rewrites its own files at will.
frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json | need-npm
	$(NPM) --prefix frontend ci --no-audit --no-fund
	@touch $@

## The Lambda

# Flags that make the same bytes from any folder: no paths, no VCS state, no id.
SAME_BYTES := -trimpath -buildvcs=false
SAME_LINKS := -ldflags "-s -w -buildid="
# lambda/build.txt has what keeps the API's function small; of the functions beside it
# only S3's client is large.
# Graviton2, the oldest that Lambda has, is ARMv8.2: atomics need no second way.
FUNCTION_BUILD := CGO_ENABLED=0 GOOS=linux GOARCH=arm64 GOARM64=v8.2 $(GO) build $(SAME_BYTES) $(SAME_LINKS)
LAMBDA_BUILD := $(FUNCTION_BUILD) $(shell sed '/^\#/d' lambda/build.txt)
SMALL_BUILD := $(FUNCTION_BUILD) -tags lambda.norpc -gcflags=github.com/aws/aws-sdk-go-v2/service/s3/...=-l

.PHONY: lambda
lambda: ## build the Lambda's bootstrap (arm64), reproducibly
	@mkdir -p build
	@$(LAMBDA_BUILD) -o build/bootstrap ./lambda
	@printf 'build/bootstrap  %s bytes  sha256 %s\n' "$$(stat -c %s build/bootstrap)" "$$(sha256sum build/bootstrap | cut -d ' ' -f 1)"

## Tests and checks

TOGETHER = +$(MAKE) --no-print-directory --output-sync=target

# What mostly waits, for a slow line or for a time to run out, is beside something else.
.PHONY: test test-beside
test: installed test-go test-site test-browser test-beside ## all tests: Go, site, real browsers, real Uppy, API description, testing packages

test-beside: build pack
	$(TOGETHER) --jobs=2 test-bench-browser test-companion-short test-api test-engines-short test-testing

# The race detector watches what several goroutines use at once.
.PHONY: test-go
test-go: $(VENV)/.boto3 bench/peers/node/node_modules/.installed $(VENV)/clients/.installed cmd/signet/testdata/receivers/node_modules/.installed frontend/dist/index.html frontend/node_modules/.installed need-curl need-shells need-chromium need-clamd need-systemd-analyze cmd/signet/internal/reference/dist/index.html ## Go tests, with the real S3 gateway and botocore as judge
	$(TOGETHER) --jobs=2 test-go-all test-go-race

.PHONY: test-go-all test-go-race
test-go-all:
	$(GO) test -timeout 40m ./lambda/... ./cmd/... ./infra/... ./bench/...

test-go-race:
	$(GO) test -race ./lambda/presign ./cmd/signet/internal/relay ./cmd/signet/internal/token
	$(GO) test -race -run Pipe ./cmd/signet/internal/transfer

.PHONY: test-site
test-site: frontend/node_modules/.installed ## unit tests of the site and its engine
	$(NPM) --prefix frontend test

# Lanes of frontend/e2e/lanes.ts, each with a local cloud of its own. One fills the page,
# and has only the one beside it that waits.
.PHONY: test-browser e2e-alone e2e-waits e2e-lines e2e-looks
test-browser: build pack need-chromium need-curl ## end to end in real Chromium (FULL=1: and 3 GiB in one ZIP)
	$(TOGETHER) --jobs=3 e2e-waits e2e-alone e2e-lines e2e-looks

e2e-lines e2e-looks: e2e-alone
e2e-alone e2e-waits e2e-lines e2e-looks:
	LANE=$(@:e2e-%=%) $(NPM) --prefix frontend run e2e

.PHONY: bench-site
bench-site: build pack need-chromium ## the page with 10,000 files, and 5,000 sent at once, on a machine that does nothing else: no task above 200 ms
	TASK=200 LANE=alone $(NPM) --prefix frontend run e2e

.PHONY: check
check: check-go check-site check-api check-infra check-bench-browser ## formatting, vet, staticcheck, revive, types, API description, infra

# It knows what staticcheck does not look at: names, comments, and what reads worse than it has to.
REVIVE := github.com/mgechev/revive@v1.17.0

.PHONY: check-go
check-go: frontend/dist/index.html
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted: run gofmt -w"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) run $(REVIVE) -config .ci/revive.toml -set_exit_status $$($(GO) list -f '{{.Dir}}' ./...)
	$(GO) mod tidy -diff

.PHONY: check-site
check-site: frontend/dist/index.html # whose build fails when the site is too heavy
	$(NPM) --prefix frontend run check

FUZZTIME ?= 10m

.PHONY: fuzz
fuzz: ## fuzz every target (FUZZTIME=10m each, FUZZ=name for one); what is found is kept in testdata/fuzz
	bash .ci/fuzz $(FUZZTIME) $(FUZZ)

## What has to be on the machine

.PHONY: need-npm
need-npm:
	@command -v $(NPM) >/dev/null && command -v node >/dev/null || { echo "npm is missing: install Node.js 22"; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' || \
		{ echo "got Node.js $$(node --version), want 22 (20.19 and later do as well): install it"; exit 1; }

.PHONY: need-chromium
need-chromium:
	@bash .ci/install chromium chromium fonts-noto-cjk

# The README's example is run as it stands.
.PHONY: need-curl
need-curl:
	@bash .ci/install curl curl
	@bash .ci/install jq jq

# What completes, and what formats the manual page.
.PHONY: need-shells
need-shells:
	@bash .ci/install zsh zsh
	@bash .ci/install fish fish
	@bash .ci/install groff groff

# All that tests and checks need beside the sources, at once: most of it waits for the network.
INSTALLED = bin/signet $(PACKAGES) $(VENV)/.boto3 $(CLIENTS)/.installed $(INFRA_VENV)/.installed $(EMULATOR_VENV)/.installed \
	$(TESTING_VENV)/.installed $(INFRA_TOOLS) $(patsubst %,%/node_modules/.installed,$(OPENAPI) $(RECEIVERS) bench/peers/node \
	bench/peers/uppy bench/browser frontend/engines frontend/package/testing/runners)

.PHONY: installed
installed:
	@$(TOGETHER) --jobs=4 $(INSTALLED) need-chromium need-curl need-shells need-clamd need-systemd-analyze need-firefox need-webkit need-openssl

# Made first: environments within it, made beside each other, would each make its folder.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.boto3: bench/requirements.txt | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@

.PHONY: clean
clean: ## remove what was built
	rm -rf bin build cdk.out frontend/dist/assets frontend/dist/*.* $(VENV)

-include infra/infra.mk
-include bench/bench.mk
-include frontend/package/package.mk
-include frontend/package/examples.mk
-include frontend/lighthouse/lighthouse.mk
-include frontend/engines/engines.mk
-include cmd/signet/internal/reference/reference.mk
-include bench/browser/companion/companion.mk
-include cmd/signet/clients.mk
-include cmd/signet/events.mk
-include lambda/api/openapi/openapi.mk
-include cmd/signet/internal/evidence/evidence.mk
-include bench/cli/cli.mk
-include cmd/signet/internal/doctor/doctor.mk
-include cmd/signet/internal/relay/relay.mk
-include bench/relay/relay.mk
-include bench/soak/soak.mk
-include cmd/signet/attacks.mk
-include .ci/release.mk
-include .ci/supply.mk
-include .ci/module.mk
