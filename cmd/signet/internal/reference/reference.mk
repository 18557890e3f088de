# The page of the API's description in signet dev. Included by the Makefile.

REFERENCE := cmd/signet/internal/reference

$(REFERENCE)/dist/index.html: $(REFERENCE)/package-lock.json $(wildcard $(REFERENCE)/page/*) | need-npm
	$(NPM) --prefix $(REFERENCE) ci --no-audit --no-fund
	cp $(addprefix $(REFERENCE)/node_modules/swagger-ui-dist/,swagger-ui.css swagger-ui-bundle.js LICENSE NOTICE) $(REFERENCE)/page/page.js $(REFERENCE)/dist/
	cp $(REFERENCE)/page/index.html $@
