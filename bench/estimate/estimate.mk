## The estimate of upload times against measured runs

.PHONY: bench-estimate
bench-estimate: build ## the estimated times against runs through toxiproxy, into bench/RESULTS.md
	$(GO) build -o build/bench-estimate ./bench/estimate
	build/bench-estimate $(ARGS)
