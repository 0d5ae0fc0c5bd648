# Candour. `make` alone prints what can be made; everything is built into .venv/, data lives in var/.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
export PORT

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
PYTHON_STAMP := $(VENV)/.stamp-python
BENCH_STAMP := $(VENV)/.stamp-bench
FRONT_END := $(VENV)/front-end
CSS := service/static/vendor/govuk/govuk-frontend.min.css
ROOMS := domain scoring service migrations

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup run test check lint fix migrate demo follow bench simulate mutate lock clean browser

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(PYTHON_STAMP) $(CSS) ## Build everything into .venv/ (does nothing when nothing changed)

run: setup ## Migrate, load the demonstration portfolio, serve it on 127.0.0.1:PORT (8000)
	@$(BIN)/candour migrate
	@$(BIN)/candour demo
	@$(BIN)/candour serve

test: setup browser ## Run every test (ARGS="-k name" for some)
	@$(BIN)/python -m pytest $(ARGS)

check: lint ## Run ruff, mypy, the import contracts and the architecture test
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest tests/test_architecture.py

lint: setup ## Run ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fix: setup ## Let ruff mend what it can, and format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

migrate: setup ## Bring the databases to the newest tables
	@$(BIN)/candour migrate

demo: setup ## Load the demonstration portfolio
	@$(BIN)/candour demo

follow: setup ## Keep the read models up to date with the record
	@$(BIN)/candour follow

bench: setup $(BENCH_STAMP) ## Measure, and print ratios
	@$(BIN)/python -m tests.benchmarks $(ARGS)

simulate: setup ## Count how often each rule is wrong (ARGS=--quick for a taste)
	@$(BIN)/python -m tests.simulations $(ARGS)

mutate: setup ## Put small faults into rules and grading: do tests see them? (ARGS="--sample 20")
	@$(BIN)/python -m tests.mutation $(ARGS)

lock: ## Write the hashed lock files anew from pyproject.toml and package.json (needs npm)
	@.ci/lock $(PYTHON)

clean: ## Remove all that was built (the data in var/ stays)
	rm -rf $(VENV) build *.egg-info service/static/vendor .coverage htmlcov \
		.hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find $(ROOMS) tests -name __pycache__ -type d -prune -exec rm -rf {} +

browser: ## Find a Chromium for the browser tests, or try to install one
	@.ci/browser

$(PYTHON_STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Candour needs Python 3.11 or newer: name one with make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "setup: Python packages into $(VENV)/"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -qq --require-hashes --requirement requirements-dev.lock
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(BENCH_STAMP): requirements-bench.lock | $(PYTHON_STAMP)
	@echo "setup: what the benchmarks measure beside, into $(VENV)/"
	@$(PIP) install -qq --require-hashes --requirement $<
	@touch $@

$(CSS): package.json package-lock.json requirements-node.lock service/frontend.py | $(PYTHON_STAMP)
	@echo "setup: front end into $(@D)/"
	@mkdir -p $(FRONT_END)
	@cp package.json package-lock.json $(FRONT_END)/
	@command -v npm >/dev/null || $(PIP) install -qq --require-hashes --requirement requirements-node.lock
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --prefix $(FRONT_END) --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@$(BIN)/python -m service.frontend $(FRONT_END)/node_modules/govuk-frontend $(@D)
