# LoonCamp. `make help` lists what can be done.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help install run test lint lint-deploy mutants bench profile audit browser

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## make .venv with the pinned dependencies

$(STAMP): requirements-dev.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing the pinned dependencies into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r requirements-dev.lock
	@touch $@

run: $(STAMP) ## start LoonCamp with its local WhatsApp and Paytm
	@exec $(BIN)/python run.py serve

test: $(STAMP) browser ## run every test
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

browser: ## make sure that there is a Chromium for the page tests
	@sh tests/install_browser.sh

lint: $(STAMP) ## style, types and import order
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-deploy: ## lint the image, the compose file and the scripts with tools of their own
	@PYTHON=$(PYTHON) sh tests/lint_deploy.sh

mutants: $(STAMP) ## take each protection away and see that a test notices
	@$(BIN)/python -m tests.mutants

bench: $(STAMP) ## measure against a README bot, bare clients and the goals: one table of ratios
	$(BIN)/python -W ignore -m tests.benchmarks $(BENCH)

profile: $(STAMP) ## write docs/profile.md: where the processor time of a step goes
	PATH=$(CURDIR)/$(BIN):$$PATH $(BIN)/python -W ignore -m tests.benchmarks.profile

audit: $(STAMP) ## look for known holes in the dependencies (needs the advisory data of PyPI)
	@PYTHON=$(PYTHON) sh tests/audit.sh
