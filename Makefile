# What a person types; continuous integration types the same.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# make book SOLUTIONS=no builds the student edition, without solutions, in a folder of its own.
SOLUTIONS ?= yes

.PHONY: book test test-all bench bench-grading libraries lab exercises handout grids lint clean

book: $(READY)
	@$(BIN)/python tools/book.py $(if $(filter no,$(SOLUTIONS)),--student)

# As many processes as cores, at most four; what shares a fixture stays together, in that order (tests/conftest.py).
SIDE_BY_SIDE := --numprocesses=auto --maxprocesses=4 --dist=loadscope --no-loadscope-reorder

test: $(READY)
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m "not long"

test-all: $(READY)
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE)

# Ratios against named peers, which live in an environment of their own. One thread, CPU time.
BENCH := .venv-bench
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

bench: $(BENCH)/.ready
	@PYTHONPATH=. $(ONE_THREAD) $(BENCH)/bin/python tools/bench.py

$(BENCH)/.ready: tools/bench.txt
	@$(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -r tools/bench.txt
	@touch $@

# The same homework and the same submissions, each grader in an environment of its own.
NBGRADER := .venv-bench-nbgrader
OTTER := .venv-bench-otter

bench-grading: $(READY) $(NBGRADER)/.ready $(OTTER)/.ready
	@PYTHONPATH=. $(BIN)/python tools/bench_grading.py --nbgrader $(NBGRADER) --otter $(OTTER) --lectopt $(VENV)

# The page "Who computes what" against the libraries themselves, in an environment of their own.
LIBRARIES := .venv-bench-libraries

libraries: $(LIBRARIES)/.ready
	@PYTHONPATH=. $(LIBRARIES)/bin/python tests/references/libraries.py

.venv-bench-%/.ready: tools/bench-%.txt
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

FIRST := $(firstword $(sort $(wildcard chapters/*.md)))

lab: $(READY)
	@$(BIN)/python tools/notebooks.py
	@$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/$(FIRST:.md=.ipynb)

exercises: $(READY)
	@$(BIN)/lectopt release solutions exercises

# The folder that students get: make handout TO=../handout EXERCISES="03 05", or without EXERCISES all of them.
handout: $(READY)
	@[ -n "$(TO)" ] || { echo 'Name a new folder: make handout TO=../handout EXERCISES="03 05"'; exit 1; }
	@$(BIN)/python tools/handout.py "$(TO)" $(EXERCISES)

# Networks trained beforehand, for figures that show many of them: a few minutes, the same files every time.
grids: $(READY)
	@PYTHONPATH=. $(ONE_THREAD) $(BIN)/python tools/grids.py

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

clean:
	rm -rf _build .pytest_cache .ruff_cache chapters/*.ipynb index.ipynb conventions.ipynb

$(READY): requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "lectopt needs Python 3.11 or newer; $(PYTHON) is older. Name another one: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv is missing. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@echo "Setting up $(VENV): a minute or two, once."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
