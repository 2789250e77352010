package parse

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"rectify/content"
)

// ErrHead says that a front matter is not of the kind that can be edited in
// place.
var ErrHead = errors.New("front matter cannot be edited in place")

// SetChange answers src with c as its change (更正说明) and every other byte as
// it was. The zero Change takes the key away.
func SetChange(src []byte, c content.Change) ([]byte, error) {
	lines := bytes.SplitAfter(src, []byte("\n"))
	mark := func(l []byte) string { return strings.TrimRight(string(l), "\r\n") }
	if len(lines) < 2 || strings.TrimPrefix(mark(lines[0]), "\ufeff") != "---" {
		return nil, ErrHead
	}
	eol := "\n"
	if bytes.HasSuffix(lines[0], []byte("\r\n")) {
		eol = "\r\n"
	}
	var out bytes.Buffer
	out.Write(lines[0])
	inside, i := false, 1
	for ; i < len(lines) && mark(lines[i]) != "---"; i++ {
		l := mark(lines[i])
		if l != "" && !strings.HasPrefix(l, " ") && !strings.HasPrefix(l, "\t") {
			inside = strings.HasPrefix(l, "change:")
		}
		if !inside {
			out.Write(lines[i])
		}
	}
	if i == len(lines) {
		return nil, ErrHead
	}
	if err := writeChange(&out, c, eol); err != nil {
		return nil, err
	}
	for _, l := range lines[i:] {
		out.Write(l)
	}
	if n, _ := Notice("change.md", out.Bytes()); n.Change != c {
		return nil, ErrHead
	}
	return out.Bytes(), nil
}

// writeChange writes the texts as JSON, which is YAML in one line.
func writeChange(out *bytes.Buffer, c content.Change, eol string) error {
	if c == (content.Change{}) {
		return nil
	}
	out.WriteString("change:" + eol)
	for _, x := range [][2]string{{"note", c.Note}, {"by", c.By}} {
		if x[1] == "" {
			continue
		}
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(x[1]); err != nil {
			return fmt.Errorf("change: %w", err)
		}
		out.WriteString("  " + x[0] + ": " + strings.TrimSpace(text.String()) + eol)
	}
	if c.Minor {
		out.WriteString("  minor: true" + eol)
	}
	return nil
}
