# The course's commands. They need make, git and Python 3.11 or newer, and make their own .venv.
#
#   make lab PYTHON=python3.12            use this Python
#   make lab LAB_ARGS="--no-browser"      hand these to JupyterLab
#   make unit PYTEST_ARGS="-k jacobian"   hand these to pytest
#   make benchmark BENCHMARK_ARGS="--only net"   measure a part
#   make test CHROMIUM=/path/to/chrome    use this browser for the browser tests

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help lab test lint unit nbval browser notebooks exercises benchmark lock clean setup-lab setup-test

# Only a PYTHON that somebody named is binding; without one, tools/find_python.sh looks for it.
SETUP = python=$$(sh tools/find_python.sh "$(PYTHON)") && "$$python" tools/setup_env.py
VENV_PYTHON := .venv/bin/python
PYTEST := $(VENV_PYTHON) -m pytest

# The front page, or JupyterLab's own if there is none yet.
FRONT_PAGE := $(addprefix /tree/,$(wildcard lessons/00_start.ipynb))
LAB_OPTIONS := --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab$(FRONT_PAGE) \
    --LabApp.app_settings_dir="$(CURDIR)/tools/lab_settings"
# JupyterLab refuses to run as root, which is all there is in many containers, unless told.
ifeq ($(shell id -u),0)
LAB_OPTIONS += --allow-root
endif

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

lab: setup-lab  ## open the course in JupyterLab
	@$(VENV_PYTHON) -m jupyterlab $(LAB_OPTIONS) $(LAB_ARGS)

test: lint unit nbval browser  ## run every test

lint: setup-test  ## check style and types
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m mypy
	@.venv/bin/oxlint course_lib

unit: setup-test  ## run the tests of the library, its examples, the exercises and the tools
	@$(PYTEST) -m "not browser" -n auto --dist loadfile $(PYTEST_ARGS)

nbval: setup-test  ## run the notebooks and compare with the stored outputs
	@$(PYTEST) --nbval --nbval-current-env --nbval-sanitize-with tests/notebooks/nbval.cfg \
	    lessons solutions $(PYTEST_ARGS)

browser: setup-test  ## run a lesson and an exercise in a real browser
	@chromium=$$(CHROMIUM="$(CHROMIUM)" $(VENV_PYTHON) tools/find_chromium.py) && \
	    CHROMIUM="$$chromium" $(PYTEST) -m browser tests/browser $(PYTEST_ARGS)

notebooks: setup-test  ## bring .md and .ipynb into line and run the notebooks
	@$(VENV_PYTHON) tools/notebooks.py
	@$(VENV_PYTHON) tools/glossary.py

exercises: setup-test  ## write exercises/ anew from solutions/
	@$(VENV_PYTHON) -m course_lib.checks generate
	@$(VENV_PYTHON) tools/beliefs.py

benchmark: setup-test  ## measure speed beside other engines (at most 25 minutes; see benchmarks/)
	@$(VENV_PYTHON) -m benchmarks $(BENCHMARK_ARGS)

lock:  ## choose package versions anew, within pyproject.toml (needs uv)
	@sh tools/lock.sh $(LOCK_ARGS)

clean:  ## remove .venv and all caches
	rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find . -type d \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

setup-lab:
	@$(SETUP) lab

setup-test:
	@$(SETUP) test
