// Renders templates as Vault Agent does, by consul-template's own package. The answers of reads are given; what a template
// asks for beyond them is named. `names` prints each function with its Go type; else cases are read from standard input,
// results are written.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"text/template"
	"unicode/utf8"
	_ "unsafe"

	"github.com/hashicorp/consul-template/config"
	dep "github.com/hashicorp/consul-template/dependency"
	ct "github.com/hashicorp/consul-template/template"
)

// answer has one of its fields: a secret, or the names that a list found.
type answer struct {
	Secret *dep.Secret     `json:"secret"`
	List   []string        `json:"list"`
	Cert   *dep.PemEncoded `json:"cert"`
}

type testCase struct {
	Template   string                     `json:"template"`
	Delimiters []string                   `json:"delimiters"`
	Strict     bool                       `json:"strict"`
	Answers    map[string]json.RawMessage `json:"answers"`
}

type result struct {
	Output  *string  `json:"output,omitempty"`
	Base64  []byte   `json:"base64,omitempty"`
	Missing []string `json:"missing,omitempty"`
	Error   string   `json:"error,omitempty"`
}

func main() {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if len(os.Args) > 1 && os.Args[1] == "names" {
		types := map[string]string{}
		for name, function := range functions(&input{brain: ct.NewBrain()}) {
			types[name] = fmt.Sprintf("%T", function)
		}
		out.SetIndent("", "  ")
		must(out.Encode(types))
		return
	}
	var cases []testCase
	must(json.NewDecoder(os.Stdin).Decode(&cases))
	results := make([]result, len(cases))
	for i, one := range cases {
		results[i] = render(one)
	}
	must(out.Encode(results))
}

func render(one testCase) result {
	brain := ct.NewBrain()
	for key, raw := range one.Answers {
		var given answer
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		must(decoder.Decode(&given))
		switch {
		case given.Secret != nil:
			brain.ForceSet(key, given.Secret)
		case given.Cert != nil:
			brain.ForceSet(key, *given.Cert)
		default:
			brain.ForceSet(key, given.List)
		}
	}
	settings := &ct.NewTemplateInput{Contents: one.Template, ErrMissingKey: one.Strict}
	if len(one.Delimiters) == 2 {
		settings.LeftDelim, settings.RightDelim = one.Delimiters[0], one.Delimiters[1]
	}
	parsed, err := ct.NewTemplate(settings)
	if err != nil {
		return result{Error: err.Error()}
	}
	done, err := parsed.Execute(&ct.ExecuteInput{Brain: brain})
	if err != nil {
		return result{Error: err.Error()}
	}
	answered := result{}
	for _, missing := range done.Missing.List() {
		answered.Missing = append(answered.Missing, missing.String())
	}
	if !utf8.Valid(done.Output) {
		answered.Base64 = done.Output
		return answered
	}
	text := string(done.Output)
	answered.Output = &text
	return answered
}

// input has the layout of the package's own unexported type.
type input struct {
	newTmpl          *template.Template
	brain            *ct.Brain
	env              []string
	extFuncMap       map[string]interface{}
	functionDenylist []string
	sandboxPath      string
	destination      string
	used             *dep.Set
	missing          *dep.Set
	config           *config.Config
}

//go:linkname functions github.com/hashicorp/consul-template/template.funcMap
func functions(*input) template.FuncMap

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
