package oidc

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
)

// page is what a template shows. Text, Username and Error may be empty. As in Authentik, the title of
// the document is always the same; Title is the heading.
type page struct {
	Title       string
	Text        string
	Application string
	Username    string
	Error       string
	Permissions []string
}

const pageTemplates = `
{{define "head"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>authentik</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 1rem; }
main { box-sizing: border-box; max-width: 24rem; margin: 10vh auto 0; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input, button { box-sizing: border-box; width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; border: 1px solid #767676; border-radius: .375rem; }
button { margin-top: 1rem; cursor: pointer; }
button.primary { background: #1f5fbf; border-color: #1f5fbf; color: #fff; }
:focus-visible { outline: 3px solid #f0a020; outline-offset: 2px; }
.error { border-left: .25rem solid #c62828; padding-left: .75rem; }
footer { margin-top: 2rem; font-size: .875rem; }
</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
{{end}}

{{define "foot"}}<footer><p>Test provider. Only for tests; nothing here is a real account.</p></footer>
</main>
</body>
</html>
{{end}}

{{define "login"}}{{template "head" .}}{{if .Application}}<p>to continue to {{.Application}}</p>
{{end}}{{if .Error}}<p class="error" id="error" role="alert">{{.Error}}</p>
{{end}}<form method="post">
<label for="username">Username or email</label>
<input id="username" name="username" value="{{.Username}}" autocomplete="username" autocapitalize="none" spellcheck="false" required{{if .Error}} aria-invalid="true" aria-describedby="error"{{end}}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{{if .Error}} aria-invalid="true" aria-describedby="error"{{end}}>
<button class="primary" type="submit">Sign in</button>
</form>
{{template "foot" .}}{{end}}

{{define "consent"}}{{template "head" .}}<p>You are signed in as {{.Username}} and about to sign in to {{.Application}}.</p>
{{if .Permissions}}<p>The application gets:</p>
<ul>
{{range .Permissions}}<li>{{.}}</li>
{{end}}</ul>
{{end}}<form method="post">
<button class="primary" type="submit" name="decision" value="accept">Continue</button>
<button type="submit" name="decision" value="deny">Cancel</button>
</form>
{{template "foot" .}}{{end}}

{{define "message"}}{{template "head" .}}{{if .Text}}<p>{{.Text}}</p>
{{end}}{{template "foot" .}}{{end}}
`

func parsePages() (*template.Template, error) {
	pages, err := template.New("pages").Parse(pageTemplates)
	if err != nil {
		return nil, fmt.Errorf("parse pages: %w", err)
	}
	return pages, nil
}

func (p *Provider) render(w http.ResponseWriter, status int, name string, data page) {
	var b bytes.Buffer
	if err := p.pages.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// Message answers a page with a heading and, if it is not empty, a text.
func (p *Provider) Message(w http.ResponseWriter, status int, title, text string) {
	p.render(w, status, "message", page{Title: title, Text: text})
}

// NotFound answers the page of an address where nothing is.
func (p *Provider) NotFound(w http.ResponseWriter, _ *http.Request) {
	p.Message(w, http.StatusNotFound, "Not Found", "")
}
