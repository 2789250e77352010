package format

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"rectify/content"
)

// ErrUnwritable is answered for a value whose form the format cannot carry.
var ErrUnwritable = errors.New("cannot be written in a notice")

// Notice writes n. Its blocks are Markdown already (see Text and Table) and
// stand as they are; measures are not written, being a reading of the blocks.
func Notice(n *content.Notice) ([]byte, error) {
	w := &writer{}
	if err := w.head(n); err != nil {
		return nil, fmt.Errorf("format %s: %w", n.Slug, err)
	}
	w.blocks(n.Intro)
	for i := range n.Sections {
		if err := w.section(&n.Sections[i], i); err != nil {
			return nil, fmt.Errorf("format %s: %w", n.Slug, err)
		}
	}
	return w.out.Bytes(), nil
}

type writer struct{ out bytes.Buffer }

func (w *writer) blocks(blocks []content.Block) {
	for _, b := range blocks {
		w.out.WriteString("\n" + b.Text + "\n")
	}
}

func (w *writer) section(s *content.Section, i int) error {
	switch {
	case s.Heading != "":
		if err := w.heading("", 2, s.Heading); err != nil {
			return err
		}
	case i > 0 && len(s.Items) == 0 && len(s.Body) > 0:
		w.out.WriteString("\n" + content.Rule + "\n")
	case i > 0 || len(s.Body) > 0:
		return fmt.Errorf("section %s without a heading: %w", s.ID, ErrUnwritable)
	}
	w.blocks(s.Body)
	for _, it := range s.Items {
		if err := w.item(it); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) item(it *content.Item) error {
	list, err := attributes(it)
	if err != nil {
		return err
	}
	if err := w.heading(list, 2+int(it.Level), it.Heading); err != nil {
		return err
	}
	w.blocks(it.Body)
	for _, c := range it.Children {
		if err := w.item(c); err != nil {
			return err
		}
	}
	return nil
}

// heading follows its attribute list, if any, without a blank line.
func (w *writer) heading(list string, level int, text string) error {
	line := inline(text)
	if line == "" {
		return fmt.Errorf("heading %q: %w", text, ErrUnwritable)
	}
	if rest, ok := strings.CutSuffix(line, "#"); ok {
		line = rest + "&#35;" // one at the end is a mark, escaped or not
	}
	w.out.WriteString("\n" + list + strings.Repeat("#", level) + " " + line + "\n")
	return nil
}

// attributes is the list over a heading, or nothing.
func attributes(it *content.Item) (string, error) {
	var parts []string
	if it.ID != "" {
		parts = append(parts, "#"+it.ID)
	}
	l := it.Ledger
	status, progress := "", ""
	if l.Status != content.Unstated {
		status = l.Status.Code()
	}
	if l.Progress != nil {
		progress = strconv.Itoa(*l.Progress)
	}
	for _, a := range [][2]string{
		{"status", status}, {"label", l.Label}, {"owner", l.Owner}, {"due", l.Due.String()},
		{"progress", progress}, {"evidence", l.Evidence},
	} {
		if a[1] == "" {
			continue
		}
		if !Attribute(a[1]) {
			return "", fmt.Errorf("%s %q of %s: %w", a[0], a[1], it.ID, ErrUnwritable)
		}
		parts = append(parts, a[0]+`="`+a[1]+`"`)
	}
	if len(parts) == 0 {
		return "", nil
	}
	return "{" + strings.Join(parts, " ") + "}\n", nil
}

// Attribute reports whether an attribute list can carry value: it knows no
// escapes (contract, section 3).
func Attribute(value string) bool {
	return value != "" && value == tidy(value) && !strings.ContainsAny(value, "\"\\}\n")
}
