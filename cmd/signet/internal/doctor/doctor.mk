# The doctor. Its tests and its benchmark need moto, which infra/requirements.txt has.

test-go: $(INFRA_VENV)/.installed

# In a folder of its own: it pins a hundred packages.
$(VENV)/prowler/.installed: cmd/signet/internal/doctor/testdata/requirements.txt
	$(PYTHON) -m venv $(VENV)/prowler
	$(VENV)/prowler/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.PHONY: bench-doctor
bench-doctor: $(INFRA_VENV)/.installed $(VENV)/prowler/.installed ## the doctor against prowler on the same mistakes, into bench/RESULTS.md
	$(GO) run ./bench/doctor
