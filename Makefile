# One command each. `make` alone lists them.

MAKEFLAGS += --no-builtin-rules --warn-undefined-variables
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Where an environment has this, each of the many processes of the portal and of the tests would
# compile all modules again: 5.5 s of processor time to start, instead of 1.5 s.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help install install-dev run test style types contracts audit sbom check format docs messages lock bench scale load chaos fuzz

VENV := .venv
BIN := $(VENV)/bin
CORPUS ?= ../shared/corpus
GIGABYTES ?= 10
PYTEST_ARGS ?=
# Many tests wait for processes of their own, so that one more than there are processors is faster.
WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
LOAD_ARGS ?=
CHAOS_ARGS ?=
AUDIT_ARGS ?=
SECONDS_EACH ?= 60
SCALE_ARGS ?=
UPGRADE ?=

help: ## list the commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

install: $(VENV)/.runtime ## make .venv with what the portal needs to run

run: install ## start the portal on this machine; PORT=8000, Ctrl-C stops it
	@exec $(BIN)/python manage.py run_portal

test: install-dev ## run all tests, after installing what they need
	@.ci/debian-packages
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

style: install-dev ## formatting and lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-dev ## types, strictly
	$(BIN)/mypy

contracts: install-dev ## the direction of imports
	$(BIN)/lint-imports --no-logo

audit: install-dev ## compare what is locked with known advisories; AUDIT_ARGS="--accept ID"
	@$(BIN)/python manage.py audit requirements.lock requirements-dev.lock $(AUDIT_ARGS)

sbom: install ## print what the portal consists of: CycloneDX, from the lock
	@$(BIN)/python manage.py sbom

# The audit is last: where it could not ask anybody, these words are the last on the screen.
check: style types contracts test audit ## everything that must pass before a change is merged

format: install-dev ## format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

docs: install-dev ## write the generated pages: the lists of rules and docs/states.md
	$(call page,docs/rules.md,list_rules --format markdown)
	$(call page,docs/rules.zh-CN.md,list_rules --format markdown --language zh-hans)
	$(call page,docs/states.md,draw_states)

messages: install-dev ## bring the catalogue of translations up to date, and compile it
	$(BIN)/python -m tests.catalogue

lock: install-dev ## pin what pyproject.toml asks for; UPGRADE=--upgrade takes the newest
	$(call compile,requirements.lock,$(UPGRADE) pyproject.toml)
	$(call compile,requirements-dev.lock,$(UPGRADE) --group dev --constraint requirements.lock pyproject.toml)
	$(call compile,requirements-fuzz.lock,$(UPGRADE) --group fuzz)

bench: install-dev scale ## measure on real packages, pages and large archives: make bench CORPUS=DIR
	$(BIN)/python -m tests.bench --corpus $(CORPUS)
	$(BIN)/python -m tests.bench.hostile
	$(BIN)/python -m tests.bench.pages --corpus $(CORPUS) --browser
	$(BIN)/python -m tests.bench.shipping --gigabytes $(GIGABYTES)
	$(BIN)/python -m tests.bench.publishing --gigabytes $(GIGABYTES)

scale: install-dev ## measure analyses per minute by worker processes, a long queue, and a flood
	$(BIN)/python -W ignore -m tests.bench.scale $(SCALE_ARGS)

load: install-dev ## measure a portal under load: uploads, pages, and connections that are slow
	$(BIN)/python -m tests.bench.load $(LOAD_ARGS)

chaos: install-dev ## break a portal in every way, and count how often each submission ended
	$(BIN)/python -m tests.bench.chaos $(CHAOS_ARGS)

fuzz: install-dev ## try all readers with broken input; SECONDS_EACH=60 for each kind
	@$(BIN)/python -c 'import atheris' 2>/dev/null \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
			--require-hashes -r requirements-fuzz.lock \
		|| echo "without atheris: inputs are mutated blindly" >&2
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS_EACH)

# A page is replaced only when it was written in full.
page = $(BIN)/python manage.py $(2) > $(1).new && mv $(1).new $(1)

# Versions and hashes only: each machine configures its own package index.
compile = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	$(2) --output-file $(1)

install-dev: $(VENV)/.dev

# A stamp is updated only when its lock is newer, so that a second call does nothing.
$(VENV)/.runtime: requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# The first of these that is new enough and can make environments.
$(BIN)/python:
	@for python in python3 python3.13 python3.12 python3.11; do \
		if $$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "making $(VENV) with $$($$python --version)"; \
			exec $$python -m venv $(VENV); \
		fi; \
	done; \
	echo "No Python 3.11 or newer with venv was found; on Debian: apt-get install python3-venv" >&2; \
	exit 1
