## Two hundred clients of all kinds

MINUTES ?= 30

.PHONY: soak
soak: build ## signet serve and the handler for half an hour under 200 clients of all kinds, into bench/RESULTS.md (MINUTES=3 only prints)
	$(GO) build -o build/soak ./bench/soak
	build/soak -duration $(MINUTES)m $(ARGS)
