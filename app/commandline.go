package app

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/alecthomas/kong"
)

const about = "Household inventory with sign-in by Authentik. Without a command, Pantrie serves."

const moreHelp = `
Settings come from the environment: PANTRIE_DATA_DIR is the data folder (./data), PANTRIE_ADDR where
Pantrie listens (:8000), PANTRIE_PUBLIC_URL its address for people. The README has all of them.

Examples:
  pantrie                                       serve the data in ./data at http://localhost:8000
  pantrie demo                                  try Pantrie with made-up things
  pantrie help restore                          what a command takes
  PANTRIE_DATA_DIR=/srv/pantrie pantrie backup  write a backup while Pantrie runs
  pantrie admin reset-password sam@example.org  a link with which Sam chooses a new password
  source <(pantrie completion bash)             complete commands in this shell

Exit codes: 0 done · 1 failed, and why · 2 the command line was not understood.
`

// CommandLine makes the parser of cli. Help and the version are written to out, and end is called
// when that was all.
func CommandLine(cli *CLI, version string, out io.Writer, end func()) (*kong.Kong, error) {
	return kong.New(cli, kong.Name("pantrie"), kong.Description(about), kong.Writers(out, out), kong.Exit(func(int) { end() }),
		kong.Vars{"version": version},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "run", Title: "Run"},
			{Key: "data", Title: "Data"},
			{Key: "in", Title: "Ways back in, for whoever is at the machine"},
			{Key: "authentik", Title: "Sign-in through a provider"},
			{Key: "shell", Title: "Shell"},
		}),
		kong.Help(printHelp))
}

func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
		return err
	}
	if at := ctx.Selected(); at != nil && at.Name != "serve" {
		return nil
	}
	_, err := io.WriteString(ctx.Stdout, moreHelp)
	return err
}

// WordsOf are the arguments that mean the same without the command help.
func WordsOf(args []string) []string {
	if len(args) > 0 && args[0] == "help" {
		return append(slices.Clone(args[1:]), "--help")
	}
	return args
}

// Tell writes why Pantrie ends, and gives the exit code: 0 without an error, 2 when the command line
// is not understood, 1 otherwise.
func Tell(err error, out io.Writer) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(out, "pantrie:", forTerminal(err.Error()))
	var wrong *kong.ParseError
	if errors.As(err, &wrong) {
		fmt.Fprintln(out, `"pantrie help" lists the commands.`)
		return 2
	}
	return 1
}

// forTerminal takes out what a terminal would act upon: an error may tell of a file that somebody else made.
func forTerminal(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			return '\ufffd'
		}
		return r
	}, text)
}

type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command."`
}

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: ${enum}."`
}

// Help is the rest of what "pantrie help completion" says.
func (completionCommand) Help() string {
	return `bash: add this line to ~/.bashrc:

    source <(pantrie completion bash)

zsh: add this line to ~/.zshrc, below compinit:

    source <(pantrie completion zsh)

fish:

    pantrie completion fish > ~/.config/fish/completions/pantrie.fish`
}

// Script prints what the shell has to know: it asks the program itself for what can come next.
func (c completionCommand) Script(out io.Writer) error {
	_, err := io.WriteString(out, map[string]string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}[c.Shell])
	return err
}

const bashScript = `# Completion of pantrie for bash.
_pantrie() {
  local IFS=$'\n' found
  found=$("$1" __complete bash "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ $found == :file ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
  else
    COMPREPLY=($found)
  fi
}
complete -F _pantrie pantrie
`

const zshScript = `#compdef pantrie
# Completion of pantrie for zsh.
_pantrie() {
  local -a found
  found=("${(@f)$(${(Q)words[1]} __complete zsh "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $found[1] == :file ]]; then
    _files
  elif [[ -n $found[1] ]]; then
    _describe -V pantrie found
  fi
}
if [[ $funcstack[1] == _pantrie ]]; then
  _pantrie "$@"
else
  compdef _pantrie pantrie
fi
`

const fishScript = `# Completion of pantrie for fish.
function __pantrie_complete
  set -l words (commandline -opc)
  set -l last (commandline -ct)
  set -l found ($words[1] __complete fish $words[2..-1] "$last" 2>/dev/null)
  if test "$found[1]" = :file
    __fish_complete_path "$last"
  else if test (count $found) -gt 0
    printf '%s\n' $found
  end
end
complete -c pantrie -f -a '(__pantrie_complete)'
`

// aFile is what Complete says where a file comes next.
const aFile = ":file"

// Complete writes what the last of the words can become, one on a line and with a description where
// the shell shows one. The first word is the shell.
func Complete(out io.Writer, words []string) error {
	if len(words) < 2 {
		return nil
	}
	parser, err := CommandLine(&CLI{}, "", io.Discard, func() {})
	if err != nil {
		return err
	}
	shell, at := words[0], position{root: parser.Model.Node, node: parser.Model.Node}
	for _, word := range words[1 : len(words)-1] {
		at.pass(word)
	}
	for _, c := range at.candidates(words[len(words)-1]) {
		line, description := c[0], firstSentence(c[1])
		switch {
		case line == aFile || description == "":
		case shell == "zsh":
			line = strings.ReplaceAll(line, ":", `\:`) + ":" + description
		case shell == "fish":
			line += "\t" + description
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

// position is how far a command line has come.
type position struct {
	root, node *kong.Node
	passed     int        // arguments of node
	waiting    *kong.Flag // its value comes next
}

func (p *position) flags() (all []*kong.Flag) {
	for n := p.node; n != nil; n = n.Parent {
		all = append(all, n.Flags...)
	}
	return all
}

func (p *position) pass(word string) {
	switch {
	case word == "=": // bash takes --flag=value for three words
		return
	case p.waiting != nil:
		p.waiting = nil
		return
	case strings.HasPrefix(word, "--"):
		for _, f := range p.flags() {
			if word == "--"+f.Name && !f.IsBool() {
				p.waiting = f
			}
		}
		return
	}
	for _, child := range p.node.Children {
		if child.Name == word {
			p.node, p.passed = child, 0
			if word == "help" {
				p.node = p.root
			}
			return
		}
	}
	p.passed++
}

// candidates are words with what they mean.
func (p *position) candidates(word string) (found [][2]string) {
	if word == "=" {
		word = ""
	}
	offer := func(name, meaning string) {
		if strings.HasPrefix(name, word) {
			found = append(found, [2]string{name, meaning})
		}
	}
	value := func(v *kong.Value, before string) {
		if v.Tag.Get("complete") == "file" && before == "" {
			found = append(found, [2]string{aFile, ""})
		}
		if v.Enum != "" {
			for _, one := range v.EnumSlice() {
				offer(before+one, "")
			}
		}
	}
	if p.waiting != nil {
		value(p.waiting.Value, "")
		return found
	}
	if strings.HasPrefix(word, "-") {
		for _, f := range p.flags() {
			if name, _, ok := strings.Cut(word, "="); ok && name == "--"+f.Name {
				value(f.Value, name+"=")
			} else if !f.Hidden {
				offer("--"+f.Name, f.Help)
			}
		}
		return found
	}
	for _, child := range p.node.Children {
		if !child.Hidden {
			offer(child.Name, child.Help)
		}
	}
	if p.passed < len(p.node.Positional) {
		value(p.node.Positional[p.passed], "")
	}
	return found
}

// firstSentence is short enough for the line of a shell.
func firstSentence(help string) string {
	sentence, _, _ := strings.Cut(help, ". ")
	sentence, _, _ = strings.Cut(sentence, "; ")
	return strings.TrimSuffix(cmp.Or(sentence, help), ".")
}
