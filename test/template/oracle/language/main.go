// Renders templates with Go's own text/template: the cases come as a list on standard input, the results go out.
// `version` prints that of Go.
//
// Data is JSON, in which a whole number is an int, any other a float64, and {"$int64": "5"} and the like what JSON has not.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"
)

type testCase struct {
	Template   string          `json:"template"`
	Bytes      []byte          `json:"bytes"`
	Data       json.RawMessage `json:"data"`
	MissingKey string          `json:"missingKey"`
	Delimiters []string        `json:"delimiters"`
}

type result struct {
	Output *string `json:"output,omitempty"`
	Base64 []byte  `json:"base64,omitempty"`
	Error  string  `json:"error,omitempty"`
}

// Rocket has a field, a method without arguments and one with.
type Rocket struct {
	Name string
	Any  any
}

func (r *Rocket) Launch() string { return r.Name + " launched" }

func (r *Rocket) Add(a int, text string, more ...any) string {
	return fmt.Sprint(r.Name, a, text, len(more), more)
}

func (r *Rocket) Fail(text string) (string, error) { return "", fmt.Errorf("refused") }

func (r *Rocket) None() *Rocket { return nil }

var functions = template.FuncMap{
	"upper":   strings.ToUpper,
	"join":    func(items []string, separator string) string { return strings.Join(items, separator) },
	"list":    func(items ...any) []any { return items },
	"strings": func(items ...string) []string { return items },
	"dict": func(items ...any) (map[string]any, error) {
		made := map[string]any{}
		for i := 0; i+1 < len(items); i += 2 {
			key, ok := items[i].(string)
			if !ok {
				return nil, fmt.Errorf("no string")
			}
			made[key] = items[i+1]
		}
		return made, nil
	},
	"int64":   func(value int) int64 { return int64(value) },
	"uint8":   func(value int) uint8 { return uint8(value) },
	"half":    func(value float64) float64 { return value / 2 },
	"is":      func(value bool) bool { return value },
	"map":     func(value map[string]any) int { return len(value) },
	"none":    func() any { return nil },
	"refuse":  func(value any) (string, error) { return "", fmt.Errorf("refused") },
	"rocket":  func(name string) *Rocket { return &Rocket{Name: name} },
	"nothing": func() *Rocket { return nil },
	"of":      func(rocket *Rocket) string { return rocket.Name },
	"adder":   func(by int) func(...int) int { return func(v ...int) int { return len(v) + by } },
	"bytes":   func(text string) []byte { return []byte(text) },
	"float": func(text string) float64 {
		f, _ := strconv.ParseFloat(text, 64)
		return f
	},
	"ints":   func() map[string]int { return map[string]int{"a": 1} },
	"floats": func() map[string]float64 { return map[string]float64{"a": 1.5} },
	"bools":  func() map[string]bool { return map[string]bool{"a": true} },
	"longs":  func() map[string]uint64 { return map[string]uint64{"a": 1} },
	"lists":  func() map[string][]any { return map[string][]any{"a": {1}} },
	"texts":  func() map[string][]string { return map[string][]string{"a": {"x"}} },
	"maps":   func() map[string]map[string]any { return map[string]map[string]any{"a": {}} },
	"nested": func() map[string]map[string]string { return map[string]map[string]string{"a": {}} },
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "version" {
		fmt.Println(runtime.Version())
		return
	}
	var cases []testCase
	must(json.NewDecoder(os.Stdin).Decode(&cases))
	results := make([]result, len(cases))
	for i, one := range cases {
		results[i] = renderInTime(one)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	must(out.Encode(results))
}

// renderInTime leaves a loop without end behind: it cannot be stopped, and ends with the program.
func renderInTime(one testCase) result {
	done := make(chan result, 1)
	go func() { done <- render(one) }()
	select {
	case answer := <-done:
		return answer
	case <-time.After(2 * time.Second):
		return result{Error: "exceeded maximum time"}
	}
}

func render(one testCase) result {
	made := template.New("t").Funcs(functions)
	if one.MissingKey != "" {
		made = made.Option("missingkey=" + one.MissingKey)
	}
	if len(one.Delimiters) == 2 {
		made = made.Delims(one.Delimiters[0], one.Delimiters[1])
	}
	text := one.Template
	if one.Bytes != nil {
		text = string(one.Bytes)
	}
	parsed, err := made.Parse(text)
	if err != nil {
		return result{Error: err.Error()}
	}
	var data any
	if len(one.Data) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(one.Data))
		decoder.UseNumber()
		must(decoder.Decode(&data))
		data = typed(data)
	}
	buffer := &limited{}
	if err := parsed.Execute(buffer, data); err != nil {
		return result{Error: err.Error()}
	}
	if !utf8.Valid(buffer.Bytes()) {
		return result{Base64: buffer.Bytes()}
	}
	output := buffer.String()
	return result{Output: &output}
}

// limited ends what prints without end.
type limited struct{ bytes.Buffer }

func (l *limited) Write(text []byte) (int, error) {
	if l.Len()+len(text) > 1<<20 {
		return 0, fmt.Errorf("exceeded maximum size of the output")
	}
	return l.Buffer.Write(text)
}

func typed(value any) any {
	switch value := value.(type) {
	case json.Number:
		if n, err := strconv.Atoi(string(value)); err == nil {
			return n
		}
		f, err := value.Float64()
		must(err)
		return f
	case []any:
		for i := range value {
			value[i] = typed(value[i])
		}
		return value
	case map[string]any:
		if len(value) == 1 {
			for key, inner := range value {
				if strings.HasPrefix(key, "$") {
					return special(key[1:], inner)
				}
			}
		}
		for key := range value {
			value[key] = typed(value[key])
		}
		return value
	}
	return value
}

func special(kind string, value any) any {
	text, _ := value.(string)
	n, _ := strconv.ParseInt(text, 10, 64)
	switch kind {
	case "int64":
		return n
	case "int32":
		return int32(n)
	case "uint8":
		return uint8(n)
	case "uint64":
		u, err := strconv.ParseUint(text, 10, 64)
		must(err)
		return u
	case "number":
		return json.Number(text)
	case "bytes":
		decoded, err := base64.StdEncoding.DecodeString(text)
		must(err)
		return decoded
	case "text":
		decoded, err := base64.StdEncoding.DecodeString(text)
		must(err)
		return string(decoded)
	case "strings":
		made := []string{}
		for _, item := range value.([]any) {
			made = append(made, item.(string))
		}
		return made
	case "stringMap":
		made := map[string]string{}
		for key, item := range value.(map[string]any) {
			made[key] = item.(string)
		}
		return made
	case "rocket":
		return &Rocket{Name: text}
	}
	panic(kind)
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
