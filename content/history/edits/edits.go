package edits

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"rectify/content"
)

// Edit is an edited notice and what is to be said of it, sorted.
type Edit struct {
	Source []byte
	Want   []string
}

// part is a heading with what belongs to it.
type part struct {
	attrs   []string // {#3-2 status="…"} in pieces: #3-2, status="…"
	hashes  string
	heading string
	text    string
	item    *content.Item // as it was; nil for a section and for what is new
	touched bool
}

// document is a notice in pieces that can be edited one by one.
type document struct {
	r     *rand.Rand
	head  []string
	intro string
	parts []*part
	want  []string
	fresh int32
	moved bool
}

var (
	headingLine = regexp.MustCompile(`^(#{2,6}) (.*)$`)
	attribute   = regexp.MustCompile(`#[0-9a-z.-]+|[a-z]+="[^"]*"`)
)

// Make draws one to four edits of n, each in another place.
func Make(n *content.Notice, seed uint64) Edit {
	d := take(n)
	d.r = rand.New(rand.NewPCG(seed, 4)) //nolint:gosec // edits are to be the same again
	kinds := kinds()
	for range 1 + d.r.IntN(4) {
		for !kinds[d.r.IntN(len(kinds))](d) {
		}
	}
	slices.Sort(d.want)
	return Edit{Source: d.bytes(), Want: d.want}
}

// take cuts a notice into its pieces.
func take(n *content.Notice) *document {
	_, rest, _ := strings.Cut(string(n.Source), "---\n")
	head, body, _ := strings.Cut(rest, "\n---\n")
	d := &document{head: strings.Split(head, "\n")}
	var here *part
	var attrs []string
	text := func() *string {
		if here == nil {
			return &d.intro
		}
		return &here.text
	}
	for line := range strings.Lines(body) {
		switch m := headingLine.FindStringSubmatch(strings.TrimSpace(line)); {
		case strings.HasPrefix(line, "{#"):
			attrs = attribute.FindAllString(line, -1)
		case m != nil:
			here = &part{attrs: attrs, hashes: m[1], heading: m[2]}
			if attrs != nil {
				here.item = n.Item(attrs[0][1:])
			}
			d.parts = append(d.parts, here)
			attrs = nil
		default:
			*text() += line
		}
	}
	d.intro = strings.TrimSpace(d.intro)
	for _, p := range d.parts {
		p.text = strings.TrimSpace(p.text)
	}
	return d
}

func (d *document) bytes() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "---\n%s\n---\n\n%s\n", strings.Join(d.head, "\n"), d.intro)
	for _, p := range d.parts {
		b.WriteString("\n")
		if len(p.attrs) > 0 {
			fmt.Fprintf(&b, "{%s}\n", strings.Join(p.attrs, " "))
		}
		fmt.Fprintf(&b, "%s %s\n", p.hashes, p.heading)
		if p.text != "" {
			fmt.Fprintf(&b, "\n%s\n", p.text)
		}
	}
	return []byte(b.String())
}

func (d *document) say(format string, args ...any) {
	d.want = append(d.want, fmt.Sprintf(format, args...))
}

// id is the name of a part in what is said of it.
func (d *document) id(p *part) string {
	if len(p.attrs) > 0 {
		return p.attrs[0][1:]
	}
	k := 0
	for _, q := range d.parts {
		if len(q.attrs) == 0 {
			k++
		}
		if q == p {
			break
		}
	}
	return fmt.Sprint("s", k)
}

// leaf draws an untouched leaf, nil if there is none.
func (d *document) leaf() *part {
	return d.draw(func(p *part) bool { return p.item != nil && p.item.Leaf() && p.item.Level == content.Finding })
}

func (d *document) draw(fits func(*part) bool) *part {
	var all []*part
	for _, p := range d.parts {
		if !p.touched && fits(p) {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return nil
	}
	p := all[d.r.IntN(len(all))]
	p.touched = true
	return p
}

// under is the problem that a finding belongs to, and its findings.
func (d *document) under(p *part) (problem *part, findings []*part) {
	for _, q := range d.parts {
		switch {
		case len(q.hashes) == 5 && problem != nil:
			findings = append(findings, q)
		case len(q.hashes) < 5:
			if slices.Contains(findings, p) {
				return problem, findings
			}
			problem, findings = q, nil
		}
	}
	return problem, findings
}

func (d *document) number() int32 {
	d.fresh++
	return 60 + d.fresh
}

// rare is a character that no notice has, another one each time.
func (d *document) rare() string {
	d.fresh++
	return string('龘' + d.fresh)
}

// sentence is a text that is like no other.
func (d *document) sentence() string {
	var b strings.Builder
	for range 12 + d.r.IntN(20) {
		b.WriteRune(0x4E00 + 0x800 + d.r.Int32N(0x3000))
	}
	return b.String() + "。"
}
