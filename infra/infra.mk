# The stack. Included by the Makefile, which has VENV, PYTHON and NPM; installs
# its own tools into infra/node_modules and $(VENV)/infra.

INFRA_TOOLS := infra/node_modules/.installed
# Apart from the other Python tools: checkov insists on an old boto3.
INFRA_VENV := $(VENV)/infra
INFRA_CDK := infra/node_modules/.bin/cdk
INFRA_OUT := build/templates
INFRA_TEMPLATES := $(foreach s,signet full full-relay bare strict strict-certificate spaces told,$(INFRA_OUT)/$(s).template.json)

$(INFRA_TOOLS): infra/package.json infra/package-lock.json | need-npm
	$(NPM) --prefix infra ci --no-audit --no-fund
	@touch $@

$(INFRA_VENV)/.installed: infra/requirements.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(INFRA_VENV)
	$(INFRA_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r infra/requirements.txt
	@touch $@

## The stack

# All that a first synthesis waits for, at the same time: the two compilations
# keep the processors busy while npm waits for the network. CDK's app command and
# infra/build.go find the results in Go's cache and in node_modules.
.PHONY: infra-ready infra-app infra-function
infra-ready: | need-npm
	@$(MAKE) --no-print-directory --jobs=4 infra-app infra-function $(INFRA_TOOLS) frontend/node_modules/.installed

# With the flags of cdk.json, without which the cache would not be theirs.
infra-app:
	@$(GO) build -gcflags='all=-N -l -dwarf=false' -ldflags=-s -o /dev/null ./infra

infra-function:
	@$(LAMBDA_BUILD) -o /dev/null ./lambda

# CONFIG is a file with what stands in cdk.json under context.signet, for another
# environment: make deploy CONFIG=prod.json. ARGS go to the CDK command line.
INFRA_CONTEXT = $(if $(CONFIG),--context signet="$$(cat $(CONFIG))")
INFRA_LOOK = $(GO) run ./infra/preflight $(if $(CONFIG),--config $(CONFIG))

.PHONY: synth
synth: infra-ready ## the CloudFormation template, in cdk.out
	$(INFRA_CDK) synth --quiet $(INFRA_CONTEXT) $(ARGS)

.PHONY: diff
diff: infra-ready ## what deploy would change (CONFIG=prod.json for another environment)
	$(INFRA_CDK) diff $(INFRA_CONTEXT) $(ARGS)

.PHONY: preflight
preflight: ## whether account, region, names and issuer are ready for a deployment
	$(INFRA_LOOK) deploy

.PHONY: deploy
deploy: infra-ready ## deploy (CONFIG=prod.json ARGS="--require-approval never" without a terminal)
	$(if $(SKIP_PREFLIGHT),,$(INFRA_LOOK) deploy)
	$(INFRA_CDK) synth --quiet --output cdk.out $(INFRA_CONTEXT)
	$(INFRA_LOOK) adopt
	@mkdir -p build
	$(INFRA_CDK) deploy --app cdk.out --all --outputs-file build/outputs.json $(ARGS)

.PHONY: destroy
destroy: infra-ready ## delete the stack, but not what it stores (CONFIRM=1: do not ask)
	$(INFRA_LOOK) $(if $(CONFIRM),--yes) destroy
	$(INFRA_CDK) destroy --all --force $(INFRA_CONTEXT) $(ARGS)

.PHONY: check-infra
check-infra: check-infra-lint check-infra-twice ## assertions, mutants, linters, policy table, reproducible synthesis

# One synthesis of all configurations that the tests have, for all checks of the templates.
.PHONY: infra-templates
infra-templates:
	rm -rf $(INFRA_OUT)
	$(GO) test ./infra ./infra/relay/boot
	$(GO) test -count=1 ./infra/uploads -args -templates $(CURDIR)/$(INFRA_OUT)

.PHONY: check-infra-lint
check-infra-lint: infra-templates $(INFRA_TOOLS) $(INFRA_VENV)/.installed
	$(INFRA_VENV)/bin/cfn-lint $(INFRA_TEMPLATES) infra/ci/github-roles.yaml
	node infra/nag.mjs $(INFRA_TEMPLATES)
	$(INFRA_VENV)/bin/checkov --framework cloudformation --skip-download --quiet --compact --file $(INFRA_TEMPLATES)
	node infra/policy/run.mjs $(INFRA_OUT)

# The same sources in two folders: the same templates and asset hashes.
.PHONY: check-infra-twice
check-infra-twice:
	infra/twice.sh

# The same with what is off by default, and so with the relay's program, whose
# compilation takes minutes: not part of check.
.PHONY: check-infra-relay
check-infra-relay: ## reproducible synthesis with relay and malwareScan on
	infra/twice.sh '{"relay": true, "malwareScan": true, "alarms": "ops@example.com"}'

.PHONY: policy
policy: infra-templates $(INFRA_TOOLS) ## write infra/POLICY.md from the templates
	node infra/policy/run.mjs $(INFRA_OUT) --write

# Apart from all other tools: the emulator wants a botocore of its own.
EMULATOR_VENV := $(VENV)/emulator

$(EMULATOR_VENV)/.installed: infra/rehearse/requirements.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(EMULATOR_VENV)
	$(EMULATOR_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r infra/rehearse/requirements.txt
	@touch $@

.PHONY: rehearse
rehearse: infra-ready $(EMULATOR_VENV)/.installed cmd/signet/internal/reference/dist/index.html frontend/dist/index.html need-openssl need-aws ## deploy, use, destroy and take up the whole stack on an emulator of AWS
	$(EMULATOR_VENV)/bin/python infra/rehearse

.PHONY: need-openssl
need-openssl:
	@bash .ci/install openssl openssl

# Version 2 of the AWS command line, which infra/README asks for.
.PHONY: need-aws
need-aws:
	@aws --version 2>/dev/null | grep -q '^aws-cli/2' || bash .ci/install /usr/bin/aws awscli
