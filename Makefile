# Everything is done by two commands on a machine that has Python 3.11 or newer, git and make:
#   make demo   generate every api-version of specs/, run the emitted tests, show what broke between the versions
#   make test   all checks
PYTHON ?= python3
BIN := .venv/bin
# hundreds of processes are started, and each would compile all modules where the environment forbids to keep them
unexport PYTHONDONTWRITEBYTECODE
SWEEPS := sweep_read.py sweep_diff.py sweep_edits.py sweep_hostile.py sweep_fuzz.py sweep_mutants.py sweep_live.py sweep_types.py sweep.py

.PHONY: help setup demo test lint types generated-types sweep peers bench regen lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: .venv/installed ## Make the environment in .venv

.venv/installed: requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("apivolve needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Generate every version, run the emitted tests, show what broke
	@echo "== 1. generate: one package with all api-versions of each service in specs/"
	@$(BIN)/apivolve generate
	@echo
	@echo "== 2. the emitted tests of every api-version"
	@for package in generated/*/; do $(BIN)/python -m pytest -q -p no:cacheprovider $$package || exit 1; done
	@echo
	@echo "== 3. what broke between neighbouring api-versions"
	@$(BIN)/apivolve diff --show error --format oneline --fail-on none
	@echo
	@echo "== 4. what broke inside 2023-05-15, which was changed in place: the whole report"
	@$(BIN)/apivolve diff --show error --fail-on none specs/azure-openai/changes/2023-05-15/before.json specs/azure-openai/changes/2023-05-15/after.json

test: setup lint types ## All checks
	$(BIN)/python -m pytest -q -n auto --dist worksteal
	@for package in generated/*/; do $(BIN)/python -m pytest -q -p no:cacheprovider $$package || exit 1; done

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check generator tests benchmarks

types: setup generated-types
	$(BIN)/mypy
	$(BIN)/basedpyright --pythonpath $(BIN)/python

generated-types: setup
	@for package in generated/*/; do \
		echo "mypy --strict, pyright strict: $$package" && \
		(cd $$package && ../../$(BIN)/mypy --strict --cache-dir ../../.mypy_cache . && ../../$(BIN)/basedpyright --pythonpath ../../$(BIN)/python) || exit 1; \
	done

sweep: setup ## Read, generate, compare and edit a whole corpus of specifications (APIVOLVE_CORPUS)
	@status=0; for part in $(SWEEPS); do echo "== $$part"; $(BIN)/python tests/$$part || status=1; done; \
	echo "== what make test takes a part of, all"; APIVOLVE_ALL=1 $(BIN)/python -m pytest -q tests/test_clashes.py tests/test_documents.py tests/test_emit.py tests/test_hostile_reports.py tests/test_structures.py || status=1; exit $$status

peers: setup ## Install what is measured beside, each in an environment of its own; needs Java for one of them
	@for pins in benchmarks/pins/*.txt; do \
		folder=.venv-bench/$$(basename $$pins .txt); \
		test -e $$folder/installed -a $$folder/installed -nt $$pins && continue; \
		$(PYTHON) -m venv $$folder && \
		$$folder/bin/python -m pip install --quiet --disable-pip-version-check -r $$pins && touch $$folder/installed \
		|| { rm -rf $$folder; echo "$$folder could not be installed: what is measured beside it is left out, and told"; }; \
	done

bench: peers ## Measure everything, each beside a peer, into benchmarks/RESULTS.md (APIVOLVE_CORPUS adds GitHub's description)
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/versions.py

regen: setup ## Write generated/ and the expected files of the tests anew
	$(BIN)/apivolve generate
	-$(BIN)/python -m pytest -q --update-golden

lock: ## Pin the development environment anew
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --upgrade pip
	.venv-lock/bin/python -m pip install --quiet '.[dev]'
	.venv-lock/bin/python -m pip uninstall --quiet --yes apivolve
	.venv-lock/bin/python -m pip freeze --exclude-editable > requirements-dev.lock
	rm -rf .venv-lock

clean: ## Remove the environment and all caches
	rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
