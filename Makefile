# Everything a fresh machine needs is Python >= 3.11, venv and make.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

NEW_ENOUGH = { $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
  { echo "The monitor needs Python 3.11 or newer, and $(PYTHON) is not: name one, as in: make PYTHON=python3.12 demo" >&2; exit 1; }; }
# Anew, whatever is there: a venv that was interrupted, or made without pip, mends itself.
MAKE_VENV = echo "making $(VENV), once: about a minute" && $(PYTHON) -m venv --clear $(VENV)

.PHONY: help demo run test train apprise model check format bench fuzz requirements clean
help:  ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile

$(VENV)/.runtime: requirements.txt pyproject.toml
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { $(NEW_ENOUGH) && $(MAKE_VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

demo: $(VENV)/.runtime  ## the whole job, once, with no network and no secrets
	$(BIN)/ofsted-monitor --state state demo

run: $(VENV)/.runtime  ## the service, with the shipped config/
	$(BIN)/ofsted-monitor run

test: $(VENV)/.dev  ## every test, with branch coverage
	$(BIN)/python -m pytest --numprocesses 2 --cov --cov-report=term

$(VENV)/.train: $(VENV)/.runtime requirements-train.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-train.txt
	touch $@

train: $(VENV)/.train  ## learn the themes you have added in config/themes.toml
	$(BIN)/ofsted-monitor themes train

apprise: $(VENV)/.runtime requirements-apprise.txt  ## for channels of kind "apprise": the services it knows
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-apprise.txt

model: $(VENV)/.dev  ## fit the shipped model anew, on labels that lie in tests/measure/
	$(BIN)/python -m monitor.learning

check: $(VENV)/.dev  ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.dev  ## put the code in its usual shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev  ## speed and memory, as ratios within one run
	$(BIN)/python -m benchmarks

fuzz: $(VENV)/.dev  ## ten thousand damaged reports: no fact may be invented
	$(BIN)/python -m benchmarks.mutation

torture: $(VENV)/.dev  ## a simulated month of faults and 500 kills: is everything owed received? (SEED=7: again)
	$(BIN)/python -m benchmarks.torture $(if $(SEED),--seed $(SEED))

requirements: $(VENV)/.dev  ## pin again, with hashes and without addresses
	cd $(CURDIR) && for set in requirements requirements-train requirements-apprise requirements-dev; do \
	  $(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --no-header --no-strip-extras \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file $$set.txt $$set.in; done

clean:  ## remove what make built; state/ stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .coverage*
