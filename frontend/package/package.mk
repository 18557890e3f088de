# The package that others install. Included by the Makefile, which has NPM.

PACKAGE := build/signet-upload-0.1.0.tgz
PACKAGE_SOURCES := $(wildcard frontend/package/*) $(shell find frontend/src/engine frontend/src/uploads -type f) frontend/src/uploader.ts frontend/src/meter.ts frontend/src/running.ts frontend/src/words.ts frontend/src/api.d.ts

.PHONY: pack
pack: $(PACKAGE) ## the npm package @signet/upload, in build

$(PACKAGE): frontend/node_modules/.installed $(PACKAGE_SOURCES)
	node frontend/package/build.mjs
