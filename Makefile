# The one interface. Every target sets up what it needs; nothing is installed outside this folder.
SHELL := bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(CURDIR)/node_modules/.bin:$(PATH)
READY := $(VENV)/.ready
# No addresses in the pinned files: they must install from whatever registry a machine is set up for.
UV_FLAGS := --no-header --no-emit-index-url --no-annotate --universal --python-version 3.11

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

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
	@touch $@

.PHONY: pins
pins: $(READY) ## resolve requirements*.in again and rewrite the pinned files
	@cd $(CURDIR) && uv pip compile --quiet $(UV_FLAGS) requirements-dev.in -o requirements-dev.txt
	@grep -v '^-e' requirements-dev.txt > $(VENV)/constraints.txt
	@uv pip compile --quiet $(UV_FLAGS) -c $(VENV)/constraints.txt requirements.in -o requirements.txt
