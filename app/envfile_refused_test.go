package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a file of settings gets wrong is told, before a command works on another folder than was meant.
func TestEnvFileRefusals(t *testing.T) {
	none := func(string) string { return "" }
	for text, want := range map[string]string{
		"export PANTRIE_DATA_DIR=/x": `"export PANTRIE_DATA_DIR"`,
		"PANTRIE_DATADIR=/x":         `"PANTRIE_DATADIR"`,
		"OAUTH_AUTHENTIK_URL=x":      `"OAUTH_AUTHENTIK_URL"`,
	} {
		path := filepath.Join(t.TempDir(), "env")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := WithEnvFile(none, path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	path := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(path, []byte("\ufeffPANTRIE_DATA_DIR=/x\nTZ=UTC\nPANTRIE_SECRET_KEY_FILE=/k\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	getenv, err := WithEnvFile(none, path)
	if err != nil || getenv("PANTRIE_DATA_DIR") != "/x" || getenv("PANTRIE_SECRET_KEY_FILE") != "/k" {
		t.Errorf("%v", err)
	}
	if _, err := WithEnvFile(none, os.DevNull); err == nil {
		t.Error("a device is read")
	}
}
