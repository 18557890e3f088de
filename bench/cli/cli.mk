## The command line against its peers

PEERS := build/peers/s5cmd build/peers/rclone build/peers/toxiproxy

.PHONY: bench-cli
bench-cli: build $(VENV)/.boto3 $(PEERS) ## the command line against s5cmd, rclone, aws and boto3, into bench/RESULTS.md
	$(GO) build -o build/bench-cli ./bench/cli
	build/bench-cli $(ARGS)

.PHONY: bench-cli-down
bench-cli-down: build $(VENV)/.boto3 $(PEERS) ## of bench-cli the downloads and 100,000 files alone, into a section of their own
	$(GO) build -o build/bench-cli ./bench/cli
	build/bench-cli -part down $(ARGS)

build/peers/s5cmd: PACKAGE := github.com/peak/s5cmd/v2
build/peers/rclone: PACKAGE := github.com/rclone/rclone
build/peers/toxiproxy: PACKAGE := github.com/Shopify/toxiproxy/v2/cmd/server

$(PEERS): build/peers/%: bench/peers/%/go.mod bench/peers/%/go.sum
	@mkdir -p build/peers
	cd bench/peers/$* && $(GO) build -mod=mod -o ../../../$@ $(PACKAGE)
