# The page in Firefox and in WebKitGTK, Safari's engine. Included by the Makefile, which has NPM.

ENGINES := build pack need-firefox need-webkit frontend/engines/node_modules/.installed

.PHONY: test-engines
test-engines: $(ENGINES) ## all jobs of the page, and the element, in Firefox and in WebKitGTK
	node frontend/engines/check.mjs

.PHONY: test-engines-short
test-engines-short: $(ENGINES) ## the page's main job in both
	node frontend/engines/check.mjs main

frontend/engines/node_modules/.installed: frontend/engines/package.json frontend/engines/package-lock.json | need-npm
	$(NPM) --prefix frontend/engines ci --no-audit --no-fund --ignore-scripts
	@touch $@

.PHONY: need-firefox
need-firefox:
	@bash .ci/install firefox-esr firefox-esr

.PHONY: need-webkit
need-webkit:
	@bash .ci/install WebKitWebDriver webkit2gtk-driver
	@bash .ci/install Xvfb xvfb
