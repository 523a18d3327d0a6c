# Pantrie: build, run, test. Every target installs what it needs below frontend/node_modules
# and the Go module cache; a tool that is missing is named with the command that installs it.

SHELL   := /bin/bash
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# nomsgpack leaves out gin's MessagePack support: 3 MB that nobody asks for.
TAGS    := nomsgpack
# Not inlined: code that runs rarely, or once for each request of a few milliseconds. huma makes a
# copy of its registration for each operation; without inlining these, and the formats that gin
# could read, the binary is 1.1 MB smaller.
COLD    := pantrie/... github.com/danielgtaylor/... github.com/goccy/... github.com/quic-go/... go.mongodb.org/... \
           github.com/go-playground/... github.com/pelletier/... github.com/alecthomas/... github.com/gabriel-vasile/... \
           github.com/leodido/... html/template text/template/... encoding/gob encoding/xml golang.org/x/net/... golang.org/x/text/...
GOBUILD := CGO_ENABLED=0 go build -tags $(TAGS) -trimpath $(COLD:%=-gcflags=%=-l) -ldflags "-s -w -X main.version=$(VERSION)"
# The race detector also brings checks of pointers. In SQLite, which is C translated to Go, they take most of the
# time and find nothing of ours; and SQLite itself, which one goroutine at a time is in, is not watched for races:
# with both the tests take half as long.
RACE    := -race -gcflags=modernc.org/...=-d=checkptr=0 -gcflags='modernc.org/sqlite/lib=-race=false -d=checkptr=0'
NPM     := npm --prefix frontend
GORELEASER  := github.com/goreleaser/goreleaser/v2@v2.16.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.DEFAULT_GOAL := build
.PHONY: build run demo test test-go test-frontend test-browser lint cross bare qemu release bench screens generate tools tools-test clean

tools:
	@.ci/tools go node npm
tools-test:
	@.ci/tools go node npm cc chromium

frontend/node_modules/.stamp: frontend/package.json frontend/package-lock.json | tools
	$(NPM) ci --no-audit --no-fund
	@touch $@

frontend/build/index.html: frontend/node_modules/.stamp $(shell find frontend/src frontend/static -type f 2>/dev/null) frontend/vite.config.ts
	$(NPM) run build
	@find frontend/build -name '*.gz' -not -name index.html.gz | while read -r zipped; do rm -f "$${zipped%.gz}"; done # half a megabyte; Pantrie unpacks it for who asks
	@touch $@

pantrie: frontend/build/index.html go.mod go.sum $(shell find . -name '*.go' -not -path './frontend/*' -not -name '*_test.go') $(shell find app auth db -type f -not -name '*.go')
	$(GOBUILD) -o $@ .

test-provider: go.mod go.sum $(shell find auth/authtest -name '*.go')
	CGO_ENABLED=0 go build -o $@ ./auth/authtest/cmd/test-provider

build: pantrie ## ./pantrie, with the frontend inside

run: pantrie ## serve http://localhost:8000 with the data in ./data
	./pantrie

demo: pantrie test-provider ## Pantrie beside a test provider in Authentik's shape
	.ci/demo

test: tools-test test-go test-frontend test-browser

test-go: frontend/build/index.html
	go test -tags $(TAGS) $(RACE) -shuffle=on ./...

test-frontend: frontend/node_modules/.stamp
	$(NPM) run generate
	git diff --exit-code -- frontend/src/lib/api/schema.d.ts
	$(NPM) run check
	$(NPM) test

test-browser: pantrie test-provider
	$(NPM) run e2e

lint: frontend/node_modules/.stamp frontend/build/index.html pantrie cross
	@unformatted=$$(gofmt -l *.go app auth db); test -z "$$unformatted" || { echo "not gofmt'ed: $$unformatted"; exit 1; }
	go vet -tags $(TAGS) ./...
	go run $(STATICCHECK) -tags $(TAGS) ./...
	$(NPM) run lint

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

bench: pantrie
	go run -tags $(TAGS) ./app/bench -binary ./pantrie

screens: pantrie test-provider ## the pictures of the README, from the built binary
	cd frontend && node_modules/.bin/node e2e/screens.mts

generate: frontend/node_modules/.stamp ## the specification, the frontend's types, the README's table
	go test -tags $(TAGS) ./app -run 'TestSpecificationIsTheCommittedOne|TestReadmeListsTheConfiguration' -update
	$(NPM) run generate

clean:
	rm -rf pantrie test-provider frontend/build frontend/.svelte-kit frontend/node_modules
