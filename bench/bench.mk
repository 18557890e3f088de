## Benchmarks

.PHONY: bench-sign
bench-sign: $(VENV)/.boto3 bench/peers/node/node_modules/.installed ## signing against the SDKs, into bench/RESULTS.md
	$(GO) run ./bench/sign

.PHONY: bench-lambda
bench-lambda: $(VENV)/.boto3 bench/peers/node/node_modules/.installed ## the Lambda's start and answers against its peers, into bench/RESULTS.md
	$(GO) run ./bench/lambda

bench/peers/node/node_modules/.installed: bench/peers/node/package.json bench/peers/node/package-lock.json | need-npm
	$(NPM) --prefix bench/peers/node ci --no-audit --no-fund
	@touch $@

-include bench/browser/browser.mk
-include bench/estimate/estimate.mk
-include bench/list/list.mk
