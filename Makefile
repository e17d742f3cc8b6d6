# make build   bin/zhiyin, one file with the web interface inside
# make run     a living demo company on http://127.0.0.1:8080
# make test    everything; starts or installs PostgreSQL and Chromium (Debian, as root)
# make check   format, vet, linters
.POSIX:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# The same settings for building and testing: each package is compiled once.
export CGO_ENABLED = 0
export GOFLAGS := $(GOFLAGS) -trimpath

GO      ?= go
NPM     ?= npm
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || cat VERSION)
LDFLAGS  = -s -w -X github.com/zhiyin-power/zhiyin/internal/app.Version=$(VERSION)
GOLANGCI = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

WEB_SOURCES = $(shell find web/src web/public web/index.html web/vite.config.ts web/package-lock.json catalogue -type f 2>/dev/null)
GO_SOURCES  = $(shell find cmd internal pls web catalogue \( -name node_modules -o -name dist \) -prune -o \( -name '*.go' -o -name '*.sql' -o -name '*.json' -o -name '*.csv' \) -print)

.PHONY: build run test test-go test-web test-e2e check api clean

build: bin/zhiyin

bin/zhiyin: web/dist/index.html $(GO_SOURCES) go.mod go.sum
	$(GO) build -tags web -ldflags '$(LDFLAGS)' -o $@ ./cmd/zhiyin

web/node_modules/.installed: web/package-lock.json
	cd web && $(NPM) ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && $(NPM) run build
	@touch $@

run: bin/zhiyin
	./bin/zhiyin demo --data data/demo --listen 127.0.0.1:8080

# The database keeps Go waiting while the web's checks and bundle keep a core busy. The binary
# is built after: beside the Go tests the same packages would be compiled twice.
test:
	$(MAKE) -j3 --output-sync=target test-go test-web web/dist/index.html
	$(MAKE) test-e2e

# PostgreSQL runs only while the Go tests do.
test-go:
	@set -e; eval "$$(scripts/postgres.sh)"; \
	trap 'scripts/postgres.sh stop' EXIT INT TERM; \
	$(GO) vet ./... && $(GO) test -vet=off ./...

test-web: web/node_modules/.installed
	cd web && $(NPM) run lint && $(NPM) run typecheck && $(NPM) test

test-e2e: bin/zhiyin
	scripts/chromium.sh
	cd e2e && ZHIYIN_BIN=../bin/zhiyin $(NPM) test

# api/openapi.json and the types made of it are checked in: a diff is a review.
api:
	$(GO) run ./cmd/zhiyin openapi > api/openapi.json.new && mv api/openapi.json.new api/openapi.json
	cd web && $(NPM) run api

check: web/node_modules/.installed
	@test -z "$$(gofmt -l cmd internal pls catalogue web/*.go e2e/provider)" || { gofmt -l cmd internal pls catalogue web/*.go e2e/provider; exit 1; }
	$(GO) vet ./...
	$(GO) run $(GOLANGCI) run ./...
	cd web && $(NPM) run lint && $(NPM) run typecheck

clean:
	rm -rf bin web/dist
