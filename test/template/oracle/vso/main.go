// Prints each function of Vault Secrets Operator's own template package with its Go type. It has no argument but `names`.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/template"
	_ "unsafe"

	_ "github.com/hashicorp/vault-secrets-operator/template"
)

//go:linkname functions github.com/hashicorp/vault-secrets-operator/template.funcMap
var functions template.FuncMap

func main() {
	types := map[string]string{}
	for name, function := range functions {
		types[name] = fmt.Sprintf("%T", function)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(types); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
