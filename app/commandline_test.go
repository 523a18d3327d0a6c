package app_test

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// command runs the binary with arguments, in an empty folder and an empty environment.
func command(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env, cmd.Dir = []string{}, t.TempDir()
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(text), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text), 0
}

func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"version"}, 0, "pantrie dev (go"},
		{[]string{"--version"}, 0, "pantrie dev (go"},
		{[]string{"help"}, 0, "Exit codes: 0 done"},
		{[]string{"--help"}, 0, "Exit codes: 0 done"},
		{[]string{"help", "restore"}, 0, "Put a backup in the place of the data"},
		{[]string{"help", "oauth", "authentik", "provision"}, 0, "--token-file"},
		{[]string{"help", "completion"}, 0, "~/.bashrc"},
		{[]string{"check"}, 1, "pantrie.db"},
		{[]string{"backup"}, 1, "pantrie.db"},
		{[]string{"dance"}, 2, "dance"},
		{[]string{"help", "dance"}, 2, "dance"},
		{[]string{"restore"}, 2, "<file>"},
		{[]string{"backup", "--loud"}, 2, `"pantrie help" lists the commands`},
		{[]string{"completion", "csh"}, 2, "bash"},
		{[]string{"oauth", "disable", "facebook"}, 2, "authentik"},
	} {
		if out, code := command(t, tt.args...); code != tt.code || !strings.Contains(out, tt.want) {
			t.Errorf("pantrie %s: exit code %d, want %d with %q\n%s", strings.Join(tt.args, " "), code, tt.code, tt.want, out)
		}
	}
}

func TestHelpListsEveryCommand(t *testing.T) {
	out, _ := command(t, "help")
	listed, _ := command(t, "__complete", "bash", "")
	names := strings.Fields(listed)
	if len(names) < 10 {
		t.Fatalf("only %q", names)
	}
	for _, name := range names {
		if !strings.Contains(out, "\n  "+name+" ") {
			t.Errorf("the help does not list %s:\n%s", name, out)
		}
	}
	for _, line := range strings.Split(out, "\n") {
		if len([]rune(line)) > 100 {
			t.Errorf("the help has a line of more than 100 characters: %s", line)
		}
	}
}

func TestCompletionOffersWhatCanComeNext(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"ba", "backup"},
		{"admin ", "create reset-password"},
		{"admin reset-password ", ""},
		{"oauth authentik provision --existing ", "stop use read"},
		{"oauth authentik provision --existing=u", "--existing=use"},
		{"oauth authentik provision --existing = u", "use"},
		{"oauth authentik provision --existing =", "stop use read"},
		{"oauth authentik provision --token", "--token-file"},
		{"oauth authentik provision --token-file ", ":file"},
		{"oauth authentik provision --plan --gr", "--group"},
		{"oauth disable g", "google"},
		{"completion ", "bash zsh fish"},
		{"restore ", ":file"},
		{"restore file ", ""},
		{"help oauth ", "disable authentik"},
		{"--ver", "--version"},
		{"nonsense ba", "backup"},
	} {
		out, code := command(t, append([]string{"__complete", "bash"}, strings.Split(tt.line, " ")...)...)
		got, want := strings.Fields(out), strings.Fields(tt.want)
		missing := len(got) != len(want)
		for _, w := range want {
			missing = missing || !strings.Contains(" "+strings.Join(got, " ")+" ", " "+w+" ")
		}
		if code != 0 || missing {
			t.Errorf("%q: %q with exit code %d, want %q", tt.line, got, code, want)
		}
	}
	for shell, want := range map[string]string{"zsh": "version:Print the version\n", "fish": "version\tPrint the version\n"} {
		if out, _ := command(t, "__complete", shell, "vers"); out != want {
			t.Errorf("%s is told %q", shell, out)
		}
	}
}

func TestBashCompletes(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	complete := func(words ...string) string {
		script := `source <("$0" completion bash); complete -p pantrie >/dev/null || exit 1; COMP_WORDS=(pantrie "$@"); COMP_CWORD=$#; _pantrie "$0"; echo "${COMPREPLY[*]}"`
		cmd := exec.CommandContext(t.Context(), "bash", append([]string{"--norc", "-c", script, path}, words...)...)
		cmd.Dir = "."
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("bash: %v\n%s", err, out)
		}
		return strings.TrimSpace(string(out))
	}
	for _, tt := range []struct {
		words []string
		want  string
	}{
		{[]string{"ver"}, "version"},
		{[]string{"admin", "re"}, "reset-password"},
		{[]string{"restore", "commandline_"}, "commandline_test.go"},
		{[]string{"nonsense", "and", "more"}, ""},
	} {
		if got := complete(tt.words...); got != tt.want {
			t.Errorf("%q is completed to %q, want %q", tt.words, got, tt.want)
		}
	}
}
