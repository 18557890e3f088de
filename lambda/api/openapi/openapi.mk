# The API's description: linted, and tried against the local cloud. Included by
# the Makefile.

OPENAPI := lambda/api/openapi
TRY_SECONDS ?= 60

$(OPENAPI)/node_modules/.installed: $(OPENAPI)/package.json $(OPENAPI)/package-lock.json | need-npm
	$(NPM) --prefix $(OPENAPI) ci --no-audit --no-fund
	@touch $@

.PHONY: check-api
check-api: $(OPENAPI)/node_modules/.installed ## lint the API's description
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(OPENAPI)/node_modules/.bin/redocly lint --config $(OPENAPI)/redocly.yaml $(OPENAPI)/openapi.json

.PHONY: test-api
test-api: build $(CLIENTS)/.installed need-curl ## try signet dev by the API's description (TRY_SECONDS=60)
	$(OPENAPI)/try.sh bin/signet $(CLIENTS)/bin/schemathesis $(TRY_SECONDS)
