# Everything a developer types. Python 3.11 or later; another one: make run PYTHON=python3.12
# Compiled modules are kept: every process would compile them again, which doubles its start.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
ARGS ?=
COMPILE = .venv/bin/uv --no-config pip compile --quiet --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url

.PHONY: help setup run test lint lock messages bench clean
help: ## print this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

setup: ## install what the portal needs: system packages, .venv, translations
	@$(PYTHON) bootstrap.py setup

run: export SYMBOLON_DEMO ?= on
run: setup ## run the portal at http://localhost:8000 with demo data (PORT=8001 SYMBOLON_DEMO=off)
	@.venv/bin/python manage.py serve --stop-with-parent

test: ## run all tests, or some on SQLite: make test ARGS="tests/credentials -k award"
	@$(PYTHON) bootstrap.py setup --tests
	@.venv/bin/python -m tests $(ARGS)

lint: ## check style and types
	@$(PYTHON) bootstrap.py setup --tests
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

lock: ## write the lock files anew (ARGS=--upgrade for newer versions)
	@$(PYTHON) bootstrap.py setup --tests
	@$(COMPILE) requirements.in -o requirements.txt $(ARGS)
	@$(COMPILE) tests/requirements.in -c requirements.txt -o tests/requirements.txt $(ARGS)

messages: ## collect the strings to translate into locale/de
	@.venv/bin/python manage.py makemessages --locale de --no-obsolete --add-location file \
		--ignore tests --ignore benchmarks --ignore var
	@sed -i.bak '/^"POT-Creation-Date/d' locale/de/LC_MESSAGES/django.po && rm locale/de/LC_MESSAGES/django.po.bak

bench: setup ## measure what benchmarks/ measures
	@for file in benchmarks/*.py; do .venv/bin/python -m benchmarks.$$(basename $$file .py) || exit 1; done

clean: ## remove what make setup made; var/ with the portal's data stays
	@rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis
