package app

import (
	"fmt"
	"os"
	"strings"
)

// WithEnvFile is getenv with the settings of a file below it: what getenv has goes before it.
func WithEnvFile(getenv func(string) string, path string) (func(string) string, error) {
	text, err := readSettings(path)
	if err != nil {
		return nil, fmt.Errorf("settings of --env-file: %w", err)
	}
	values := parseEnvFile(strings.TrimPrefix(text, "\ufeff"))
	for name := range values {
		if !isVariable(name) {
			return nil, fmt.Errorf("settings of --env-file: %s: there is no setting %q", path, name)
		}
	}
	return func(name string) string {
		if value := getenv(name); value != "" {
			return value
		}
		return values[name]
	}, nil
}

// mostSettings bounds a file of settings, in bytes.
const mostSettings = 1 << 20

// readSettings reads a file, and not what never ends.
func readSettings(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular() || info.Size() > mostSettings:
		return "", fmt.Errorf("%s is no file of settings", path)
	}
	text, err := os.ReadFile(path)
	return string(text), err
}

// isVariable says whether a name may stand in a file of settings: of Pantrie's own those that it knows, and any other
// program's. What cannot be a name, such as "export X", is none.
func isVariable(name string) bool {
	if strings.ContainsAny(name, " \t\"'") {
		return false
	}
	if !strings.HasPrefix(name, "PANTRIE_") && !strings.HasPrefix(name, "OAUTH_") {
		return true
	}
	for _, e := range new(Config).Effective() {
		if name == e.Name || name == e.Name+"_FILE" {
			return true
		}
	}
	return false
}

// parseEnvFile reads NAME=value lines as systemd does (systemd.exec(5), EnvironmentFile=): comments begin with # or ;,
// a value may be in single or double quotes, a backslash takes the next character as it is and joins lines, and
// nothing is expanded. Lines without = are left out.
func parseEnvFile(text string) map[string]string {
	values := map[string]string{}
	rest := strings.ReplaceAll(text, "\r\n", "\n")
	for rest != "" {
		rest = strings.TrimLeft(rest, " \t\n")
		if strings.HasPrefix(rest, "#") || strings.HasPrefix(rest, ";") {
			rest = afterComment(rest)
			continue
		}
		line, after, _ := strings.Cut(rest, "\n")
		name, _, found := strings.Cut(line, "=")
		if !found {
			rest = after
			continue
		}
		var value string
		value, rest = envValue(rest[len(name)+1:])
		values[strings.TrimSpace(name)] = value
	}
	return values
}

// afterComment is what follows the line of a comment, which a backslash at its end joins with the next one.
func afterComment(text string) string {
	for {
		line, after, more := strings.Cut(text, "\n")
		if !more || !strings.HasSuffix(line, `\`) {
			return after
		}
		text = after
	}
}

// envValue reads a value up to the end of its line.
func envValue(text string) (value, rest string) {
	var b strings.Builder
	kept := 0 // what of b stays when blanks at its end go
	begun := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n':
			return b.String()[:kept], text[i+1:]
		case c == '\\' && i+1 < len(text):
			if i++; text[i] != '\n' {
				b.WriteByte(text[i])
				kept, begun = b.Len(), true
			}
		case !begun && (c == ' ' || c == '\t'):
		case !begun && (c == '"' || c == '\''):
			i = quotedValue(&b, text, i)
			kept = b.Len()
		default:
			b.WriteByte(c)
			begun = true
			if c != ' ' && c != '\t' {
				kept = b.Len()
			}
		}
	}
	return b.String()[:kept], ""
}

// quotedValue reads what is in the quotes that begin at text[at], and returns where they end. Between double ones a
// backslash stands before what would have a meaning there, and stays before anything else.
func quotedValue(b *strings.Builder, text string, at int) (end int) {
	quote := text[at]
	for i := at + 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == quote:
			return i
		case c == '\\' && quote == '"' && i+1 < len(text):
			i++
			switch {
			case strings.IndexByte("\"\\`$", text[i]) >= 0:
				b.WriteByte(text[i])
			case text[i] != '\n':
				b.WriteByte('\\')
				b.WriteByte(text[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return len(text)
}
