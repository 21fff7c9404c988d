// Renders templates with text/template and the functions of External Secrets, which are sprig's and its own.
// `names` prints each function with its Go type; else cases are read from standard input, results are written.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"text/template"
	"unicode/utf8"

	eso "github.com/external-secrets/external-secrets/pkg/template/v2"
)

type testCase struct {
	Template string         `json:"template"`
	Data     map[string]any `json:"data"`
	Lenient  bool           `json:"lenient"`
}

type result struct {
	Output *string `json:"output,omitempty"`
	Base64 []byte  `json:"base64,omitempty"`
	Error  string  `json:"error,omitempty"`
}

func main() {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if len(os.Args) > 1 && os.Args[1] == "names" {
		types := map[string]string{}
		for name, function := range eso.FuncMap() {
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
	missing := "missingkey=error"
	if one.Lenient {
		missing = "missingkey=default"
	}
	parsed, err := template.New("t").Option(missing).Funcs(eso.FuncMap()).Parse(one.Template)
	if err != nil {
		return result{Error: err.Error()}
	}
	var buffer bytes.Buffer
	if err := parsed.Execute(&buffer, one.Data); err != nil {
		return result{Error: err.Error()}
	}
	if !utf8.Valid(buffer.Bytes()) {
		return result{Base64: buffer.Bytes()}
	}
	text := buffer.String()
	return result{Output: &text}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
