package format

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"rectify/content"
)

// head writes the front matter; what is unset is left out.
func (w *writer) head(n *content.Notice) error {
	root := &mapping{}
	root.text("title", n.Title)
	root.text("issuer", n.Issuer)
	in := &mapping{}
	in.text("body", n.Inspection.Body)
	in.text("round", n.Inspection.Round)
	in.text("kind", n.Inspection.Kind)
	in.day("from", n.Inspection.From)
	in.day("to", n.Inspection.To)
	in.day("handed_over", n.Inspection.HandedOver)
	in.day("rectify_from", n.Inspection.RectifyFrom)
	in.day("rectify_to", n.Inspection.RectifyTo)
	in.day("looked_back", n.Inspection.LookedBack)
	root.under("inspection", in)
	root.day("date", n.Date)
	if !n.Published.IsZero() {
		root.plain("published", "!!timestamp", n.Published.Format(time.RFC3339))
	}
	root.text("number", n.Number)
	root.text("index", n.Index)
	root.texts("subjects", n.Subjects)
	sup := &mapping{}
	sup.day("from", n.Supervision.From)
	sup.day("to", n.Supervision.To)
	root.under("supervision", sup)
	con := &mapping{}
	con.texts("phone", n.Contacts.Phone)
	con.text("post", n.Contacts.Post)
	con.text("postcode", n.Contacts.Postcode)
	con.texts("email", n.Contacts.Email)
	con.text("hours", n.Contacts.Hours)
	root.under("contacts", con)
	stated := &mapping{}
	stated.number("aspects", n.Stated.Aspects)
	stated.number("problems", n.Stated.Problems)
	stated.number("findings", n.Stated.Findings)
	root.under("stated", stated)
	change := &mapping{}
	change.text("note", n.Change.Note)
	change.text("by", n.Change.By)
	if n.Change.Minor {
		change.plain("minor", "!!bool", "true")
	}
	root.under("change", change)
	root.text("supersedes", n.Supersedes)
	root.day("archived", n.Archived)
	root.attachments(n.Attachments)

	w.out.WriteString("---\n")
	if len(root.nodes) > 0 {
		enc := yaml.NewEncoder(&w.out)
		enc.SetIndent(2)
		if err := enc.Encode(&yaml.Node{Kind: yaml.MappingNode, Content: root.nodes}); err != nil {
			return fmt.Errorf("front matter: %w", err)
		}
		if err := enc.Close(); err != nil {
			return fmt.Errorf("front matter: %w", err)
		}
	}
	w.out.WriteString("---\n")
	return nil
}

// mapping gathers the keys of a YAML mapping in order.
type mapping struct{ nodes []*yaml.Node }

func (m *mapping) add(key string, value *yaml.Node) {
	m.nodes = append(m.nodes, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
}

func (m *mapping) plain(key, tag, value string) {
	m.add(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value})
}

func text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: tidy(s)}
	if strings.TrimLeft(n.Value, "0123456789-+.:_ ") == "" {
		n.Style = yaml.DoubleQuotedStyle // digits alone are quoted whatever their length
	}
	return n
}

func (m *mapping) text(key, value string) {
	if tidy(value) != "" {
		m.add(key, text(value))
	}
}

func (m *mapping) texts(key string, values []string) {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, v := range values {
		list.Content = append(list.Content, text(v))
	}
	if len(values) > 0 {
		m.add(key, list)
	}
}

func (m *mapping) day(key string, d content.Day) {
	if !d.IsZero() {
		m.plain(key, "!!timestamp", d.String())
	}
}

func (m *mapping) number(key string, v int) {
	if v > 0 {
		m.plain(key, "!!int", strconv.Itoa(v))
	}
}

func (m *mapping) under(key string, child *mapping) {
	if len(child.nodes) > 0 {
		m.add(key, &yaml.Node{Kind: yaml.MappingNode, Content: child.nodes})
	}
}

func (m *mapping) attachments(list []content.Attachment) {
	all := &yaml.Node{Kind: yaml.SequenceNode}
	for _, a := range list {
		one := &mapping{}
		one.text("file", a.File)
		one.text("title", a.Title)
		all.Content = append(all.Content, &yaml.Node{Kind: yaml.MappingNode, Content: one.nodes})
	}
	if len(list) > 0 {
		m.add("attachments", all)
	}
}
