# The stack: included by the Makefile. Needs Go, Node with npm and Python 3;
# installs its own tools into infra/node_modules and .venv.

INFRA_TOOLS := infra/node_modules/.package-lock.json
INFRA_VENV := .venv/infra.sha256
INFRA_CDK := infra/node_modules/.bin/cdk
INFRA_OUT := build/templates
INFRA_TEMPLATES := $(foreach s,signet full bare,$(INFRA_OUT)/$(s).template.json)
PYTHON ?= python3

.PHONY: synth deploy diff destroy rehearse policy check-infra check-infra-go check-infra-lint check-infra-twice

$(INFRA_TOOLS): infra/package.json infra/package-lock.json
	npm --prefix infra ci
	@touch $@

$(INFRA_VENV): infra/requirements.txt
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --requirement infra/requirements.txt
	@sha256sum infra/requirements.txt > $@

## synth: the CloudFormation template, in cdk.out
synth: $(INFRA_TOOLS)
	$(INFRA_CDK) synth --quiet

## diff: what deploy would change
diff: $(INFRA_TOOLS)
	$(INFRA_CDK) diff

## deploy: the stack, in the account and region of the AWS credentials
deploy: $(INFRA_TOOLS)
	$(INFRA_CDK) deploy --outputs-file build/outputs.json

## destroy: the stack, but not what it stores
destroy: $(INFRA_TOOLS)
	@echo "Kept, to be deleted by hand if you want them gone: the buckets with uploads, site and logs, their keys, and the user pool."
	$(INFRA_CDK) destroy

# One synthesis of four configurations for all checks below.
check-infra-go:
	go test -count=1 ./infra
	rm -rf $(INFRA_OUT)
	go test -count=1 ./infra/uploads -args -templates $(CURDIR)/$(INFRA_OUT)

check-infra-lint: check-infra-go $(INFRA_TOOLS) $(INFRA_VENV)
	.venv/bin/cfn-lint $(INFRA_TEMPLATES)
	node infra/nag.mjs $(INFRA_TEMPLATES)
	.venv/bin/checkov --framework cloudformation --skip-download --quiet --compact --file $(INFRA_TEMPLATES)
	node infra/policy/run.mjs $(INFRA_OUT)

# The same sources in two folders: the same templates and asset hashes.
check-infra-twice:
	infra/twice.sh

## check-infra: assertions, mutants, linters, policy table, reproducible synthesis
check-infra: check-infra-go check-infra-lint check-infra-twice

## policy: infra/POLICY.md from the templates
policy: check-infra-go $(INFRA_TOOLS)
	node infra/policy/run.mjs $(INFRA_OUT) --write

## rehearse: deploys what moto can hold of the stack to moto, with the CDK's own command line
rehearse: $(INFRA_TOOLS) $(INFRA_VENV)
	.venv/bin/python infra/rehearse.py
