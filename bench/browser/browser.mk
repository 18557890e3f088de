## Uploads from a browser, beside their peers and under faults

# What both targets need besides Chromium: Signet, the proxy, who writes the results, and the bundled pages.
BROWSER_BENCH := bin/signet bin/bench-proxy bin/bench-report bench/browser/dist/index.html

.PHONY: bench-browser
bench-browser: $(BROWSER_BENCH) bench/peers/uppy/dist/index.html need-chromium ## the engine against Uppy 5 and 6 in Chromium, into bench/RESULTS.md (CASES=line,local,small,near,many,far,memory ROUNDS=1)
	$(NPM) --prefix bench/browser run --silent bench

.PHONY: bench-edge
bench-edge: $(BROWSER_BENCH) bench/peers/uppy/dist/index.html need-chromium ## the cases in which the site's own origin takes part, in ten minutes, into bench/RESULTS.md
	EDGE=1 $(NPM) --prefix bench/browser run --silent bench

.PHONY: campaign-browser
campaign-browser: $(BROWSER_BENCH) need-chromium ## 100 uploads under faults, into bench/RESULTS.md (SEED=n COUNT=n ONLY=n LANES=3)
	$(NPM) --prefix bench/browser run --silent campaign

.PHONY: test-bench-browser
test-bench-browser: $(BROWSER_BENCH) bench/peers/uppy/dist/index.html need-chromium
	$(NPM) --prefix bench/browser test
	$(NPM) --prefix bench/browser run e2e

.PHONY: check-bench-browser
check-bench-browser: bench/browser/node_modules/.installed frontend/node_modules/.installed
	$(NPM) --prefix bench/browser run --silent check

.PHONY: clean-bench-browser
clean: clean-bench-browser
clean-bench-browser:
	rm -rf bench/browser/dist bench/peers/uppy/dist

bin/bench-proxy: $(shell find bench/browser -name node_modules -prune -o -name '*.go' -print) go.mod go.sum
	$(GO) build -o $@ ./bench/browser/proxy

bin/bench-report: $(wildcard bench/report/*.go bench/report/write/*.go) go.mod go.sum
	$(GO) build -o $@ ./bench/report/write

bench/browser/dist/index.html: bench/browser/node_modules/.installed frontend/node_modules/.installed $(wildcard bench/browser/page/*) bench/browser/vite.config.ts $(SITE_SOURCES)
	$(NPM) --prefix bench/browser run --silent build
	@touch $@

bench/peers/uppy/dist/index.html: bench/peers/uppy/node_modules/.installed $(wildcard bench/peers/uppy/page/* bench/peers/uppy/v?/index.js) bench/peers/uppy/vite.config.js
	$(NPM) --prefix bench/peers/uppy run --silent build
	@touch $@

# The stamps are ours: npm rewrites its own files at will.
bench/browser/node_modules/.installed: bench/browser/package.json bench/browser/package-lock.json | need-npm
	$(NPM) --prefix bench/browser ci --no-audit --no-fund
	@touch $@

bench/peers/uppy/node_modules/.installed: bench/peers/uppy/package.json bench/peers/uppy/package-lock.json $(wildcard bench/peers/uppy/*/package.json) | need-npm
	$(NPM) --prefix bench/peers/uppy ci --no-audit --no-fund
	@touch $@
