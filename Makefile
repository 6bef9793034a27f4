# `make help` lists the targets. `make check` is the one command to run before a commit.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
WORKERS ?= 2
BIN := $(VENV)/bin
CHECKED := src tests benchmarks
export VENV WORKERS

.PHONY: help setup demo test check slow lint format types imports lock bench coverage build test-browser test-integration oracles clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make the environment .venv from the lock; quick when nothing changed
	@tools/setup dev

demo: setup ## plan the example program into out/us-buildout
	$(BIN)/rackwright plan examples/us-buildout -o out/us-buildout

test: setup ## unit tests and doctests
	$(BIN)/python -m pytest -n $(WORKERS)

check: setup ## everything a commit needs: lint, types, imports, tests; goes on after a failure
	@$(MAKE) --no-print-directory --keep-going lint types imports test

lint: setup ## format and lint rules, without changing a file
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/ruff check $(CHECKED)

format: setup ## write the format, and mend what the linter can mend
	$(BIN)/ruff check --fix-only --quiet $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

types: setup ## mypy --strict
	$(BIN)/mypy

imports: setup ## the floors of the house: which package may import which
	$(BIN)/lint-imports

slow: setup ## slow tests and many more drawn examples, the set-up by pip alone, the oldest allowed versions
	@tools/test-slow

test-integration: ## tests of several stages, processes or machines together
	@tools/setup cluster
	@tools/test-marked integration $(BIN)/python -n $(WORKERS)

test-browser: setup ## tests in a headless browser, which is installed where it is missing
	@tools/test-browser

oracles: ## compare with other open programs, in an environment of their own
	@VENV= tools/setup oracles
	@tools/test-marked oracle .venv-oracles/bin/python

coverage: setup ## which lines and branches no test reaches
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term

bench: setup ## time the product; each benchmark asserts what it computes
	@for file in benchmarks/bench_*.py; do $(BIN)/python "$$file" || exit 1; done

lock: ## write the lock files; UPGRADE=1 takes the newest versions that fit
	@tools/lock

build: setup ## wheel and source archive, into dist/
	$(BIN)/python -m hatchling build

clean: ## remove environments, caches and builds; results in out/ stay
	rm -rf .venv .venv-oracles .uv build dist htmlcov .coverage .coverage.* .hypothesis
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .benchmarks
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
