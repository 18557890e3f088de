# The real Uppy against our Companion S3 protocol. Included by the Makefile.

UPPY := bench/peers/uppy
UPPY_TOOLS := $(UPPY)/dist/index.html bench/browser/node_modules/.companion-installed

$(UPPY)/dist/index.html: $(UPPY)/package-lock.json $(wildcard $(UPPY)/page/* $(UPPY)/v5/index.js $(UPPY)/v6/index.js) | need-npm
	$(NPM) --prefix $(UPPY) ci --no-audit --no-fund
	$(NPM) --prefix $(UPPY) run build

# A stamp of its own beside whatever else installs there.
bench/browser/node_modules/.companion-installed: bench/browser/package-lock.json | need-npm
	$(NPM) --prefix bench/browser ci --no-audit --no-fund
	@touch $@

.PHONY: companion-binaries
companion-binaries: build
	@$(GO) build -o bin/bench-proxy ./bench/browser/proxy
	@$(GO) build -o bin/bench-report ./bench/report/write

COMPANION_TEST = cd bench/browser && npx vitest run --config companion/vitest.config.ts

.PHONY: test-companion-short
test-companion-short: companion-binaries $(UPPY_TOOLS) need-chromium
	$(COMPANION_TEST)

.PHONY: test-companion
test-companion: companion-binaries $(UPPY_TOOLS) need-chromium ## real Uppy 5 and 6 against us and Companion, with files of full size
	FULL=1; export FULL; $(COMPANION_TEST)

.PHONY: bench-companion
bench-companion: companion-binaries $(UPPY_TOOLS) need-chromium ## Uppy through us beside Companion, into bench/RESULTS.md
	cd bench/browser && npx tsx companion/race.ts
