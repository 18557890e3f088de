# Other people's clients. Included by the Makefile. Apart from the other Python
# tools, because the AWS command line insists on a botocore of its own.

CLIENTS := $(VENV)/clients

$(CLIENTS)/.installed: cmd/signet/testdata/clients/requirements.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(CLIENTS)
	$(CLIENTS)/bin/python -m pip install --quiet --disable-pip-version-check -r cmd/signet/testdata/clients/requirements.txt
	@touch $@
