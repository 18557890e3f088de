# The page's main job in Firefox. Included by the Makefile, which has NPM.

.PHONY: test-engines
test-engines: build need-firefox frontend/engines/node_modules/.installed ## the page's main job in Firefox, by WebDriver BiDi
	node frontend/engines/check.mjs

frontend/engines/node_modules/.installed: frontend/engines/package.json frontend/engines/package-lock.json | need-npm
	$(NPM) --prefix frontend/engines ci --no-audit --no-fund --ignore-scripts
	@touch $@

.PHONY: need-firefox
need-firefox:
	@bash .ci/install firefox-esr firefox-esr
