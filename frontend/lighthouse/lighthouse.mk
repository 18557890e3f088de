# Lighthouse's judgement of the pages. Included by the Makefile, which has NPM.

.PHONY: check-page
check-page: build pack need-chromium frontend/lighthouse/node_modules/.installed ## Lighthouse: 100 for accessibility and best practices, both pages
	node frontend/lighthouse/check.mjs

frontend/lighthouse/node_modules/.installed: frontend/lighthouse/package.json frontend/lighthouse/package-lock.json | need-npm
	$(NPM) --prefix frontend/lighthouse ci --no-audit --no-fund --ignore-scripts
	@touch $@
