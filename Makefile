# make demo: grade the sample class.       make test: the whole test suite.
# make serve: let the sample class hand in over the web.
# make docs: the documentation site, in build/docs.
# make gallery: pictures of the lessons for the site, which the next `make docs` takes along.
# make attacks: what tries to fool, break or leave the grader, as a table.
# make conformance: nbgrader's own suite with Atelier in it.
# make fairness: wrong and right answers with many secrets, and mutants of the solutions.
# make bench: against stock nbgrader.      make scale: a class of 300, and memory.
# make versions: the lessons on the oldest and newest libraries, and on JAX.
# make container: the demo in a container, for Macs and Windows; needs Docker or Podman, and nothing else.
# make training: the lessons' training against public tutorials' ways.
# make clean: removes the sample class, the gallery, the site, and what is kept to save time; no class's work.
# The only thing needed beforehand is Python; PYTHON names it if `python3` is not the one.
SHELL := /bin/bash
PYTHON ?= $(shell for v in python3 python3.13 python3.12 python3.11; do \
  command -v $$v >/dev/null 2>&1 && $$v setup_venv.py --version-only 2>/dev/null && { echo $$v; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
# Apart from build/, so that the sample class never mixes with a real one.
SAMPLE := build/sample
SERVED := build/served

.PHONY: setup demo serve test lint docs gallery attacks conformance fairness bench scale training versions container build clean

setup:
	@$(or $(PYTHON),python3) setup_venv.py $(VENV)

demo: setup
	@$(BIN)/python -m examples.sample_class --submitted $(SAMPLE)/submitted
	@$(BIN)/atelier grade gan --submitted $(SAMPLE)/submitted --output $(SAMPLE)
	@$(BIN)/atelier report gan --submitted $(SAMPLE)/submitted --output $(SAMPLE)

# Its files are for you to hand in, under any of the names.
serve: setup
	@$(BIN)/python -m examples.sample_class --submitted $(SERVED)/files --roster $(SERVED)/people.csv
	@$(BIN)/atelier roster $(SERVED)/people.csv --output $(SERVED)
	@$(BIN)/atelier serve --output $(SERVED)

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check autograder util tests benchmarks examples
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo

# Each of the two processes has one warm kernel of its own; a file's tests stay together to share it.
test: setup lint
	@$(BIN)/python -m pytest -n 2 --dist loadfile

# -W: a warning is an error, and a link that leads nowhere is a warning. -E: all pages are read, so that none is out of date.
docs: setup
	@$(BIN)/python -m sphinx -q -W --keep-going -E -c docs -d build/docs-cache . build/docs
	@$(BIN)/python docs/check_site.py build/docs

# Those whose preset `quick` takes two or three minutes, and those that come with a trained model (TRAINED).
GALLERY ?= layers toy_gan gan draw
gallery: setup
	@TRAINED=yes $(BIN)/atelier demo $(GALLERY) --site --output build/gallery

build: setup
	@$(BIN)/atelier build

bench: setup
	@$(BIN)/python -m benchmarks.against_nbgrader

scale: setup
	@$(BIN)/python -m benchmarks.scale
	@$(BIN)/python -m benchmarks.memory

training: setup
	@$(BIN)/python -m benchmarks.training

versions: setup
	@$(BIN)/python -m benchmarks.versions

# Grading makes user namespaces, and mounts in them, which containers forbid by default: seccomp and AppArmor (Docker) or
# SELinux (Podman) have to let it, and a /proc of which parts are hidden could not be mounted again.
CONTAINERS ?= $(notdir $(or $(shell command -v docker),$(shell command -v podman),docker))
ROOT_USER := $(filter 0,$(shell id -u))
docker_FLAGS := --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined
podman_FLAGS := --security-opt seccomp=unconfined --security-opt unmask=ALL --security-opt label=disable $(if $(ROOT_USER),,--userns=keep-id)

# In the container works a user with the number of whoever calls make, who thus may write to build/; root is refused there.
container:
	@mkdir -p build $(if $(ROOT_USER),&& chown 1000 build)
	@$(CONTAINERS) build --build-arg UID=$(if $(ROOT_USER),1000,$(shell id -u)) --tag atelier --file Containerfile .
	@$(CONTAINERS) run --rm $($(CONTAINERS)_FLAGS) --volume "$(CURDIR)/build:/course/build" atelier make demo

attacks: setup
	@$(BIN)/python -m tests.attacks

conformance: setup
	@$(BIN)/python -m benchmarks.conformance

fairness: setup
	@$(BIN)/python -m benchmarks.fairness --output build/fairness

# Only what can be made again: build/ also holds what a class has handed in, its gradebook and its secret.
clean:
	@rm -rf $(SAMPLE) $(SERVED) build/demo build/reference build/performed build/fairness build/gallery build/docs \
	  build/docs-cache
