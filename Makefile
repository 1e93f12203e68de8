# What one does with Earshot. `make` alone says what there is.
PYTHON := .venv/bin/python

# Whoever sets it lets every process compile everything anew, and tests start many.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo test check bench screenshots
help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 18

run: ## start everything on this machine, without an account
	@infra/setup run
	@exec $(PYTHON) -m infra.local

demo: ## start it with a company in it: people, spoken tracks, playlists, a month of listening
	@infra/setup demo
	@exec $(PYTHON) -m infra.demo

check: ## format, lint and types
	@infra/setup test
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy

test: check ## check, then every test
	$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder

bench: ## measure what must be fast, as ratios, and the pages
	@infra/setup bench
	$(PYTHON) -m tests.bench

screenshots: ## take a picture of every page of the demo into screenshots/
	@infra/setup test
	$(PYTHON) -m infra.screenshots
