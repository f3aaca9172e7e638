# SPDX-License-Identifier: Apache-2.0
# The commands of this project. CMake builds; see CMakePresets.json and HACKING.md.

DATA = ./leman-data
LISTEN = 127.0.0.1:8080
FUZZ_SECONDS = 60

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run:  ## install what is missing, build a release, serve ./leman-data on 127.0.0.1:8080
	@scripts/setup run
	@scripts/build release
	@exec build/release/leman serve --data $(DATA) --listen $(LISTEN)

test:  ## install what is missing, build with sanitizers, run every test
	@scripts/setup test
	@scripts/test

bench:  ## measure: one JSON line each
	@scripts/setup bench
	@scripts/bench

fuzz:  ## every fuzz target for FUZZ_SECONDS=60 from its corpus
	@scripts/setup test
	@scripts/build fuzz
	@fuzz/run build/fuzz $(FUZZ_SECONDS)

demo:  ## a data folder with sample owners, keys and reports
	@scripts/setup run
	@scripts/build release
	@scripts/demo

lint:  ## style, scripts and clang-tidy
	@scripts/setup test
	@scripts/lint

clean:  ## remove what was built
	rm -rf build test-results

.PHONY: help run test bench fuzz demo lint clean
