# The two commands are `make run` and `make test`. `make help` names the others.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test fuzz sbom lint format lock screenshot bench clean

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.installed ## serve the demo on http://127.0.0.1:8000 (PORT, VAR_DIR, DEMO_PASSWORD, DATABASE_URL)
	@DEMO=1 exec $(BIN)/python manage.py start_demo

test: $(VENV)/.installed-dev ## run every test: SQLite, PostgreSQL, Chromium (ARGS="-k words" is handed to pytest)
	@exec $(BIN)/python -m tests.tooling.run $(ARGS)

fuzz: $(VENV)/.installed-dev ## send 20,000 requests that nobody would think of (FUZZ_REQUESTS, ARGS="--on postgresql")
	@exec $(BIN)/python -m tests.tooling.fuzz $(ARGS)

lint: $(VENV)/.installed-dev ## look for mistakes without running anything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive config sitecontent triage manage.py
	@$(BIN)/python -m tests.tooling.audit

sbom: $(VENV)/.installed-dev ## write what the site is made of, as CycloneDX, to var/sbom.json
	@mkdir -p var
	@PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible --of JSON \
		--output-file var/sbom.json
	@echo "var/sbom.json holds every package that the site runs on, with its hashes."

format: $(VENV)/.installed-dev ## write Python files in the one form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

screenshot: $(VENV)/.installed-dev ## make docs/screenshot.png anew
	@exec $(BIN)/python -m tests.tooling.screenshot

bench: $(VENV)/.installed-dev ## measure speed and growth, and write docs/performance.md (needs nginx and wrk)
	@exec $(BIN)/python -m bench $(ARGS)

LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
lock: $(VENV)/.installed-dev ## pin what requirements.in and requirements-dev.in ask for, with hashes
	$(LOCK) --output-file requirements.txt requirements.in
	$(LOCK) --output-file requirements-dev.txt requirements-dev.in

clean: ## remove the virtual environment and all caches, but not var/ with its database
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Causeway needs Python 3.11 or newer; set PYTHON=/path/to/python." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes

# requirements-dev.txt pins all of requirements.txt as well, so what it installed serves both.
$(VENV)/.installed: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the site needs. This is done once."
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing what the site and its tests need. This is done once."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@ $(VENV)/.installed
