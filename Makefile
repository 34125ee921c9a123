# Everything that one does with the project; `make help` lists it.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
# The first Python 3.11 or 3.12 that really runs.
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do $$p -c 'import sys; sys.exit(sys.version_info[:2] not in ((3,11),(3,12)))' 2>/dev/null && echo $$p && break; done)

.DEFAULT_GOAL := help
.PHONY: help run test chaos check bench bench-load bench-reminders bench-boards format clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: $(VENV)/.installed ## Install, migrate and start everything; prints the address of the phone simulator
	@exec $(BIN)/python app.py run

test: $(VENV)/.installed-dev ## Run all tests (real SQLite, PostgreSQL, Redis and Chromium)
	@base=$$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d); chmod 755 $$base; trap 'rm -rf $$base' EXIT; \
	PYTHONDONTWRITEBYTECODE= TMPDIR=$$base $(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder --basetemp=$$base/tests $(ARGS)

check: $(VENV)/.installed-dev ## ruff, mypy --strict, the content check and the architecture test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict app.py bench bot channels chaos cli content handlers pictures rules scheduler simulator store web wechat
	$(BIN)/python app.py check-content
	$(BIN)/python -m pytest tests/test_architecture.py

chaos: $(VENV)/.installed-dev ## Kill, freeze and cut off the product under load for an hour, then count (ARGS="--kills 50 --seed 2")
	$(BIN)/python -m chaos.attacks
	$(BIN)/python -m chaos $(ARGS)

bench: $(VENV)/.installed-dev ## Measure the way of a chat message against a bare wechatpy echo
	$(BIN)/python -m bench.webhook $(ARGS)

bench-load: $(VENV)/.installed-dev ## Measure start, memory, and two workers under 50 to 300 connections
	$(BIN)/python -m bench.load $(ARGS)

bench-reminders: $(VENV)/.installed-dev ## Measure planning for 10,000 liaisons and sending on loopback
	$(BIN)/python -m bench.reminders $(ARGS)

bench-boards: $(VENV)/.installed-dev ## Measure answers and ranks with a million people against an empty system
	$(BIN)/python -m bench.boards $(ARGS)

format: $(VENV)/.installed-dev ## Put the code into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove the virtual environment and caches; the data folder stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 或 3.12，没有找到。"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "建立虚拟环境没有成功。Debian 上请先安装 python3-venv。"; rm -rf $(VENV); exit 1; }

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@echo "正在安装依赖，第一次要一两分钟…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.installed
