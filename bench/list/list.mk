## Lists against their peers

.PHONY: bench-list
bench-list: build $(VENV)/.boto3 build/peers/s5cmd ## lists of 10,000 and 100,000 files against the SDK, s5cmd and aws, into bench/RESULTS.md
	$(GO) build -o build/bench-list ./bench/list
	build/bench-list $(ARGS)
