# What others test with: an npm, a pip and a Go package. Included by package.mk.

TESTING := build/signet-testing-$(VERSION).tgz
PACKAGES += $(TESTING)
TESTING_SOURCES := $(wildcard frontend/package/testing/*.* frontend/package/testing/src/*)
TESTING_VENV := $(VENV)/testing
TESTING_PYTHON := $(wildcard frontend/package/testing/python/*.* frontend/package/testing/python/*/*.py)

pack: $(TESTING)

$(TESTING): frontend/node_modules/.installed $(TESTING_SOURCES)
	node frontend/package/testing/build.mjs

.PHONY: test-testing
test-testing: build $(TESTING) $(PACKAGE) frontend/package/testing/runners/node_modules/.installed $(TESTING_VENV)/.installed need-chromium ## the testing packages under Vitest, Jest, Playwright, pytest and go test
	cd frontend && npx vitest run --config package/testing/test/vitest.config.ts

# The stamp is ours: npm rewrites its own files at will.
frontend/package/testing/runners/node_modules/.installed: $(addprefix frontend/package/testing/runners/package,.json -lock.json) | need-npm
	$(NPM) --prefix frontend/package/testing/runners ci --no-audit --no-fund --ignore-scripts
	@touch $@

$(TESTING_VENV)/.installed: frontend/package/testing/test/requirements.txt $(TESTING_PYTHON) | $(VENV)/bin/python
	$(PYTHON) -m venv $(TESTING_VENV)
	$(TESTING_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r frontend/package/testing/test/requirements.txt
	$(TESTING_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps ./frontend/package/testing/python
	@touch $@
