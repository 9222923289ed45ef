# 会办 (huiban). `make` alone lists what can be made.

BIN := bin/huiban

.DEFAULT_GOAL := help
.PHONY: help build run test faults coverage-of-rules lint bench fmt clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/huiban (the first time takes a minute or three)
	go build -trimpath -o $(BIN) ./cmd/huiban

run: ## start the demo: a company, a chat page, a clock to move
	go run ./cmd/huiban demo

test: ## run all tests with the race detector, on a MariaDB and a Chromium of its own
	@bash .ci/test.sh

faults: ## two minutes in which the fake Feishu breaks in every way while people work
	@bash .ci/faults.sh

coverage-of-rules: ## print which tests name each rule and where it is put into practice; fails on a hole
	@go run ./.ci/coverage

lint: ## run golangci-lint, pinned in .ci/tools.env
	@bash .ci/lint.sh

bench: ## run the benchmarks and write docs/performance.md
	@bash .ci/bench.sh

fmt: ## format the Go files
	gofmt -s -w $$(git ls-files --cached --others --exclude-standard '*.go')

clean: ## remove what was built, tools included
	rm -rf bin dist .ci/bin
