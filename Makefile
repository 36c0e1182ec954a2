# An index of commands. Each sets up what it needs by itself; the second time that is quick.
SHELL := /bin/bash
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: build ## build the demo shop (release) and serve it at http://localhost:3000
	@target/release/ironmonger

build: ## build the program (target/release/ironmonger) and the site (target/site)
	@.ci/setup build && .ci/build

test: ## run all tests: unit, stories on both engines, browser
	@.ci/setup test && .ci/test

bench: ## measure speed and size, each beside what it is compared to
	@.ci/setup test && .ci/build && .ci/bench

crawl: build ## attack the shop (release) with sqlmap and wapiti, for 8 minutes at most
	@.ci/setup crawl && end2end/crawl/run

lint: ## formatting, clippy for both builds, licences and duplicates of dependencies
	@.ci/setup lint && .ci/lint

.PHONY: help run build test bench crawl lint
