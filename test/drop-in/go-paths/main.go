// What Go's net/url makes of a secretPath, as the API client of the providers before this one uses it: path.Join for
// the path, ParseQuery and Encode for the query. `go run main.go > paths.json` writes the table anew.
package main

import (
	"encoding/json"
	"net/url"
	"os"
	"path"
	"unicode/utf8"
)

const others = "\u00e4\u00df\u00e9\u00f1\u0130\u0131\u017f\u03bb\u0416\u05d0\u0639\u0e01\u20ac\u2713\u4e16\u754c\uac00\uff5e\uff0f\U0001f511\U0001f468\U00020000e\u0301"

type row struct {
	Text string `json:"text"`
	// Empty: the character ends the path or the segment.
	Path string `json:"path"`
	// Empty: the query is malformed.
	Query string `json:"query"`
}

func main() {
	var texts []string
	for c := rune(0x20); c <= 0x7e; c++ {
		texts = append(texts, string(c))
	}
	for _, c := range others {
		texts = append(texts, string(c))
	}
	texts = append(texts, "%2f", "%23", "%20", "%zz", "#a?b", "a b+c", "e\u0301", "\U0001f468\u200d\U0001f511")
	rows := []row{}
	for _, text := range texts {
		if !utf8.ValidString(text) {
			panic(text)
		}
		one := row{Text: text}
		if text != "/" && text != "?" && text != "#a?b" {
			u := url.URL{Path: path.Join("", "/v1/secret/data/chars/a"+text+"b")}
			one.Path = u.RequestURI()
		}
		if values, err := url.ParseQuery("k=a" + text + "b"); err == nil {
			one.Query = values.Encode()
		}
		rows = append(rows, one)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(rows); err != nil {
		panic(err)
	}
}
