# Pantrie: build, run, test. Every target installs what it needs below frontend/node_modules
# and the Go module cache; a tool that is missing is named with the command that installs it.

SHELL   := /bin/bash
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# nomsgpack leaves out gin's MessagePack support: 3 MB that nobody asks for.
TAGS    := nomsgpack
GOBUILD := CGO_ENABLED=0 go build -tags $(TAGS) -trimpath -ldflags "-s -w -X main.version=$(VERSION)"
# The race detector also brings checks of pointers. In SQLite, which is C translated to Go, they take most of the
# time and find nothing of ours; and SQLite itself, which one goroutine at a time is in, is not watched for races:
# with both the tests take half as long. Nothing else can go unwatched: what a package makes of generic code, such as
# sync.Map, may be linked in the place of everybody's, and races are seen where there are none.
RACE    := -race -gcflags=modernc.org/...=-d=checkptr=0 -gcflags='modernc.org/sqlite/lib=-race=false -d=checkptr=0'
# For each package. The slowest takes minutes on two cores; a hanging test is still told before CI gives up.
TIMEOUT := 30m
FUZZTIME ?= 20s
NPM     := npm --prefix frontend
GORELEASER   := github.com/goreleaser/goreleaser/v2@v2.16.0
STATICCHECK  := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOLANGCI     := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
AIR          := github.com/air-verse/air@v1.67.4
SCHEMATHESIS := schemathesis==4.32.5
# The archive of org.keycloak:keycloak-quarkus-dist on Maven Central, and its SHA-256.
KEYCLOAK        := 26.5.6
KEYCLOAK_SHA256 := 490189d9dff05272432d51f71a069462eeca97f2920a694d539a1e6c26a5a347

.DEFAULT_GOAL := build
.PHONY: help build run dev demo check test test-go test-frontend test-browser test-long test-load test-api test-fuzz \
        test-year test-matrix test-keycloak lint lint-more cross bare qemu release bench screens generate tools tools-test clean

help: ## what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 16

tools:
	@.ci/tools go node npm
tools-test:
	@.ci/tools go node npm cc chromium

frontend/node_modules/.stamp: frontend/package.json frontend/package-lock.json | tools
	$(NPM) ci --no-audit --no-fund
	@touch $@

frontend/build/index.html: frontend/node_modules/.stamp $(shell find frontend/src frontend/static -type f 2>/dev/null) frontend/vite.config.ts
	$(NPM) run build
	@touch $@

pantrie: frontend/build/index.html go.mod go.sum $(shell find . -name '*.go' -not -path './frontend/*' -not -name '*_test.go') $(shell find app auth db -type f -not -name '*.go')
	$(GOBUILD) -o $@ .

test-provider: go.mod go.sum $(shell find auth/authtest -name '*.go')
	CGO_ENABLED=0 go build -o $@ ./auth/authtest/cmd/test-provider

build: pantrie ## ./pantrie, with the frontend inside

run: pantrie ## serve http://localhost:8000 with the data in ./data
	./pantrie

dev: frontend/node_modules/.stamp ## pages that reload and a server that restarts when you save: http://localhost:5173
	@AIR=$(AIR) TAGS=$(TAGS) .ci/dev

demo: pantrie test-provider ## Pantrie beside a test provider in Authentik's shape
	.ci/demo

check: frontend/node_modules/.stamp ## half a minute: formatting, static analysis, types, the tests of what changed
	@STATICCHECK=$(STATICCHECK) TAGS=$(TAGS) .ci/check

test: tools-test test-go test-frontend test-browser ## everything that has to pass before a change lands

test-go: frontend/build/index.html
	go test -tags $(TAGS) $(RACE) -shuffle=on -timeout $(TIMEOUT) ./...

test-frontend: frontend/node_modules/.stamp
	$(NPM) run generate
	git diff --exit-code -- frontend/src/lib/api/schema.d.ts
	$(NPM) run check
	$(NPM) test

test-browser: pantrie test-provider
	$(NPM) run e2e

test-long: test-year test-matrix test-fuzz test-api test-load bare qemu ## what takes too long for each change
	@if command -v java >/dev/null && command -v mvn >/dev/null; then $(MAKE) test-keycloak; \
	else echo "left out: make test-keycloak, which needs Java and Maven"; fi

test-year: frontend/build/index.html ## a year in one household, day by day
	go test -tags $(TAGS),long -timeout $(TIMEOUT) -count=1 -run TestAYearAtHome ./app

test-matrix: frontend/build/index.html ## every case of the matrix of sign-ins over the API
	go test -tags $(TAGS),long -timeout $(TIMEOUT) -count=1 -run TestMatrix ./app

test-keycloak: ## sign-in at a real Keycloak; needs Java and Maven
	@.ci/tools go java mvn unzip
	@home=$$(.ci/keycloak $(KEYCLOAK) $(KEYCLOAK_SHA256)) && PANTRIE_KEYCLOAK=$$home \
	  go test -tags $(TAGS),keycloak -timeout $(TIMEOUT) -count=1 -run '^TestKeycloak$$' ./app

test-fuzz: frontend/build/index.html ## each fuzz test for FUZZTIME
	@grep -rhoE --include='*_test.go' --with-filename '^func Fuzz[A-Za-z]+' app auth db | while IFS=: read -r file name; do \
	  go test -tags $(TAGS) -run '^$$' -fuzz "^$${name#func }\$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$file")" || exit 1; done

test-api: pantrie ## requests made up from the OpenAPI document
	@.ci/tools python3 curl
	@SCHEMATHESIS=$(SCHEMATHESIS) .ci/test-api

test-load: pantrie ## many clients at once; none may be refused
	go run -tags $(TAGS) ./app/bench -binary ./pantrie -only load

lint: frontend/node_modules/.stamp frontend/build/index.html pantrie cross ## formatting, static analysis, builds for every platform
	@unformatted=$$(gofmt -l *.go app auth db); test -z "$$unformatted" || { echo "not gofmt'ed: $$unformatted"; exit 1; }
	go vet -tags $(TAGS),long,keycloak ./...
	go run $(STATICCHECK) -tags $(TAGS),long,keycloak ./...
	$(NPM) run lint

lint-more: frontend/build/index.html ## further linters, and a list of the long lines
	go run $(GOLANGCI) run --disable lll
	@go run $(GOLANGCI) run --enable-only lll --issues-exit-code 0

# Without optimisation, which takes a third of the time and has no part in whether it builds.
cross: frontend/build/index.html ## builds without cgo for every platform Pantrie runs on besides this one
	@for target in linux/amd64 linux/arm64 linux/arm/7 windows/amd64 darwin/arm64; do \
	  IFS=/ read -r os arch arm <<<"$$target"; echo "build $$target"; \
	  test "$$os/$$arch" = "$$(go env GOOS)/$$(go env GOARCH)" || \
	  GOOS=$$os GOARCH=$$arch GOARM=$$arm CGO_ENABLED=0 go build -tags $(TAGS) -gcflags='all=-N -l' -ldflags '-s -w' -o /dev/null . || exit 1; done

bare: pantrie ## the binary alone in an empty root, as nobody in particular; needs root or user namespaces
	.ci/bare

qemu: frontend/build/index.html ## the binaries for ARM, emulated, through setup and sign-in
	@.ci/tools go curl qemu-aarch64 qemu-arm
	@for target in arm64 arm/7; do \
	  IFS=/ read -r arch arm <<<"$$target"; echo "linux/$$target"; \
	  GOOS=linux GOARCH=$$arch GOARM=$$arm $(GOBUILD) -o dist/qemu/pantrie . && .ci/emulated $$arch dist/qemu/pantrie || exit 1; done

release: frontend/build/index.html ## the archives of a release in dist/, with checksums; nothing is published
	go run $(GORELEASER) release --snapshot --clean

bench: pantrie ## size, start-up, memory, page weight, requests
	go run -tags $(TAGS) ./app/bench -binary ./pantrie

screens: pantrie test-provider ## the pictures of the README, from the built binary
	cd frontend && node_modules/.bin/node e2e/screens.mts

generate: frontend/node_modules/.stamp ## the specification, the frontend's types, the README's table
	go test -tags $(TAGS) ./app -run 'TestSpecificationIsTheCommittedOne|TestReadmeListsTheConfiguration' -update
	$(NPM) run generate

clean:
	rm -rf pantrie test-provider frontend/build frontend/.svelte-kit frontend/node_modules
