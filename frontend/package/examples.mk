# Projects of somebody else with the package in them. Included by the Makefile.

.PHONY: test-examples
test-examples: build pack need-chromium need-curl ## all examples: installed, type-checked, built, and used in Chromium; a new project with them; the Go module elsewhere
	cd frontend && EXAMPLES=all npx vitest run --config e2e/vitest.config.ts examples.test.ts
	SIGNET_MODULE=all $(GO) test -count=1 -timeout 20m -run 'TestModule' ./cmd/signet
