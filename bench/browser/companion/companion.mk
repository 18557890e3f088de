# The real Uppy against our Companion S3 protocol. Included by the Makefile.

# Peers, proxy and their tools are made by browser.mk.
COMPANION_TOOLS := build bench/peers/uppy/dist/index.html bench/browser/node_modules/.installed bin/bench-proxy bin/bench-report

COMPANION_TEST = cd bench/browser && npx vitest run --config companion/vitest.config.ts

.PHONY: test-companion-short
test-companion-short: $(COMPANION_TOOLS) need-chromium
	$(COMPANION_TEST)

.PHONY: test-companion
test-companion: $(COMPANION_TOOLS) need-chromium ## real Uppy 5 and 6 against us and Companion, with files of full size
	FULL=1; export FULL; $(COMPANION_TEST)

.PHONY: bench-companion
bench-companion: $(COMPANION_TOOLS) need-chromium ## Uppy through us beside Companion, into bench/RESULTS.md
	cd bench/browser && npx tsx companion/race.ts
