# Everything a developer types. Python 3.11 or later; another one: make run PYTHON=python3.12
# Compiled modules are kept: every process would compile them again, which doubles its start.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
ARGS ?=
COMPILE = .venv/bin/uv --no-config pip compile --quiet --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url

# Where the words of documents stand: what is printed, and more that the same files say.
PAPER = templates/pdf/*.html recognition/documents/*.py portfolios/documents/*.py \
	credentials/standards/degree_statements.py credentials/standards/diploma_*.py \
	credentials/standards/documents.py credentials/standards/elm.py \
	credentials/standards/elm_[cdsv]*.py credentials/standards/elmo_supplement.py \
	credentials/standards/elmo_words.py credentials/standards/grading_words.py \
	credentials/standards/microhe.py credentials/standards/open_badges*.py \
	credentials/standards/study_results.py credentials/standards/supplement*.py \
	credentials/standards/transcript.py credentials/services/designs.py \
	credentials/trust/verdict_words.py credentials/vocabulary.py recognition/vocabulary.py \
	recognition/credits.py recognition/grades.py recognition/placement.py recognition/states.py \
	recognition/models/ballot.py recognition/models/case.py recognition/models/committee.py \
	recognition/models/meeting.py recognition/models/remedy.py recognition/services/clock.py \
	recognition/services/decision_credentials.py recognition/services/delays.py \
	recognition/services/letter_facts.py recognition/services/minutes.py \
	recognition/services/powers.py recognition/services/remedy_letters.py

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

messages: ## collect the strings to translate into locale/
	@.venv/bin/python manage.py makemessages --locale de --locale es --no-obsolete \
		--add-location file --ignore tests --ignore benchmarks --ignore var
	@msggrep $(PAPER:%=--location=%) locale/es/LC_MESSAGES/django.po -o locale/es/LC_MESSAGES/django.po
	@sed -i.bak '/^"POT-Creation-Date/d' locale/*/LC_MESSAGES/django.po && rm locale/*/LC_MESSAGES/django.po.bak

bench: setup ## measure what benchmarks/ measures
	@for file in benchmarks/*.py; do .venv/bin/python -m benchmarks.$$(basename $$file .py) || exit 1; done

clean: ## remove what make setup made; var/ with the portal's data stays
	@rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .hypothesis
