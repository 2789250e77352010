// Package strictyaml reads a small YAML mapping key by key, so that every
// fault is known with its line and none hides another: unknown keys, keys that
// stand twice, values of another kind than asked for.
//
// It must not know what the keys mean.
package strictyaml

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"rectify/content"
)

// maxBytes bounds a document; a notice's head takes one or two kilobytes.
const maxBytes = 256 << 10

// Reader collects the faults of one file.
type Reader struct {
	File   string
	Offset int // lines of the file before the document
	Found  []content.Diagnostic
}

// Fields names what may stand in a mapping and who reads it.
type Fields map[string]func(*yaml.Node)

// Read parses src as one mapping and hands every value to its field.
func (r *Reader) Read(src []byte, fields Fields) {
	if len(src) > maxBytes {
		r.report(nil, "yaml-size", maxBytes)
		return
	}
	var doc yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(string(src)))
	if err := dec.Decode(&doc); err != nil {
		if !errors.Is(err, io.EOF) {
			r.syntax(err)
		}
		return
	}
	if len(doc.Content) == 1 {
		r.Mapping(doc.Content[0], fields)
	}
}

// syntax keeps the line that the parser names in its message.
func (r *Reader) syntax(err error) {
	d := content.Diagnostic{File: r.File, Line: r.Offset + 1, Severity: content.Error, Code: "yaml-syntax", Args: []any{err.Error()}}
	if _, after, ok := strings.Cut(err.Error(), "line "); ok {
		number, _, _ := strings.Cut(after, ":")
		if n, convErr := strconv.Atoi(number); convErr == nil {
			d.Line = r.Offset + n
		}
	}
	r.Found = append(r.Found, d)
}

// Mapping hands the values of a mapping to its fields.
func (r *Reader) Mapping(n *yaml.Node, fields Fields) {
	if n.Kind != yaml.MappingNode {
		r.report(n, "yaml-kind", "mapping")
		return
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, known := fields[key.Value]
		switch {
		case !known:
			r.report(key, "unknown-key", key.Value)
		case seen[key.Value]:
			r.report(key, "key-twice", key.Value)
		case value.Kind == yaml.AliasNode || value.Anchor != "":
			r.report(value, "yaml-alias")
		case value.Tag != "!!null":
			read(value)
		}
		seen[key.Value] = true
	}
}

// Each hands every entry of a list to read; a single value counts as a list of one.
func (r *Reader) Each(read func(*yaml.Node)) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.SequenceNode {
			read(n)
			return
		}
		for _, c := range n.Content {
			if c.Kind == yaml.AliasNode || c.Anchor != "" {
				r.report(c, "yaml-alias")
				continue
			}
			read(c)
		}
	}
}

// Text reads a string.
func (r *Reader) Text(into *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode {
			r.report(n, "yaml-kind", "text")
			return
		}
		*into = strings.TrimSpace(n.Value)
	}
}

// Texts reads a list of strings.
func (r *Reader) Texts(into *[]string) func(*yaml.Node) {
	return r.Each(func(n *yaml.Node) {
		var s string
		r.Text(&s)(n)
		if s != "" {
			*into = append(*into, s)
		}
	})
}

// Flag reads true or false.
func (r *Reader) Flag(into *bool) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Tag != "!!bool" || n.Decode(into) != nil {
			r.report(n, "yaml-kind", "true, false")
		}
	}
}

// Number reads a whole number from least to most.
func (r *Reader) Number(into *int, least, most int) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil || v < least || v > most {
			r.report(n, "yaml-number", n.Value, least, most)
			return
		}
		*into = v
	}
}

// Day reads YYYY-MM-DD.
func (r *Reader) Day(into *content.Day) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d, err := content.ParseDay(n.Value)
		if n.Kind != yaml.ScalarNode || err != nil {
			r.report(n, "yaml-day", n.Value)
			return
		}
		*into = d
	}
}

// Time reads an instant with its offset from UTC (RFC 3339).
func (r *Reader) Time(into *time.Time) func(*yaml.Node) {
	return func(n *yaml.Node) {
		t, err := time.Parse(time.RFC3339, n.Value)
		if n.Kind != yaml.ScalarNode || err != nil {
			r.report(n, "yaml-time", n.Value)
			return
		}
		*into = t
	}
}

// Line is the line of a node in the file.
func (r *Reader) Line(n *yaml.Node) int { return r.Offset + n.Line }

// Report notes a fault at a node.
func (r *Reader) Report(n *yaml.Node, code string, args ...any) { r.report(n, code, args...) }

func (r *Reader) report(n *yaml.Node, code string, args ...any) {
	d := content.Diagnostic{File: r.File, Line: r.Offset + 1, Severity: content.Error, Code: code}
	if n != nil {
		d.Line = r.Line(n)
	}
	for _, a := range args {
		if s, ok := a.(string); ok && len(s) > 200 {
			a = fmt.Sprintf("%.200s…", s)
		}
		d.Args = append(d.Args, a)
	}
	r.Found = append(r.Found, d)
}
