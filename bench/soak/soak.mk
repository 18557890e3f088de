## Two hundred clients of all kinds

.PHONY: soak
soak: build ## signet serve and the handler for half an hour under 200 clients of all kinds, into bench/RESULTS.md (ARGS="-duration 2m" only prints)
	$(GO) build -o build/soak ./bench/soak
	build/soak $(ARGS)
