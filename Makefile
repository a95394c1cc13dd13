# `make` lists what there is to do; CONTRIBUTING.md tells how a day with it goes.
PORT ?= 8000
export PORT
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make requirements" pyproject.toml
BENCHMARKS = $(or $(NAME),$(filter-out __init__,$(basename $(notdir $(wildcard benchmarks/*.py)))))
CHECKS := check-style check-types check-imports check-templates check-migrations check-catalogues check-deploy check-assets

.PHONY: help setup setup-tests run dev test faults soak check $(CHECKS) benchmark requirements messages screenshots clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:
	@scripts/setup base

setup-tests:
	@scripts/setup dev

run: setup ## the portal with the demo region on http://127.0.0.1:8000 (PORT=8123 make run); Ctrl-C stops it
	@scripts/start Procfile

dev: setup ## the same, loading changed code by itself
	@scripts/start Procfile.dev

test: setup-tests ## all tests on PostgreSQL and Redis, then the core on SQLite
	$(PYTEST)
	TEST_DATABASE=sqlite $(PYTEST) -m "not postgresql and not worker and not browser"

faults: export FAULT_ROUNDS ?= 5
faults: setup-tests ## break what can break, again and again (FAULT_ROUNDS=20 make faults), on PostgreSQL and Redis, then on SQLite
	$(PYTEST) tests/faults
	TEST_DATABASE=sqlite $(PYTEST) -m "not postgresql and not worker" tests/faults

soak: setup-tests ## make soak MESSAGES=10000 KILLS=1000: real workers, killed again and again; is anything lost or doubled?
	$(BIN)/python -m tests.faults.soak --messages $(or $(MESSAGES),1000) --kills $(or $(KILLS),100)

check: $(CHECKS) ## linters, types, import contracts, templates, migrations, catalogues, settings, assets

check-style: setup-tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check

check-types: setup-tests
	ENVIRONMENT=test $(BIN)/mypy .

check-imports: setup-tests
	$(BIN)/lint-imports

check-templates: setup-tests
	$(BIN)/djlint --lint --quiet templates

check-migrations: setup-tests
	$(BIN)/python -m pytest -q tests/test_migrations.py

check-catalogues: setup-tests
	$(BIN)/python -m pytest -q tests/test_catalogues.py

check-deploy: setup-tests
	@scripts/check-deploy

check-assets:
	@scripts/check-assets

benchmark: setup-tests ## every benchmark, or one: make benchmark NAME=enrolments
	@set -e; for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m "benchmarks.$$name"; done

requirements: setup-tests ## compile requirements/ from pyproject.toml; UPGRADE=1 takes the newest versions
	$(COMPILE) $(if $(UPGRADE),--upgrade) --output-file requirements/base.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) --group dev --constraints requirements/base.txt --output-file requirements/dev.txt

messages: setup-tests ## collect the texts to translate into locale/
	scripts/messages

screenshots: setup-tests ## the pictures of README
	$(BIN)/python -m scripts.screenshots

clean: ## remove what can be made again; var/ (the data) and .env stay
	rm -rf .venv node_modules staticfiles test-results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete
