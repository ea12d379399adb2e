# make lab    the course in JupyterLab        make lab ARGS="--no-browser --port=8899"
# make test   every test                      make test ARGS="-k conv -x"
# make bench  speed, as ratios to PyTorch     make bench ARGS="--only CNN"
# make test-pyodide   the library as a browser runs it, with Node; optional, not in `make test`
# make site    the course as pages, in site/        make site-test    tests them
# All do all their set-up on the first call, in .venv, and take seconds after that.

# The first Python of 3.11 or later on the path; `make lab PYTHON=/path/to/python` names another.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 python,\
	$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
RUN_PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help lab test test-gpu test-pyodide bench site site-test lint notebooks wheel clean

help:
	@sed -n 's/^# //p' Makefile

lab: $(VENV)/.lab
	@$(BIN)/edutorch start my-course
	@$(BIN)/edutorch lab my-course $(ARGS)

# Ruff and mypy are tests of the suite (tests/test_tools.py), so that the last line counts everything.
test: $(VENV)/.test
# One BLAS thread: the processes share the cores, and sums round the same on every machine. A test that takes
# 20 minutes, many times the slowest, hangs: it fails then, and shows where it was.
	@OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest \
		-n auto --maxprocesses=4 --dist=loadfile --timeout=1200 \
		-p tests.notebooks --nbval --nbval-current-env --nbval-cell-timeout=300 \
		$(wildcard tests chapters solutions exercises) $(ARGS)

# The suite over CuPy itself, on a machine with an NVIDIA GPU, by the Python that is there: no network, no .venv.
# make test-gpu ARGS="--parts device"; tests/on_gpu.py says more.
test-gpu:
	@$(PYTHON) -m tests.on_gpu $(ARGS)

# Under Pyodide, where integers have 32 bits and there are no processes, threads or safetensors. Optional: .ci/run does
# not run it, for it needs Node, npm and 20 minutes. Fetches Pyodide into .venv on the first call.
PYODIDE_TESTS := ops autograd nn optim random utils test_same_numbers.py test_summation.py test_tiny.py test_tensor.py \
	test_serialization.py test_safetensors_file.py test_default_integer.py test_printing.py course/test_in_process.py
test-pyodide: $(VENV)/.pyodide
	@node tests/pyodide/run.mjs $(VENV)/pyodide --quiet --capture=sys $(PYODIDE_TESTS:%=tests/%) $(ARGS)

# A static site in site/, built without a network from what the repository holds. Where npm is installed, the course
# runs in the browser there.
WITH_PYODIDE := $(if $(shell command -v npm),$(VENV)/.pyodide)
site: $(VENV)/.site $(WITH_PYODIDE)
	@$(BIN)/python -m tests.site.build

site-test: $(VENV)/.site $(VENV)/.test $(WITH_PYODIDE)
	@$(BIN)/python -m pytest tests/site $(ARGS)

# Beside PyTorch and other libraries; 10 minutes, best with nothing else running. Figures go to tests/benchmarks/results/.
bench: $(VENV)/.bench
	@$(BIN)/python -m tests.benchmarks $(ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Executes every chapter again and stores the outputs, each guess skipped so that readers see the results: after
# a change of a chapter, or of the library. make notebooks CHAPTERS=chapters/03_autograd.ipynb for one alone.
# The progress that chapters 0 and 10 show is that of somebody who has just begun, not yours.
CHAPTERS ?= chapters/*.ipynb
notebooks: $(VENV)/.test
	XDG_STATE_HOME=$$(mktemp -d) EDUTORCH_SKIP_GUESSES=1 OPENBLAS_NUM_THREADS=1 \
		$(BIN)/python -m nbconvert --to notebook --execute --inplace --coalesce-streams \
		--ExecutePreprocessor.record_timing=False $(CHAPTERS)
	$(BIN)/python -m edutorch.course.chapters

wheel: $(VENV)/.test
	$(BIN)/python -m hatchling build -t wheel

clean:
	rm -rf $(VENV) dist build site .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.lab: pyproject.toml | $(VENV)/.made
	@echo "Installing edutorch and JupyterLab into $(VENV) (a minute or two, once):"
	@$(RUN_PIP) install --editable ".[lab]"
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/.made
	@echo "Installing edutorch and the test tools into $(VENV) (a minute or two, once):"
	@$(RUN_PIP) install --editable ".[dev]"
	@touch $@ $(VENV)/.lab

$(VENV)/.site: pyproject.toml | $(VENV)/.made
	@echo "Installing what builds the site into $(VENV) (a minute or two, once):"
	@$(RUN_PIP) install --editable ".[site]"
	@touch $@

$(VENV)/.bench: pyproject.toml | $(VENV)/.made
	@echo "Installing edutorch, PyTorch and the libraries it is timed beside into $(VENV) (minutes, once):"
	@$(RUN_PIP) install --editable ".[bench]"
	@touch $@

$(VENV)/.pyodide: tests/pyodide/install.py | $(VENV)/.made
	@if ! command -v npm >/dev/null; then \
		echo "make test-pyodide needs Node and npm (https://nodejs.org)." >&2; exit 1; \
	fi
	@echo "Installing Pyodide into $(VENV)/pyodide (a minute, once):"
	@$(BIN)/python tests/pyodide/install.py $(VENV)/pyodide
	@touch $@

# An environment with pip that is there already is kept. Debian's python3 may come without ensurepip;
# then the pip it has fills an empty environment.
$(VENV)/.made:
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; then exit 0; fi; \
	if [ -z "$(PYTHON)" ]; then \
		echo "edutorch needs Python 3.11 or later; on the path is: $$(python3 --version 2>&1)." >&2; \
		echo "Install one (https://www.python.org or your system's packages), or name it:" >&2; \
		echo "    make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	elif ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		echo "edutorch needs Python 3.11 or later; $(PYTHON) is not: $$($(PYTHON) --version 2>&1)." >&2; \
		exit 1; \
	elif $(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1; then :; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1 \
		&& $(PYTHON) -m venv --clear --without-pip $(VENV) \
		&& $(PYTHON) -m pip --quiet --python $(BIN)/python install pip; then :; \
	else \
		rm -rf $(VENV); \
		echo "$(PYTHON) can make no virtual environment: it has neither ensurepip nor pip." >&2; \
		echo "On Debian and Ubuntu: sudo apt install python3-venv" >&2; \
		exit 1; \
	fi
	@touch $@
