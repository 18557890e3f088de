# The Go module's own path. Included by the Makefile.

.PHONY: module
module: ## give the Go module the path of your repository: make module PATH=github.com/acme/signet
	@/bin/bash .ci/module '$(if $(filter command,$(firstword $(origin PATH))),$(PATH))'
