# Two commands carry the project: `make run` and `make test`. `make` alone lists the rest.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements-dev.txt)
PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= 2
TESTS ?= tests
unexport PYTHONDONTWRITEBYTECODE  # with it every process that a test or `make run` starts would compile Django anew

.DEFAULT_GOAL := help
.PHONY: help run test test-slow test-services browser lint audit lock messages docs screenshots clean

help: ## list these targets
	@echo "make <target>, where target is:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile

# --- installing: a virtual environment, filled by uv, or by pip where uv cannot be had ---------------------------

define install
	@$(BIN)/uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check "$(UV)" \
		|| echo "uv cannot be installed here; pip does it, more slowly."
	@echo "Installing $(1)"
	@VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/uv pip install --quiet --compile-bytecode $(1) 2>/dev/null \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check $(1)
endef

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Python's venv is needed: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: requirements.txt | $(BIN)/python
	$(call install,-r requirements.txt)
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(call install,-r requirements.txt -r requirements-dev.txt)
	@touch $@

# --- running ----------------------------------------------------------------------------------------------------

run: export PORT := $(PORT)
run: export HOST := $(HOST)
run: export DEMO := $(or $(DEMO),true)
run: export PUBLIC_BASE_URL := $(or $(PUBLIC_BASE_URL),http://localhost:$(PORT))
run: $(VENV)/.installed ## install, prepare, and run web server, worker and beat; PORT=8000 HOST=127.0.0.1
	@$(BIN)/python manage.py prepare --port-free
	@export PATH="$(CURDIR)/$(BIN):$$PATH"; python manage.py welcome & exec honcho --env /dev/null start --port $(PORT)

# --- testing ----------------------------------------------------------------------------------------------------

test: $(VENV)/.installed-dev ## the tests, in two minutes: all but those of the next two lines
	@env -u DATABASE_URL -u REDIS_URL $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --quick $(TESTS)

test-slow: $(VENV)/.installed-dev ## what takes long: browsers where a Chromium is found, workers, searches of every address
	@env -u DATABASE_URL -u REDIS_URL $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "slow or browser" $(TESTS)

test-services: export DATABASE_URL := $(or $(DATABASE_URL),postgres://root@127.0.0.1:5432/ambulance)
test-services: export REDIS_URL := $(or $(REDIS_URL),redis://127.0.0.1:6379/8)
test-services: $(VENV)/.installed-dev ## everything, on PostgreSQL and Redis, which must run: DATABASE_URL, REDIS_URL
	@REQUIRE_SERVICES=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(TESTS)

browser: ## a Chromium and a Chinese font for the browser tests (apt), if they are not there
	@.ci/browser

lint: $(VENV)/.installed-dev ## style, form, types, forgotten migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/python manage.py makemigrations --check --dry-run

audit: $(VENV)/.installed-dev ## known holes in what is installed (asks the network)
	@PATH="$(CURDIR)/$(BIN):$$PATH" .ci/audit

lock: $(VENV)/.installed-dev ## pin every requirement anew
	@$(BIN)/uv pip compile --quiet --python-version 3.11 requirements.in -o requirements.txt
	@$(BIN)/uv pip compile --quiet --python-version 3.11 requirements-dev.in -o requirements-dev.txt
	@$(BIN)/uv pip compile --quiet --python-version 3.11 requirements-aliyun.in -o requirements-aliyun.txt

messages: $(VENV)/.installed ## the Chinese catalogue: take in new messages, then compile (needs gettext)
	@$(BIN)/python manage.py makemessages --locale zh_Hans --no-location --no-obsolete \
		$(foreach folder,.venv var static-root tests,--ignore=$(folder))
	@$(BIN)/python manage.py compilemessages --locale zh_Hans --ignore=.venv

docs: $(VENV)/.installed ## the documents that are made from the program
	@$(BIN)/python manage.py settings_table --write
	@$(BIN)/python -m scripts.rooms --write

screenshots: $(VENV)/.installed-dev ## the pictures of the README, taken from the running product (needs make browser)
	@$(BIN)/python -m scripts.screenshots

clean: ## remove what can be made again; the data in var/ stays
	@rm -rf $(VENV) static-root test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis
