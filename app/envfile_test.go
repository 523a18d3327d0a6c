package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/app"
)

// A file of settings means the same to Pantrie as to systemd (systemd.exec(5), EnvironmentFile=).
func TestEnvFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pantrie.env")
	text := strings.Join([]string{
		"# a comment \\", "which goes on", "; another one", "", "no assignment",
		"PLAIN=https://pantry.example.org",
		"  BLANKS = a b  \t",
		"DOLLAR=$HOME and `x` # no comment",
		`SINGLE=' a "b" \n $c '`,
		`DOUBLE=" a 'b' \"c\" \$d \\ \n "`,
		`BACKSLASH=a\ b\\c\ `,
		`JOINED=one \`, `two`,
		`TWO='a' "b"`,
		`INNER=a"b"'c'`,
		`EQUAL=a=b=`,
		"EMPTY=", "BLANK=   ",
		"TWICE=first", "TWICE=second",
		"SET=file",
		"WINDOWS=x\r",
		"LINES='a", "b'",
		`LAST="open`,
	}, "\n")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	getenv, err := app.WithEnvFile(func(name string) string { return map[string]string{"SET": "environment", "OTHER": "x"}[name] }, file)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"PLAIN": "https://pantry.example.org", "BLANKS": "a b", "DOLLAR": "$HOME and `x` # no comment",
		"SINGLE": ` a "b" \n $c `, "DOUBLE": ` a 'b' "c" $d \ \n `, "BACKSLASH": `a b\c `, "JOINED": "one two", "TWO": "ab",
		"INNER": `a"b"'c'`, "EQUAL": "a=b=", "EMPTY": "", "BLANK": "", "TWICE": "second", "SET": "environment", "OTHER": "x",
		"WINDOWS": "x", "LINES": "a\nb", "LAST": "open", "HOME": "", "": "",
	}
	got := map[string]string{}
	for name := range want {
		got[name] = getenv(name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := app.WithEnvFile(os.Getenv, file+".missing"); err == nil || !strings.Contains(err.Error(), "--env-file") {
		t.Errorf("a file that is not there: %v", err)
	}
}
