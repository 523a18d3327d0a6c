package signin

import (
	"strings"
	"testing"
)

func TestReturnPath(t *testing.T) {
	for asked, want := range map[string]string{
		"/": "/", "/items/5?tab=lots": "/items/5?tab=lots", "/a%20b": "/a%20b", "/settings/account": "/settings/account",
		"": "/", "items": "/", "//evil.example": "/", "///evil.example": "/", "/\\evil.example": "/", "\\\\evil.example": "/",
		"https://evil.example/": "/", "javascript:alert(1)": "/", "/\tevil": "/", "/a\r\nSet-Cookie: x": "/", "/a\u0085b": "/",
		"/%5cevil.example": "/", "/%2f%2fevil.example": "/", "/..//evil.example": "/", "/a/../b": "/", "/.": "/", "/a//b": "/", "/a/%2e%2e/b": "/", "/.well": "/.well", "/a#frag": "/a",
		"/api/v1/auth/logout": "/", "/%00": "/%00", "http:/evil.example": "/", "/" + strings.Repeat("a", 3000): "/", "/" + strings.Repeat("\xff", 1000): "/",
	} {
		if got := ReturnPath(asked); got != want {
			t.Errorf("ReturnPath(%q) = %q, want %q", asked, got, want)
		}
	}
}

func FuzzReturnPath(f *testing.F) {
	for _, seed := range []string{"/", "//x", "/\\x", "/a?b=c#d", "/%2f/x", "https://x", "/" + strings.Repeat("\xff", 1000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, asked string) {
		got := ReturnPath(asked)
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t") {
			t.Errorf("ReturnPath(%q) = %q", asked, got)
		}
		if again := ReturnPath(got); again != got {
			t.Errorf("ReturnPath(%q) = %q, and of that %q", asked, got, again)
		}
	})
}
