package app_test

import (
	"compress/gzip"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documented is an operation as the documentation shows it.
type documented struct {
	curls, answers []string
	file, text     string
}

var (
	docsDetails = regexp.MustCompile(`(?s)<details id="(\w+)">(.*?)</details>`)
	docsPre     = regexp.MustCompile(`(?s)<pre class="(\w+)"><code>(.*?)</code></pre>`)
)

// documentation reads the page.
func (h *host) documentation() (page string, operations map[string]documented) {
	h.t.Helper()
	page = h.browser().want(200, "GET", "/api/docs", nil).body
	operations = map[string]documented{}
	for _, m := range docsDetails.FindAllStringSubmatch(page, -1) {
		d := documented{text: m[2]}
		for _, pre := range docsPre.FindAllStringSubmatch(m[2], -1) {
			switch text := html.UnescapeString(pre[2]); pre[1] {
			case "curl":
				d.curls = append(d.curls, text)
			case "answer":
				d.answers = append(d.answers, text)
			case "file":
				d.file = text
			}
		}
		operations[m[1]] = d
	}
	return page, operations
}

// curl is a request as a shell would make it.
type curl struct {
	method, url, body, upload string
	header                    http.Header
	sendsCookie, keepsCookie  bool
}

// readCurl reads a command of the documentation: words, quotes, and the end of a line taken away.
func readCurl(t *testing.T, command string, variables *strings.Replacer) curl {
	t.Helper()
	var words []string
	var word strings.Builder
	var quote rune
	in := false
	for _, r := range strings.ReplaceAll(command, "\\\n", " ") {
		switch {
		case quote == 0 && (r == '\'' || r == '"'):
			quote, in = r, true
		case quote != 0 && r == quote:
			part := word.String()
			word.Reset()
			if quote == '"' {
				part = variables.Replace(part)
			}
			word.WriteString(part)
			quote = 0
		case quote == 0 && (r == ' ' || r == '\n'):
			if in {
				words = append(words, word.String())
			}
			word.Reset()
			in = false
		default:
			word.WriteRune(r)
			in = true
		}
	}
	if words = append(words, word.String()); words[0] != "curl" || quote != 0 {
		t.Fatalf("not a command: %s", command)
	}
	c := curl{method: "GET", header: http.Header{}}
	for i := 1; i < len(words); i++ {
		next := func() string { i++; return words[i] }
		switch words[i] {
		case "-X":
			c.method = next()
		case "-H":
			name, value, ok := strings.Cut(next(), ": ")
			if !ok || value == "" {
				t.Fatalf("a header without a value: %s", command)
			}
			c.header.Add(name, value)
		case "-d":
			c.body = next()
		case "--data-binary":
			c.upload = strings.TrimPrefix(next(), "@")
		case "-b":
			c.sendsCookie = next() != ""
		case "-c":
			c.keepsCookie = next() != ""
		case "-o":
			next()
		case "-N":
		default:
			if strings.HasPrefix(words[i], "-") || c.url != "" {
				t.Fatalf("an unknown word %q: %s", words[i], command)
			}
			c.url = words[i]
		}
	}
	return c
}

var asWritten = strings.NewReplacer()

// pathPattern matches what a path of the specification stands for.
func pathPattern(path string) *regexp.Regexp {
	return regexp.MustCompile("^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(path), `[^/?{}]+`) + `(\?.+)?$`)
}

func TestEveryOperationHasAnExampleToCopy(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	_, shown := h.documentation()
	spec := specOf(t, h)
	count := 0
	for path, methods := range spec.Paths {
		for method, op := range methods {
			count++
			d := shown[op.OperationID]
			if len(d.curls) == 0 || len(d.answers) == 0 && !strings.Contains(d.text, "with nothing in it") && !strings.Contains(d.text, ", the file") {
				t.Errorf("%s has no example", op.OperationID)
				continue
			}
			token, session := op.takes()
			for _, text := range d.curls {
				c := readCurl(t, text, asWritten)
				if c.method != strings.ToUpper(method) || !pathPattern(h.server.URL+path).MatchString(c.url) {
					t.Errorf("%s is another request: %s", op.OperationID, text)
				}
				if got := c.header.Get("Authorization"); (got == "Bearer $TOKEN") != token {
					t.Errorf("%s takes a token: %v, the example: %s", op.OperationID, token, text)
				}
				if session && !token && !c.sendsCookie {
					t.Errorf("%s sends no cookie: %s", op.OperationID, text)
				}
				for _, p := range op.Parameters {
					if p.In == "header" && (p.Required || p.Name == "Idempotency-Key") && c.header.Get(p.Name) == "" {
						t.Errorf("%s leaves out %s", op.OperationID, p.Name)
					}
				}
				if (op.RequestBody == nil) != (c.body == "" && c.upload == "") {
					t.Errorf("%s: a body or none: %s", op.OperationID, text)
				}
			}
			if session && !token && !strings.Contains(d.text, "no token reaches it") {
				t.Errorf("%s does not say that it takes no token", op.OperationID)
			}
			if op.RequestBody != nil && !strings.Contains(d.text, "Request") {
				t.Errorf("%s says nothing of its body", op.OperationID)
			}
			for kind := range op.body() {
				if !strings.Contains(d.text, "<code>"+kind+"</code>") {
					t.Errorf("%s does not say that it takes %s", op.OperationID, kind)
				}
			}
		}
	}
	if count != len(shown) {
		t.Errorf("%d operations, %d shown", count, len(shown))
	}
}

func TestExamplesFollowTheirSchemas(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	_, shown := h.documentation()
	spec := specOf(t, h)
	check := func(of, text string, schema *specSchema) {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Errorf("%s is not JSON: %s", of, text)
			return
		}
		for _, wrong := range spec.check(schema, value, "") {
			t.Errorf("%s: %s", of, wrong)
		}
		for _, wrong := range spec.senseless(schema, value, "") {
			t.Errorf("%s: %s", of, wrong)
		}
	}
	for _, methods := range spec.Paths {
		for _, op := range methods {
			d := shown[op.OperationID]
			if m := op.body()["application/json"]; m != nil && m.Schema.Format != "binary" {
				for _, text := range d.curls {
					check(op.OperationID+" asks", readCurl(t, text, asWritten).body, m.Schema)
				}
			}
			for status, answer := range op.Responses {
				one, lines := answer.Content["application/json"], answer.Content["application/x-ndjson"]
				if status > "3" || one == nil && lines == nil {
					continue
				}
				for i, text := range d.answers {
					schema := one
					if one == nil || lines != nil && i > 0 {
						schema = lines
					}
					each := []string{text}
					if schema == lines {
						each = strings.Split(text, "\n")
					}
					for _, text := range each {
						check(op.OperationID+" tells", text, schema.Schema)
					}
				}
			}
		}
	}
}

func TestDocumentationIsAtThePublicAddress(t *testing.T) {
	t.Parallel()
	h := newHomeWith(t, []string{"PANTRIE_PUBLIC_URL=https://home.example.org/pantrie"})
	page := h.browser().want(200, "GET", "/pantrie/api/docs", nil)
	for _, want := range []string{"curl https://home.example.org/pantrie/api/v1/auth/me", `href="../settings/account"`, `href="openapi.json"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if regexp.MustCompile(`(href|src)="/`).MatchString(page.body) {
		t.Error("an address leads out of the sub-path")
	}
	policy := page.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || strings.Contains(policy, "script-src") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy: %s", policy)
	}
	b := h.browser()
	b.header.Set("Accept-Encoding", "gzip")
	zipped := b.want(200, "GET", "/api/docs", nil)
	unzip, err := gzip.NewReader(strings.NewReader(zipped.body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unzip)
	if err != nil || string(text) != page.body || len(zipped.body) > 60_000 {
		t.Errorf("compressed: %d bytes, %v", len(zipped.body), err)
	}
	b.header.Set("If-None-Match", zipped.header.Get("ETag"))
	b.want(304, "GET", "/api/docs", nil)

	// So is the specification, which programs ask for again and again.
	spec := h.browser().want(200, "GET", "/api/openapi.json", nil)
	b.header.Del("If-None-Match")
	zipped = b.want(200, "GET", "/api/openapi.json", nil)
	if unzip, err = gzip.NewReader(strings.NewReader(zipped.body)); err != nil {
		t.Fatal(err)
	}
	text, err = io.ReadAll(unzip)
	if err != nil || string(text) != spec.body || len(zipped.body) > 60_000 || zipped.header.Get("Content-Type") != "application/json" {
		t.Errorf("the specification compressed: %d bytes, %v", len(zipped.body), err)
	}
	b.header.Set("If-None-Match", zipped.header.Get("ETag"))
	b.want(304, "GET", "/api/openapi.json", nil)
}

func TestDocumentationBeforeSetupIsAtTheAddressItWasAskedAt(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b := h.browser()
	for _, tt := range []struct{ host, want string }{
		{"pantry.home:8000", "curl http://pantry.home:8000/api/v1/instance"},
		{"bad'host", "curl http://localhost:8000/api/v1/instance"},
	} {
		b.header.Set("Host", tt.host)
		if a := b.do("GET", "/api/docs", nil); a.status == 200 && !strings.Contains(a.body, tt.want) {
			t.Errorf("asked at %s", tt.host)
		}
	}
}

func TestDocumentationExplainsTheSheet(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	_, shown := h.documentation()
	head, _, _ := strings.Cut(shown["importSheet"].file, "\n")
	for _, id := range []string{"importSheet", "previewSheet"} {
		for column := range strings.SplitSeq(head, ",") {
			if !strings.Contains(shown[id].text, "<td><code>"+column+"</code></td>") {
				t.Errorf("%s does not explain the column %s", id, column)
			}
		}
	}
	if columns := strings.Split(head, ","); len(columns) != 13 || !slices.Contains(columns, "date_kind") {
		t.Errorf("columns: %s", head)
	}
}
