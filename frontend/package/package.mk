# The package that others install. Included by the Makefile, which has NPM and VERSION.

PACKAGE := build/signet-upload-$(VERSION).tgz
# What others install, of every language.
PACKAGES += $(PACKAGE)
PACKAGE_SOURCES := $(wildcard frontend/package/*.*) $(shell find frontend/src -type f)

.PHONY: pack
pack: $(PACKAGE) ## the npm package @signet/upload, in build

$(PACKAGE): frontend/node_modules/.installed $(PACKAGE_SOURCES)
	node frontend/package/build.mjs

include frontend/package/testing/testing.mk
