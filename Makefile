# What one does with a checkout. `make` alone lists it.

SHELL := /bin/bash
PYTHON_BIN := .venv/bin/python
STAMP := .venv/.set-up

# As typed: make would expand a `$` in it otherwise. The shell gets it by the environment,
# where quotes cannot end anything.
override TOPIC := $(value TOPIC)
export TOPIC

.DEFAULT_GOAL := help
.PHONY: help setup run test slow lint check bench base pictures wheel clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1: /p' Makefile | awk -F': ' '{printf "make %-8s %s\n", $$1, $$2}'

setup: $(STAMP) ## make .venv and install the project into it (PYTHON=… picks the interpreter)

$(STAMP): pyproject.toml .ci/setup .ci/torch
	@.ci/setup

# A topic asks for a prompt on standard output; the app has a field for it.
run: setup ## start the app; with TOPIC="…" or without a terminal the demonstration
	@if [ -t 0 ] && [ -t 1 ] && [ -z "$$TOPIC" ] && [ -x .venv/bin/promptstyle-tui ]; then \
		exec .venv/bin/promptstyle-tui; \
	else \
		exec .ci/demo; \
	fi

# A worker a core and one more, as the tests of the app wait a third of their time; each file in
# one of them, the long ones first. Byte code is kept, whatever the machine is set to: the tests
# start this program hundreds of times.
WORKERS = $(shell $(PYTHON_BIN) -c 'import os; print(min((os.cpu_count() or 1) + 1, 4))')
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(PYTHON_BIN) -m pytest
SIDE_BY_SIDE = --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder \
	--durations 25 tests/integration tests/unit tests/tui
test: setup ## run the tests (ARGS="…" goes to pytest)
	$(PYTEST) -m "not slow" $(SIDE_BY_SIDE) $(ARGS)

# Kills at each of many points, full disks, processes that train together: what a change to
# retraining, to processes or to what is kept has to pass too.
slow: setup ## run the tests that take long (ARGS="…" goes to pytest)
	$(PYTEST) -m slow $(SIDE_BY_SIDE) $(ARGS)

# mypy does not follow the import hook of an editable installation.
.links/promptstyle: Makefile
	@mkdir -p $@
	@for folder in assets convert core tui; do ln -sfn ../../$$folder $@/$$folder; done
	@touch $@

lint: setup .links/promptstyle ## lint, format, types, directions of imports
	$(PYTHON_BIN) -m ruff check .
	$(PYTHON_BIN) -m ruff format --check .
	$(PYTHON_BIN) -m mypy
	.venv/bin/lint-imports

check: lint ## lint and the unit tests: what to run before a commit
	$(PYTHON_BIN) -m pytest -q --numprocesses auto --maxprocesses 4 tests/unit

bench: setup ## run the measurements in tests/bench
	@shopt -s nullglob; set -e; for script in tests/bench/bench_*.py; do \
		echo "== $$script"; $(PYTHON_BIN) "$$script"; \
	done

base: setup ## train the embedded base anew (ARGS="…" goes to the program; takes hours)
	$(PYTHON_BIN) -m promptstyle.core.pretraining $(ARGS)

pictures: setup ## copy the app's pictures from the snapshots into docs/pictures
	$(PYTHON_BIN) docs/pictures/make.py

# setuptools would put files that are long gone from build/ into the wheel.
wheel: setup ## build the sdist, and from it the wheel, into dist/
	rm -rf build dist *.egg-info
	$(PYTHON_BIN) -m build --no-isolation

clean: ## remove what can be made again, .venv excepted
	rm -rf build dist *.egg-info .links .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
