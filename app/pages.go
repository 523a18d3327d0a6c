package app

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

// pages serves the compiled frontend: hashed assets for a year, precompressed, and
// index.html, rewritten for the sub-path, for every address of a page.
type pages struct {
	files fs.FS
	index []byte

	mu   sync.Mutex
	base map[string]*shell
}

// shell is index.html for one sub-path, with the policy that allows its inline scripts.
type shell struct {
	plain, gzipped []byte
	etag, policy   string
}

func newPages(files fs.FS, demo bool) (*pages, error) {
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return nil, fmt.Errorf("the frontend is not built in: %w", err)
	}
	if demo {
		index = bytes.Replace(index, []byte(`data-demo=""`), []byte(`data-demo="on"`), 1)
	}
	return &pages{files: files, index: index, base: map[string]*shell{}}, nil
}

func (p *pages) serve(w http.ResponseWriter, r *http.Request, base string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name != "" && name != "index.html" && p.serveFile(w, r, name) {
		return
	}
	// A hashed asset that is gone must not become a page: the browser would run HTML as a script.
	if strings.HasPrefix(name, "_app/") || path.Ext(name) != "" && name != "index.html" {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	p.serveShell(w, r, base)
}

func (p *pages) serveFile(w http.ResponseWriter, r *http.Request, name string) bool {
	if strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
		return false
	}
	data, encoding, err := p.pick(name, r.Header.Get("Accept-Encoding"))
	if err != nil {
		return false
	}
	h := w.Header()
	kind := mime.TypeByExtension(path.Ext(name))
	if path.Ext(name) == ".webmanifest" {
		kind = "application/manifest+json"
	}
	if kind == "" {
		kind = "application/octet-stream"
	}
	h.Set("Content-Type", kind)
	if strings.HasPrefix(name, "_app/immutable/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	h.Set("Vary", "Accept-Encoding")
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	send(w, r, data, etagOf(data))
	return true
}

// pick reads the smallest form that the client takes.
func (p *pages) pick(name, accepts string) (data []byte, encoding string, err error) {
	for _, form := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !acceptsEncoding(accepts, form.encoding) {
			continue
		}
		data, err = fs.ReadFile(p.files, name+form.suffix)
		if err == nil {
			return data, form.encoding, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, "", err
		}
	}
	data, err = fs.ReadFile(p.files, name)
	return data, "", err
}

// acceptsEncoding reads Accept-Encoding (RFC 9110, section 12.5.3).
func acceptsEncoding(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			q := strings.ReplaceAll(strings.TrimSpace(params), " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

func (p *pages) serveShell(w http.ResponseWriter, r *http.Request, base string) {
	s, err := p.shellFor(base)
	if err != nil {
		http.Error(w, "the page cannot be built", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", s.policy)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	if acceptsEncoding(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		send(w, r, s.gzipped, s.etag+"-gz")
		return
	}
	send(w, r, s.plain, s.etag)
}

func (p *pages) shellFor(base string) (*shell, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.base[base]; s != nil {
		return s, nil
	}
	html := rebase(p.index, base)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write(html); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	s := &shell{plain: html, gzipped: zipped.Bytes(), etag: etagOf(html), policy: pagePolicy(html)}
	if len(p.base) >= 8 { // the public URL was changed again and again
		clear(p.base)
	}
	p.base[base] = s
	return s, nil
}

// announcerStyle is the style attribute of the element in which SvelteKit tells screen readers about a new page
// (@sveltejs/kit, src/runtime/components/root.svelte).
const announcerStyle = "position: absolute; left: 0; top: 0; clip: rect(0 0 0 0); clip-path: inset(50%); " +
	"overflow: hidden; white-space: nowrap; width: 1px; height: 1px"

var inlineScript = regexp.MustCompile(`(?s)<script([^>]*)>(.*?)</script>`)

// pagePolicy allows scripts from Pantrie itself and the inline ones of this very page, by hash, and
// one style attribute (Content Security Policy Level 3, sections 2.3.1 and 8.3).
func pagePolicy(html []byte) string {
	scripts := "'self'"
	for _, m := range inlineScript.FindAllSubmatch(html, -1) {
		if bytes.Contains(m[1], []byte("src=")) {
			continue
		}
		scripts += " " + sourceHash(m[2])
	}
	return strings.Join([]string{
		"default-src 'self'", "script-src " + scripts, "style-src 'self'",
		"style-src-attr 'unsafe-hashes' " + sourceHash([]byte(announcerStyle)),
		"img-src 'self' data: blob:", "connect-src 'self'", "font-src 'self'", "object-src 'none'",
		"frame-ancestors 'none'", "base-uri 'self'", "form-action 'self'",
	}, "; ")
}

// rebase makes index.html, which was built for the root, work below a sub-path: the addresses
// in its elements and imports, and the base that SvelteKit's code asks for. A public URL has no
// quotes or angle brackets in its path (see auth.ParsePublicURL).
func rebase(index []byte, base string) []byte {
	if base == "" {
		return index
	}
	return []byte(strings.NewReplacer(
		`href="/`, `href="`+base+`/`, `src="/`, `src="`+base+`/`, `import("/`, `import("`+base+`/`, `base: ""`, `base: "`+base+`"`, `data-base=""`, `data-base="`+base+`"`,
	).Replace(string(index)))
}

func etagOf(data []byte) string {
	sum := sha256.Sum256(data)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// send answers with the data, or with 304 when the client has it (RFC 9110, section 13.1.2).
func send(w http.ResponseWriter, r *http.Request, data []byte, etag string) {
	tag := `"` + etag + `"`
	w.Header().Set("ETag", tag)
	for candidate := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(candidate), "W/") == tag {
			w.Header().Del("Content-Encoding")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(data)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(data) // the client is gone if this fails
	}
}

// styleHash is the hash of a page's only style element, for its policy.
func styleHash(html string) string {
	_, rest, _ := strings.Cut(html, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	return sourceHash([]byte(style))
}

// sourceHash names an inline script or style in a policy (Content Security Policy Level 3, section 2.3.1).
func sourceHash(source []byte) string {
	sum := sha256.Sum256(source)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
