# Commands of the project. `make demo` and `make test` work on a fresh machine with Python 3.11 and make.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3.11
SAMPLE ?= listed
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-$(shell cat requirements.lock pyproject.toml | sha256sum | cut -c1-16)

unexport PYTHONDONTWRITEBYTECODE

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: $(STAMP) ## Set up .venv from the locked requirements (done once)

$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it, or say PYTHON=/path/to/python3.11" >&2; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@rm -f $(VENV)/.installed-*
	@echo "Installing the locked environment into $(VENV) (a few minutes, once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q panhuo pipeline ingestion expectations
	@touch $@

demo: install ## Run three real months end to end (SAMPLE=listed or SAMPLE=taian)
	@$(BIN)/panhuo demo --sample $(SAMPLE)

test: install ## Run the whole test suite
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not e2e"
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m e2e

test-fast: install ## Run the fast tests alone
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow and not e2e"

lint: install ## Check style, types, layers and SQL
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests --processes 2

generate: install ## Rewrite the rendered files (dbt YAML, seeds, data dictionary, rules, settings)
	@$(BIN)/python -m pipeline.generate

bench: install ## Measure speed and memory against a bound in the same run
	@$(BIN)/python -m benchmarks.monthly
	@$(BIN)/python -m benchmarks.intake
	@$(BIN)/python -m benchmarks.bulk
	@$(BIN)/python -m benchmarks.matching --divide 32 16 --queries 100

lock: ## Resolve requirements.lock anew (needs uv)
	@uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --output-file requirements.lock

clean: ## Remove data of the demo and rendered caches (published data included)
	@rm -rf data

.PHONY: help install demo test test-fast lint generate bench lock clean
