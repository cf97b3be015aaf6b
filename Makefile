# `make demo` and `make test` do all the set-up they need: python3 (3.11 or newer) and make, no more.
PYTHON ?= python3
BIN := .venv/bin
# Most tests wait for a broker most of the time.
PROCESSES ?= 2
FUZZ_SECONDS ?= 600
SEED ?= 1
DISTURBANCES ?= 60
BROKERS ?= 1

.PHONY: demo test browser kafka check format lint types imports fuzz chaos hostile mutants bench bench-live lock clean

demo: $(BIN)/.ready  ## a storm through a Kafka broker, live in this terminal, for two minutes
	$(BIN)/outage-monitor demo --for 120s

test: $(BIN)/.ready  ## every test; on Apache Kafka, too, where Java and Maven are installed
	@$(BIN)/python tools/kafka.py fetch --if-possible
	$(BIN)/pytest --numprocesses $(PROCESSES) --dist worksteal

browser:  ## fetch Chromium (as root on Debian) and axe-core for the tests in a browser
	tools/browser.sh fetch

kafka: $(BIN)/.ready  ## fetch Apache Kafka into .kafka/lib (needs Java 17 and Maven)
	$(BIN)/python tools/kafka.py fetch

check: format lint types imports test  ## what must hold before a commit

format: $(BIN)/.ready
	$(BIN)/ruff format --check --quiet .

lint: $(BIN)/.ready
	$(BIN)/ruff check --quiet .

types: $(BIN)/.ready
	$(BIN)/mypy

imports: $(BIN)/.ready
	$(BIN)/lint-imports --no-cache > .imports.log || { cat .imports.log; exit 1; }

fuzz: $(BIN)/.ready  ## the product against the naive reference, for FUZZ_SECONDS
	$(BIN)/python tests/fuzz.py $(FUZZ_SECONDS)

chaos: $(BIN)/.ready kafka  ## kill, freeze and cut off workers and brokers, and compare with a replay
	$(BIN)/python tests/chaos --seed $(SEED) --disturbances $(DISTURBANCES) --brokers $(BROKERS)

hostile: $(BIN)/.ready kafka  ## a million bad records among good ones, through a worker on Kafka
	$(BIN)/python tests/hostile.py

mutants: $(BIN)/.ready  ## break the core on purpose, and see that the tests notice
	$(BIN)/python tests/mutants.py

bench: $(BIN)/.ready  ## speed and memory on this machine
	$(BIN)/python bench/core.py

bench-live: $(BIN)/.ready .venv-bench/.ready  ## the same live on Apache Kafka, beside others (BENCH=--quick)
	@$(BIN)/python tools/kafka.py fetch
	$(BIN)/python -m bench.live $(BENCH)

.venv-bench/.ready: bench/requirements.txt
	@echo "Setting up .venv-bench, for what the bench compares with ..."
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

lock: $(BIN)/.ready  ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url \
	  --universal --python-version 3.11 --quiet --custom-compile-command "make lock" -o requirements.lock
	uv pip compile bench/requirements.in --generate-hashes --no-emit-index-url \
	  --universal --python-version 3.11 --quiet --custom-compile-command "make lock" -o bench/requirements.txt

$(BIN)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "This needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 2; }
	@echo "Setting up .venv (once, about a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
	  { echo "python3 has no venv: on Debian, apt-get install python3-venv"; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

clean:
	rm -rf .venv .venv-bench .kafka .mypy_cache .ruff_cache .pytest_cache .hypothesis .imports.log
