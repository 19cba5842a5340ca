# Everything one does with Shrike's source, one word each. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help build test demo bench sanitize format lint clean
JOBS ?= $(shell nproc)
# A compile cache that also hits between checkouts: paths are taken relative to this folder.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

help: ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

build: ## the program, at build/release/shrike
	@tools/install.sh build
	@tools/build.sh release shrike

test: ## every test, by ctest
	@tools/install.sh test
	@tools/build.sh test
	ctest --test-dir build/release --output-on-failure -j$(JOBS)

demo: ## play a real video as a shop camera, then serve the live page (ONCE=1: stop after processing)
	@tools/install.sh demo
	@tools/build.sh release shrike
	@build/release/shrike demo $(if $(ONCE),--once)

bench: ## speed, as ratios against a peer or a bare limit in the same run
	@tools/install.sh bench
	@tools/build.sh bench
	@tools/bench.sh

sanitize: ## the tests under ASan + UBSan and ThreadSanitizer, and a minute of each fuzz target
	@tools/install.sh lint
	@tools/sanitize.sh

format: ## clang-format every source
	@tools/install.sh lint
	git ls-files '*.h' '*.cc' | xargs clang-format -i

lint: ## clang-tidy, and the format checked
	@tools/install.sh lint
	@tools/lint.sh

clean: ## remove build/ and out/
	rm -rf build out
