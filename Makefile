# doelbinding: two commands are all the set-up, `make demo` and `make test`.
# Each builds what it needs in .venv, from the hash-pinned lock files in requirements/.

VENV    ?= .venv
PYTHON  ?= python3
WORKERS ?= auto
ARGS    ?=
DEMO    := build/demo
RECORD  := --log $(DEMO)/log/audit.db --keys $(DEMO)/keys

BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test soak lint bench lock clean tools

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(VENV)/.run-installed  ## the main job: the Almelo policy, validated and put to work
	@echo; echo "1. Is the policy of Bibliotheek Almelo sound?"; echo
	@$(BIN)/doelbinding validate --policy policy
	@echo; echo "2. May these data go? (docs/examples/transfers.jsonl)"; echo
	@$(BIN)/doelbinding check --batch docs/examples/transfers.jsonl
	@echo; echo "3. Why not? One of the denials, in full"; echo
	@$(BIN)/doelbinding check --to library.ill --purpose services.interlibrary-loan \
	  --data identity.name,loans.history --exit-zero
	@echo; echo "4. Does it answer as its own tests say, and does what must hold always hold?"; echo
	@$(BIN)/doelbinding test
	@echo
	@$(BIN)/doelbinding prove
	@rm -rf $(DEMO)/log $(DEMO)/keys; mkdir -p $(DEMO)/log
	@echo; echo "5. A demand of the police: nothing may go before it is recorded"; echo
	@$(BIN)/doelbinding check --record $(RECORD) --to authority --purpose legal.disclosure \
	  --data identity.name,contact.postal-address --fact legal-demand=true --fact notice-prohibited=false \
	  --reference OM-2026-0042 --recipient-id NL-OM --subject-id 2000012345678 \
	  --fulfils encrypt,inform-subject
	@echo
	@$(BIN)/doelbinding audit anchor $(RECORD) --to $(DEMO)/heads
	@$(BIN)/doelbinding audit verify $(RECORD) --head $(DEMO)/heads --decide
	@$(BIN)/doelbinding diagram --output $(DEMO)/flows.mmd --force
	@{ echo '```mermaid'; cat $(DEMO)/flows.mmd; echo '```'; } > $(DEMO)/flows.md
	@echo; echo "Written: $(DEMO)/flows.md, the flows as a picture (any Markdown viewer that knows"
	@echo "Mermaid shows it), and $(DEMO)/flows.mmd, its source."
	@echo; echo "Try next:"
	@echo "  $(BIN)/doelbinding check --to kb --purpose services.online-library --data membership.number"
	@echo "  $(BIN)/doelbinding audit query $(RECORD)"
	@echo "  $(BIN)/doelbinding diff --against HEAD~1, after a change in policy/"
	@echo "  $(BIN)/doelbinding reach loans.history --lang nl"
	@echo "  $(BIN)/doelbinding diagram --by purpose --only kb --lang nl"
	@echo "  docs/tutorial.md declares a policy from nothing"

test: $(VENV)/.test-installed tools  ## all tests but the long forms (ARGS="-k word" for some)
	$(BIN)/python -m pytest -n $(WORKERS) -m "not soak" $(ARGS)

soak: $(VENV)/.test-installed  ## the long forms; what they print is kept in docs/evidence/
	@mkdir -p docs/evidence
	@{ date -u +'%Y-%m-%d %H:%M UTC'; $(BIN)/python --version; echo "$$(nproc) cores"; \
	   $(BIN)/python -m pytest -n $(WORKERS) -m soak --no-header -rA --durations=0 $(ARGS); \
	 } 2>&1 | tee docs/evidence/soak.txt

lint: $(VENV)/.lint-installed  ## style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright --pythonpath $(BIN)/python

# In an environment of its own: a peer asks for older releases than the tests do.
bench:  ## the benchmarks, with peers (ARGS="decision peers" for some)
	@$(MAKE) --no-print-directory VENV=$(VENV)-bench $(VENV)-bench/.bench-installed
	@$(VENV)-bench/bin/python -m bench $(ARGS)

# The largest set is solved first; the smaller ones take their versions from it. That of the
# benchmarks is solved by itself: a peer asks for older releases.
# A pin stays as it is until `make lock ARGS=--upgrade`.
LOCK = $(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet $(ARGS)

lock: $(VENV)/.lint-installed  ## write the lock files anew from pyproject.toml
	$(LOCK) --all-extras -o requirements/lint.txt
	$(LOCK) --extra test -c requirements/lint.txt -o requirements/test.txt
	$(LOCK) --extra sign -c requirements/lint.txt -o requirements/run.txt
	$(LOCK) --group bench -o requirements/bench.txt

clean:  ## remove the environment and everything that was made
	rm -rf .venv .venv-bench build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find engine adapters tests -name __pycache__ -prune -exec rm -rf {} +

# ── The environment ──────────────────────────────────────────────────────────────────────────────

# One stamp per lock file: the demo waits for no test tool, the tests for no linter.
$(VENV)/.%-installed: requirements/%.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@echo "installing from $<"
	@$(PIP) install --only-binary :all: $(FROM_SOURCE) --require-hashes -r $<
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q engine adapters
	@touch $@

# Of one peer there is no wheel.
$(VENV)/.bench-installed: FROM_SOURCE = --no-binary vakt

# What some tests need besides Python packages. Without it they are skipped, and say so.
tools:
	@for each in git jq; do \
	  command -v $$each >/dev/null && continue; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -qq update \
	    && apt-get -qq install -y --no-install-recommends $$each >/dev/null; then continue; fi; \
	  echo "$$each is missing: tests that need it are skipped. Install it: apt-get install $$each" >&2; \
	done

$(VENV)/pyvenv.cfg:
	@command -v $(PYTHON) >/dev/null || \
	  { echo "Python is missing. Install it: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) --version)." \
	         "Name a later one: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. Install it: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
