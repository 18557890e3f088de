# An application's servers that take events. Included by the Makefile.

RECEIVERS := cmd/signet/testdata/receivers

$(RECEIVERS)/node_modules/.installed: $(RECEIVERS)/package.json $(RECEIVERS)/package-lock.json | need-npm
	$(NPM) --prefix $(RECEIVERS) ci --no-audit --no-fund
	@touch $@
