# make book · make test · make ebook · make scorm · make serve · make lab · make ketamine · make tables · make exam · make grade · make outputs · make calibration · make odd · make mutants · make mutants-book · make faults · make audit · make speed · make alike · make builders · make sphinx9 · make release · make lock · make clean
# Needs Python 3.11 or newer and nothing else; PYTHON=… names another interpreter.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SITE := _build/html
PEERS := _build/peers
SPHINX9 := _build/sphinx9
RESOLUTION := highest
TWO := --numprocesses 2 --dist worksteal

# One thread a notebook: they run side by side, and sums come out alike on every machine.
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: book test ebook scorm serve lab ketamine tables exam grade outputs calibration odd mutants mutants-book faults audit speed alike builders sphinx9 release lock clean setup tools

book: setup
	@$(BIN)/python book/_ext/make_book.py
	@echo "The book: $(SITE)/index.html"

test: tools
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary --cache-dir=_build/mypy
	@$(BIN)/python -m pytest $(TWO) tests/unit tests/calibration tests/book
	@$(MAKE) --no-print-directory ebook scorm
	@$(BIN)/python -m pytest $(TWO) tests/notebooks tests/site
	@$(BIN)/python -m pytest tests/walks

# The whole course as EPUB and, where there is a Chromium, as PDF. Each page anew: what Sphinx wrote
# the last time has been put right for a book since.
ebook: book
	@$(BIN)/sphinx-build -q -E -a -W -n --keep-going -b epub -c tests/sphinx -d _build/.epub . _build/epub
	@echo "The e-book: _build/ebook"

# The site for a learning platform: a SCORM 1.2 package whose quizzes report their score.
scorm: book
	@$(BIN)/python book/_ext/make_scorm.py

serve: book
	@echo "http://127.0.0.1:8000 (stop with Ctrl+C)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(SITE) 8000

# The unpacked zip has a folder of notebooks for students.
lab: tools
	@$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/$(or $(wildcard student),notebooks)

# Scans whose owners ask for agreement first, never needed by the book. For scripts:
# make ketamine AGREE=yes; from a memory stick: make ketamine FROM=folder.
ketamine: $(VENV)/installed
	@$(BIN)/python -m ketanet.restricted moujaes2024 \
	  $(if $(filter yes,$(AGREE)),--agree) $(if $(FROM),--from "$$FROM")

# What those scans say of groups, as ketanet/tables holds it: the same files, the same bytes.
tables: setup
	@$(BIN)/python -m ketanet.drug_tables

# Sheet, key and Moodle file of an examination: SEED=word CHAPTERS="3 4" EACH=2 TO=folder.
exam: $(VENV)/installed
	@$(BIN)/python book/_ext/make_exam.py $(if $(SEED),--seed "$(SEED)") \
	  $(if $(CHAPTERS),--chapters $(CHAPTERS)) $(if $(EACH),--each $(EACH)) $(if $(TO),--to "$(TO)")

# Which exercises are right in notebooks that were handed in: FROM=folder.
grade: setup
	@$(BIN)/python book/_ext/make_grade.py "$(or $(FROM),handed-in)"

# Run every notebook and keep its text outputs in the repository.
outputs: tools
	@$(BIN)/python -m pytest tests/notebooks --keep-outputs

# Do 95% intervals cover 95%, and do tests of 5% reject 5%? In full: make test does it in small.
calibration: tools
	@KETANET_FULL=1 $(BIN)/python -m pytest tests/calibration -s

# Does every public function tell what is odd in what it was given? make test asks less often.
odd: tools
	@KETANET_FULL=1 $(BIN)/python -m pytest tests/unit/test_odd_input.py

# Do the unit tests notice when one thing in the package is changed? About ten minutes.
mutants: tools
	@$(BIN)/python tests/mutants/package.py

# And those of the book's form, when one thing in the book is? About ten minutes.
mutants-book: tools
	@$(BIN)/python tests/mutants/book.py

# What a build does that is killed, has no room, may not write: about half an hour.
faults: tools
	@$(BIN)/python -m pytest tests/faults

# Is anything in the lock known to be unsafe? Asks the Python Packaging Advisory Database.
audit: $(VENV)/installed
	@$(BIN)/uv tool run --quiet pip-audit@2.10.0 --requirement requirements.txt --require-hashes --disable-pip --strict

# How quick the models are, next to simulators that others use: those live apart.
speed: tools $(PEERS)/installed
	@$(BIN)/python -m pytest tests/speed --benchmark-sort=name --benchmark-columns=min,median,rounds

# Two clean builds, everything executed twice, must give the same bytes.
alike: setup
	@for copy in first second; do \
	  rm -rf $(SITE) _build/.doctrees _build/.jupyter_cache _build/jupyter_execute _build/prints; \
	  $(MAKE) --no-print-directory book > /dev/null && rm -rf _build/$$copy && cp -r $(SITE) _build/$$copy \
	    || exit 1; \
	done
	@diff -r _build/first _build/second && echo "Two clean builds are alike"

# The same source for other builders: a site of folders, plain text, catalogues to translate.
builders: setup
	@for builder in dirhtml text gettext; do \
	  $(BIN)/sphinx-build -q -W -n --keep-going -b $$builder -c tests/sphinx -d _build/.$$builder . _build/$$builder \
	    || exit 1; echo "$$builder: _build/$$builder"; \
	done

# The same source for a Sphinx that Jupyter Book 1 does not know, in an environment of its own.
sphinx9: book $(SPHINX9)/installed
	@$(SPHINX9)/bin/sphinx-build -q -W -n --keep-going -b html -c tests/sphinx -d _build/.sphinx9 . _build/html-sphinx9
	@echo "Sphinx 9 without Jupyter Book: _build/html-sphinx9/index.html"

$(SPHINX9)/installed: tests/sphinx/requirements.txt
	@echo "Setting up $(SPHINX9): about 250 MB to fetch"
	@rm -rf $(SPHINX9)
	@$(PYTHON) -m venv $(SPHINX9)
	@$(SPHINX9)/bin/python -m pip install -qq --require-hashes --only-binary :all: --requirement $<
	@touch $@

$(PEERS)/installed: tests/speed/peers.txt
	@echo "Setting up $(PEERS): about 120 MB to fetch"
	@rm -rf $(PEERS)
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install -qq --no-deps --require-hashes --only-binary :all: --requirement $<
	@touch $@

# The files of a release, built twice alike, and what a person has to do then.
release: setup
	@.ci/release

# The lock serves Linux, macOS and Windows. uv makes it, in an environment of its own.
lock:
	@$(PYTHON) -m venv _build/lock
	@_build/lock/bin/python -m pip install -qq "uv>=0.9,<1"
	@_build/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --resolution $(RESOLUTION) --no-strip-extras --generate-hashes --only-binary :all: \
	  --no-header --no-annotate --all-extras --output-file requirements.txt pyproject.toml
	@_build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
	  --no-strip-extras --generate-hashes --only-binary :all: --constraint requirements.txt \
	  --no-header --no-annotate --extra setup --extra book --output-file requirements-book.txt pyproject.toml
	@_build/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --generate-hashes --only-binary :all: --no-header --no-annotate \
	  --output-file tests/sphinx/requirements.txt pyproject.toml tests/sphinx/requirements.in
	@echo "requirements.txt, requirements-book.txt and tests/sphinx/requirements.txt are new: run make test, then commit them"

clean:
	@rm -rf _build $(VENV)

setup: $(VENV)/compiled
	@$(BIN)/python -m ketanet.sources

tools: $(VENV)/tools setup

# uv installs a locked environment in seconds, pip in minutes. Where uv cannot be had, or does not
# know the index that pip was told of, pip does it.
INSTALL = $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python $(1) 2>> $(VENV)/setup.log \
  || { echo "uv cannot do this here: pip tries, which takes minutes"; \
       $(BIN)/python -m pip install -qq --retries 1 $(1) 2>> $(VENV)/setup.log; } \
  || { echo "The tools could not be installed: check the network, and run make again. Why: $(VENV)/setup.log"; exit 1; }
LOCKED = --require-hashes --only-binary :all: --requirement

$(VENV)/installed: requirements-book.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	@echo "Setting up $(VENV): about 260 MB to fetch"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@awk '/^[^ ]/ { own = /^uv==/ } own' $< > $(VENV)/uv.txt
	@$(BIN)/python -m pip install -qq --retries 1 $(LOCKED) $(VENV)/uv.txt 2> $(VENV)/setup.log || true
	@$(call INSTALL,$(LOCKED) $<)
	@$(call INSTALL,--no-deps --no-build-isolation --editable .)
	@touch $@

# Nobody waits for it: it ends while the data come and Sphinx begins.
$(VENV)/compiled: $(VENV)/installed $(wildcard ketanet/*.py)
	@{ $(BIN)/python -m ketanet._compile && touch $@; } > /dev/null 2>&1 &

$(VENV)/tools: requirements.txt $(VENV)/installed
	@echo "Adding what tests and JupyterLab need: about 120 MB to fetch"
	@$(call INSTALL,$(LOCKED) $<)
	@touch $@
