# Every command of the project; `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
GO ?= go
export CGO_ENABLED ?= 0

.DEFAULT_GOAL := help
.PHONY: help run build web server test check e2e bench features cover migration api messages fuzz soak release deps clean

help: ## lists the commands
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: build ## builds everything and starts the demo centre on http://localhost:8080
	./bin/parley serve --demo

build: web server ## the interface and the server: bin/parley

web: web/dist/.built ## the interface and the chat widget

web/node_modules/.installed: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

web/dist/.built: web/node_modules/.installed $(shell find web/src web/widget web/index.html web/*.ts web/*.mjs -type f -not -path '*/node_modules/*' 2>/dev/null)
	cd web && npm run --silent build
	touch $@

server: ## the server alone: bin/parley
	$(GO) build -ldflags '$(LDFLAGS)' -o bin/parley ./cmd/parley

deps: ## installs what the tests need from Debian (as root or by sudo)
	scripts/deps

test: ## everything CI runs
	scripts/test

check: web/node_modules/.installed ## lint, types, import direction, generated files fresh, licences
	scripts/check

e2e: build ## browser walks (all, or make e2e f=desk)
	scripts/deps
	cd web && npx playwright test $(f)

bench: build ## measures and writes docs/benchmarks.md
	scripts/bench

features: ## one line per requirement from the last test run
	@$(GO) run ./tools/results features .cache/results docs/features.md

cover: ## test coverage per package
	$(GO) test -coverprofile=.cache/cover.out ./... && $(GO) tool cover -func=.cache/cover.out | tail -40

migration: ## make migration n=00031_name : an empty migration for both engines
	@test -n "$(n)" || (echo "make migration n=00031_name" && exit 1)
	@for e in sqlite postgres; do printf -- '-- +goose Up\n\n-- +goose Down\n' > internal/db/migrations/$$e/$(n).sql; echo internal/db/migrations/$$e/$(n).sql; done

api: ## writes api/openapi.json and the interface's types from it
	$(GO) run ./cmd/parley api > api/openapi.json
	cd web && npm run --silent gen

messages: web/node_modules/.installed ## writes the guide's pages of messages from the interface's words
	cd web && npx vitest run src/shared/i18n/errors/guide.test.ts --update

t ?= 60s
fuzz: ## every fuzzer for t=60s
	scripts/fuzz $(t)

soak: build ## the long run: thousands of kills and reconnects
	scripts/soak

release: web ## static binaries for linux, the systemd unit and the licence in dist/
	@mkdir -p dist
	for arch in amd64 arm64; do GOOS=linux GOARCH=$$arch $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o dist/parley-linux-$$arch ./cmd/parley; done
	cp scripts/parley.service LICENSE dist/
	cd dist && sha256sum parley-linux-* parley.service LICENSE > SHA256SUMS

clean: ## removes what was built
	rm -rf bin dist .cache web/dist/app web/dist/widget web/dist/.built
