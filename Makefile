# Every chore is one command, the same here and in CI. Needs only Python >= 3.11 (with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help install demo run test properties test-browser check format bench lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: $(READY) ## make .venv with everything from the lock file

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Newsbell needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

demo: $(READY) ## the whole bot on this machine: no token, no network
	$(BIN)/newsbell demo

run: $(READY) ## the bot for real; reads .env
	$(BIN)/newsbell run

test: $(READY) ## every test that needs no browser
	$(BIN)/python -m pytest -m "not browser" --numprocesses auto --maxprocesses 4 --dist worksteal

properties: $(READY) ## the properties of messages, 10,000 examples each, against Telegram's own parser
	HYPOTHESIS_PROFILE=properties $(BIN)/python -m pytest --timeout 3600 \
		tests/delivery/test_spans.py tests/delivery/test_properties.py

test-browser: $(READY) ## the chat page of the demo in the system's Chromium
	$(BIN)/python -m pytest -m browser

check: $(READY) ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## let ruff format and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## what is measured, one file per claim
	$(BIN)/python -m bench

lock: ## pin every dependency with hashes (needs uv)
	uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-annotate \
		--custom-compile-command "make lock" pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-annotate \
		--custom-compile-command "make lock" --extra dev pyproject.toml --output-file requirements-dev.lock

clean: ## forget what was built; data/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info
