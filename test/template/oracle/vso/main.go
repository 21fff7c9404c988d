// Renders templates with Vault Secrets Operator's own template package. `names` prints each function with its Go type;
// else cases are read from standard input, results are written.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/template"
	"unicode/utf8"
	_ "unsafe"

	vso "github.com/hashicorp/vault-secrets-operator/template"
)

type testCase struct {
	Template string         `json:"template"`
	Data     map[string]any `json:"data"`
}

type result struct {
	Output *string `json:"output,omitempty"`
	Base64 []byte  `json:"base64,omitempty"`
	Error  string  `json:"error,omitempty"`
}

//go:linkname functions github.com/hashicorp/vault-secrets-operator/template.funcMap
var functions template.FuncMap

func main() {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if len(os.Args) > 1 && os.Args[1] == "names" {
		types := map[string]string{}
		for name, function := range functions {
			types[name] = fmt.Sprintf("%T", function)
		}
		out.SetIndent("", "  ")
		must(out.Encode(types))
		return
	}
	var cases []testCase
	in := json.NewDecoder(os.Stdin)
	in.UseNumber()
	must(in.Decode(&cases))
	results := make([]result, len(cases))
	for i, one := range cases {
		results[i] = render(one)
	}
	must(out.Encode(results))
}

func render(one testCase) result {
	parsed := vso.NewSecretTemplate("t")
	if err := parsed.Parse("t", one.Template); err != nil {
		return result{Error: err.Error()}
	}
	output, err := parsed.ExecuteTemplate("t", one.Data)
	if err != nil {
		return result{Error: err.Error()}
	}
	if !utf8.Valid(output) {
		return result{Base64: output}
	}
	text := string(output)
	return result{Output: &text}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
