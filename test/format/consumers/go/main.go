// Says what Go's readers make of each file, as one line of JSON: `json`, `yaml` (gopkg.in/yaml.v3) or `sigs`
// (sigs.k8s.io/yaml). `json` also fails if encoding/json would have written other bytes.
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	v3 "gopkg.in/yaml.v3"
	sigs "sigs.k8s.io/yaml"
)

func main() {
	for _, path := range os.Args[2:] {
		text, err := os.ReadFile(path)
		check(err)
		var said any
		switch os.Args[1] {
		case "yaml":
			var node v3.Node
			check(v3.Unmarshal(text, &node))
			said = sayNode(node.Content[0])
		case "sigs":
			asJSON, err := sigs.YAMLToJSON(text)
			check(err)
			said = say(decode(asJSON))
		case "json":
			value := decode(text)
			again, err := json.Marshal(value)
			check(err)
			if !bytes.Equal(again, text) {
				check(fmt.Errorf("%s: encoding/json writes it differently", path))
			}
			said = say(value)
		}
		line, err := json.Marshal(said)
		check(err)
		fmt.Println(string(line))
	}
}

func decode(text []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	check(decoder.Decode(&value))
	return value
}

func say(value any) any {
	switch value := value.(type) {
	case string:
		return "s" + hex.EncodeToString([]byte(value))
	case json.Number:
		return "n" + value.String()
	case []any:
		list := []any{}
		for _, one := range value {
			list = append(list, say(one))
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for key, one := range value {
			object[hex.EncodeToString([]byte(key))] = say(one)
		}
		return object
	}
	return value
}

func sayNode(node *v3.Node) any {
	switch node.ShortTag() {
	case "!!map":
		object := map[string]any{}
		for i := 0; i < len(node.Content); i += 2 {
			if node.Content[i].ShortTag() != "!!str" {
				check(fmt.Errorf("line %d: the key is no text", node.Content[i].Line))
			}
			object[hex.EncodeToString([]byte(node.Content[i].Value))] = sayNode(node.Content[i+1])
		}
		return object
	case "!!seq":
		list := []any{}
		for _, one := range node.Content {
			list = append(list, sayNode(one))
		}
		return list
	case "!!str":
		return "s" + hex.EncodeToString([]byte(node.Value))
	case "!!int", "!!float":
		return "n" + node.Value
	case "!!bool":
		return node.Value == "true"
	case "!!null":
		return nil
	}
	check(fmt.Errorf("line %d: %s", node.Line, node.ShortTag()))
	return nil
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
