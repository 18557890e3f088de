# The doctor. Its tests and its benchmark need moto, which infra/requirements.txt has.

test-go: $(INFRA_VENV)/.installed

# In a folder of its own: it pins a hundred packages.
$(VENV)/prowler/.installed: cmd/signet/internal/doctor/testdata/requirements.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)/prowler
	$(VENV)/prowler/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# Every fix is run on every mistake: ten minutes of the AWS CLI, so that it is no part of make test.
.PHONY: doctor-fixes
doctor-fixes: $(INFRA_VENV)/.installed $(VENV)/.boto3 ## run every command that the doctor gives as a fix, against moto
	$(GO) test -tags fixes -run TestFixes -timeout 60m ./cmd/signet/internal/doctor

.PHONY: bench-doctor
bench-doctor: $(INFRA_VENV)/.installed $(VENV)/prowler/.installed build/peers/trivy ## the doctor against prowler, checkov and trivy on the same mistakes, into bench/RESULTS.md
	$(GO) run ./bench/doctor

# Its reader of JSON is an experiment of Go's still.
build/peers/trivy: bench/peers/trivy/main.go bench/peers/trivy/go.mod bench/peers/trivy/go.sum
	@mkdir -p build/peers
	cd bench/peers/trivy && GOEXPERIMENT=jsonv2 $(GO) build -mod=mod -o ../../../$@ .
