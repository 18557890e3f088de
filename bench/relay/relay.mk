## Uploads through a server against its peers

FLASK := $(VENV)/flask

$(FLASK)/.installed: bench/peers/flask/requirements.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(FLASK)
	$(FLASK)/bin/python -m pip install --quiet --disable-pip-version-check -r bench/peers/flask/requirements.txt
	@touch $@

build/peers/tusd: bench/peers/tusd/go.mod bench/peers/tusd/go.sum
	@mkdir -p build/peers
	cd bench/peers/tusd && $(GO) build -mod=mod -o ../../../$@ github.com/tus/tusd/v2/cmd/tusd

.PHONY: bench-relay
bench-relay: build build/peers/tusd $(FLASK)/.installed ## uploads through a server against Flask with boto3 and tusd, into bench/RESULTS.md
	$(GO) build -o build/bench-relay ./bench/relay
	build/bench-relay $(ARGS)
