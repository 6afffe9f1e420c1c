# What a developer, and CI, needs. Everything is made inside this checkout and in one cache folder
# (PULUMI_ICE_AVATAR_CACHE, or pulumi-ice-avatar in the user's cache folder), and used again the next time.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH := .venv-bench

.PHONY: help demo test lint bench docs clean

help:
	@echo "make demo   look up avatars in a real 'pulumi up', against an emulator on this machine"
	@echo "make test   run the whole test suite, the real engine included"
	@echo "make lint   check formatting, style and types"
	@echo "make bench  measure, and write the figures into benchmarks/results.md"
	@echo "make docs   write the generated pages of docs/ again"
	@echo "make clean  remove what was made inside this checkout"

$(READY): pyproject.toml
	@echo "==> making a Python environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@echo "==> installing the project and what its tests need"
	@$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

demo: $(READY)
	@$(BIN)/python tools/demo.py

test: $(READY)
	@engine=$$($(BIN)/python tools/engine.py) && PATH="$$engine:$$PATH" $(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

lint: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

# An environment of its own with the package as users install it: for an editable one the engine looks for a plugin.
bench:
	@test -d $(BENCH) || $(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(BENCH)/bin/python -m pip install --quiet --group bench
	@$(BENCH)/bin/python -m pip install --quiet --force-reinstall --no-deps .
	@$(BENCH)/bin/python -m pip install --quiet .
	@engine=$$($(BENCH)/bin/python tools/engine.py) && PATH="$$engine:$$PATH" $(BENCH)/bin/python -m benchmarks $(BENCH_ARGS)

docs: $(READY)
	@$(BIN)/python tools/build_docs.py

clean:
	rm -rf $(VENV) $(BENCH) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
