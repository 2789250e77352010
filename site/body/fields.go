package body

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"rectify/content"
	"rectify/feedback"
)

// FieldKind says how a field of the settings is filled in.
type FieldKind string

// The kinds of fields.
const (
	FieldText  FieldKind = "text"
	FieldLines FieldKind = "lines" // one value a line
	FieldDays  FieldKind = "days"  // a number
	FieldClock FieldKind = "clock" // working or calendar
	FieldOn    FieldKind = "on"    // yes or nothing
)

// Field is one value of a site.yaml that people fill in; its key names the way
// to it, with dots.
type Field struct {
	Key   string
	Kind  FieldKind
	Group string // identity, contacts, categories, limits, retention
}

// Fields lists them in the order of the form. Holidays are not among them: they
// have a page of their own.
func Fields() []Field {
	var list []Field
	add := func(group string, kind FieldKind, keys ...string) {
		for _, k := range keys {
			list = append(list, Field{k, kind, group})
		}
	}
	add("identity", FieldText, "name", "site_name", "domain", "id_code", "icp", "police", "organiser")
	add("identity", FieldLines, "offices")
	add("contacts", FieldLines, "contacts.phone")
	add("contacts", FieldText, "contacts.post", "contacts.postcode")
	add("contacts", FieldLines, "contacts.email")
	add("contacts", FieldText, "contacts.hours")
	for _, c := range feedback.Categories() {
		add("categories", FieldOn, "categories."+string(c)+".on")
		add("categories", FieldText, "categories."+string(c)+".label")
		add("categories", FieldDays, "categories."+string(c)+".answer.days")
		add("categories", FieldClock, "categories."+string(c)+".answer.clock")
	}
	for _, k := range []string{"limits.moderate", "limits.accept"} {
		add("limits", FieldDays, k+".days")
		add("limits", FieldClock, k+".clock")
	}
	add("limits", FieldDays, "limits.extension", "limits.reopen")
	add("retention", FieldDays, "retention.contact_days", "retention.files_days", "retention.mail_days", "retention.refused_days", "retention.closed_days", "retention.audit_days")
	add("retention", FieldText, "archived")
	return list
}

// Values are what fields hold, by key; of a field that is not set, nothing.
type Values map[string]string

// MaxSettings bounds a site.yaml, in bytes.
const MaxSettings = 256 << 10

// ErrBroken means that a text is no site.yaml whose fields could be told apart.
var ErrBroken = errors.New("settings cannot be read")

// tree is a site.yaml as nodes, so that what no form shows, and remarks, stay.
func tree(src []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if len(src) > MaxSettings {
		return nil, ErrBroken
	}
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if doc.Kind == 0 {
		doc = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	if doc.Content[0].Kind == yaml.ScalarNode && doc.Content[0].Tag == "!!null" {
		doc.Content[0] = &yaml.Node{Kind: yaml.MappingNode, HeadComment: doc.Content[0].HeadComment}
	}
	if doc.Content[0].Kind != yaml.MappingNode {
		return nil, ErrBroken
	}
	return &doc, nil
}

// Read answers the values of a site.yaml. ErrBroken.
func Read(src []byte) (Values, error) {
	doc, err := tree(src)
	if err != nil {
		return nil, err
	}
	v := Values{}
	for _, f := range Fields() {
		if n := find(doc.Content[0], f); n != nil {
			v[f.Key] = text(n)
		}
	}
	if child(doc.Content[0], "categories") == nil { // then all of them are offered
		for _, c := range feedback.Categories() {
			v["categories."+string(c)+".on"] = "yes"
		}
	}
	return v, nil
}

// text is a node as a form shows it.
func text(n *yaml.Node) string {
	if n.Kind != yaml.SequenceNode {
		return n.Value
	}
	var lines []string
	for _, x := range n.Content {
		lines = append(lines, x.Value)
	}
	return strings.Join(lines, "\n")
}

// find answers the node of a field, or nil.
func find(root *yaml.Node, f Field) *yaml.Node {
	path := strings.Split(f.Key, ".")
	if path[0] == "categories" {
		entry := category(child(root, "categories"), path[1])
		if f.Kind == FieldOn {
			if entry == nil {
				return nil
			}
			return &yaml.Node{Kind: yaml.ScalarNode, Value: "yes", Line: entry.Line}
		}
		root, path = entry, path[2:]
	}
	for _, name := range path {
		root = child(root, name)
	}
	return root
}

func child(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

// category answers the entry of a category in the list of them, or nil.
func category(list *yaml.Node, code string) *yaml.Node {
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil
	}
	for _, entry := range list.Content {
		if c := child(entry, "code"); c != nil && c.Value == code {
			return entry
		}
	}
	return nil
}

// Write answers src with other values; what it holds beside them stays. ErrBroken.
func Write(src []byte, v Values) ([]byte, error) {
	doc, err := tree(src)
	if err != nil {
		return nil, err
	}
	root := doc.Content[0]
	writeCategories(root, v)
	for _, f := range Fields() {
		if !strings.HasPrefix(f.Key, "categories.") {
			put(root, f.Key, f.Kind, v[f.Key])
		}
	}
	return encoded(doc)
}

func encoded(doc *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if len(doc.Content[0].Content) == 0 {
		return nil, nil
	}
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("write settings: %w", err)
	}
	if err := enc.Close(); err != nil {
		return nil, fmt.Errorf("write settings: %w", err)
	}
	return b.Bytes(), nil
}

// writeCategories writes the list of categories: none where all are offered as
// they are by default.
func writeCategories(root *yaml.Node, v Values) {
	old := child(root, "categories")
	list := &yaml.Node{Kind: yaml.SequenceNode}
	plain := true
	for _, c := range feedback.Categories() {
		key := "categories." + string(c) + "."
		if v[key+"on"] == "" {
			plain = false
			continue
		}
		entry := category(old, string(c))
		if entry == nil {
			entry = &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar("code", FieldText), scalar(string(c), FieldText)}}
		}
		put(entry, "label", FieldText, v[key+"label"])
		put(entry, "answer.days", FieldDays, v[key+"answer.days"])
		put(entry, "answer.clock", FieldClock, v[key+"answer.clock"])
		plain = plain && len(entry.Content) == 2
		list.Content = append(list.Content, entry)
	}
	if plain || len(list.Content) == 0 {
		list = nil
	}
	set(root, "categories", list)
}

// put sets the value at the end of a way, or takes it away, and with it what is
// left empty on the way.
func put(n *yaml.Node, way string, kind FieldKind, value string) {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	name, rest, further := strings.Cut(way, ".")
	if further {
		next := child(n, name)
		if next == nil || next.Kind != yaml.MappingNode {
			if value == "" {
				return
			}
			next = &yaml.Node{Kind: yaml.MappingNode}
			set(n, name, next)
		}
		put(next, rest, kind, value)
		if len(next.Content) == 0 {
			set(n, name, nil)
		}
		return
	}
	old := child(n, name)
	switch {
	case value == "":
		set(n, name, nil)
	case old != nil && text(old) == value: // as it was written
	case kind == FieldLines:
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for line := range strings.Lines(value) {
			if line = strings.TrimSpace(line); line != "" {
				list.Content = append(list.Content, scalar(line, FieldText))
			}
		}
		set(n, name, list)
	default:
		set(n, name, scalar(value, kind))
	}
}

// scalar is a value that is read back as what it is: digits of a text stay one.
func scalar(value string, kind FieldKind) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: value, Tag: "!!str"}
	if kind == FieldDays && strings.Trim(value, "0123456789") == "" {
		n.Tag = "!!int"
	}
	return n
}

// set puts a value under a name, in the place of the old one; nil takes it away.
func set(n *yaml.Node, name string, value *yaml.Node) {
	i := -1
	for at, x := range n.Content { // names and values in turn
		if at%2 == 0 && x.Value == name {
			i = at
			break
		}
	}
	switch {
	case i >= 0 && value == nil:
		n.Content = slices.Delete(n.Content, i, i+2)
	case i >= 0:
		old := child(n, name)
		value.LineComment, value.HeadComment = old.LineComment, old.HeadComment
		n.Content = slices.Replace(n.Content, i+1, i+2, value)
	case value != nil:
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name, Tag: "!!str"}, value)
	}
}

// FieldOf answers the field in whose line of src a diagnostic stands; "" where
// none does.
func FieldOf(src []byte, d content.Diagnostic) string {
	doc, err := tree(src)
	if err != nil {
		return ""
	}
	at := ""
	for _, f := range Fields() {
		if n := find(doc.Content[0], f); n != nil && n.Line == d.Line {
			at = f.Key
			break
		}
	}
	if at == "" && d.Code == "unset" && len(d.Args) == 1 {
		at = fmt.Sprint(d.Args[0])
	}
	return at
}
