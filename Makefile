# Everyday commands; `make help` lists them. Nothing else needs to be remembered.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# pip compiles on one core, and much that is never imported; compiled here, on all cores, what is left is no loss.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(BIN)/python -m compileall -q -j 0 -x '/(pip|faker|tests?)/|/test_' $(VENV)/lib src tests
# Tests write thousands of small databases; in memory, where the machine has 6 GB of it to spare, they wait for no disk.
MEMORY := $(shell df --output=avail -k /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 > 6000000 { print "/dev/shm" }')

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench fmt lock docs clean

help: ## List the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/chartline: requirements/run.txt requirements/build.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --no-compile --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(COMPILE)
	@touch $@

$(VENV)/.dev: $(BIN)/chartline requirements/dev.txt
	@$(PIP) --no-compile --require-hashes -r requirements/dev.txt
	@$(COMPILE)
	@touch $@

setup: $(BIN)/chartline ## Make .venv and install what running needs

demo: $(BIN)/chartline ## Play the practice's day (ARGS="--once --json")
	@$(BIN)/chartline demo $(ARGS)

test: $(VENV)/.dev ## Install what testing needs and run every test
	@tools/test-needs
	@$(if $(MEMORY),TMPDIR=$(MEMORY) )$(BIN)/python -m pytest -n 4 --dist loadscope --no-loadscope-reorder $(ARGS)

check: $(VENV)/.dev ## Lint, types, layers, stale pages, locks
	@$(BIN)/ruff format --check --quiet src tests tools bench
	@$(BIN)/ruff check --quiet src tests tools bench
	@$(BIN)/ty check --quiet src tests tools bench
	@$(BIN)/lint-imports
	@$(BIN)/python tools/house.py
	@echo "check: all clean"

bench: $(VENV)/.dev ## Run the benchmarks; each prints a table
	@for file in bench/*.py; do $(BIN)/python $$file || exit 1; done

fmt: $(VENV)/.dev ## Format and sort the code
	@$(BIN)/ruff check --quiet --fix src tests tools bench || true
	@$(BIN)/ruff format src tests tools bench

docs: $(VENV)/.dev ## Write the generated pages again
	@$(BIN)/python tools/pages.py --write

lock: ## Lock the dependencies again, with hashes and without addresses (needs uv)
	@uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/run.txt
	@uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	@uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/build.in -o requirements/build.txt

clean: ## Remove what the commands made
	rm -rf $(VENV) .demo .pytest_cache .ruff_cache
