// Package check holds the rules that a notice must keep before it is published
// (contract, section 3): counts, ids, dates, measures, links, contacts.
//
// It must not know how a notice is written or shown. It speaks in codes; the
// sentences stand in the catalogue under "check." and the code.
package check

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"rectify/content"
)

// Notice checks one notice. has reports whether a file of that name stands
// beside it, or a notice of that slug; nil skips what needs it.
func Notice(n *content.Notice, file string, has func(name string) bool) []content.Diagnostic {
	c := &checker{n: n, file: file, has: has}
	c.envelope()
	c.counts()
	c.dates()
	c.leaves()
	c.text()
	return c.found
}

// Set checks what only all notices together show: a superseded notice that is
// not there, and circles of them.
func Set(all []*content.Notice, file func(*content.Notice) string) []content.Diagnostic {
	bySlug := make(map[string]*content.Notice)
	for _, n := range all {
		bySlug[n.Slug] = n
	}
	var found []content.Diagnostic
	for _, n := range all {
		if n.Supersedes == "" {
			continue
		}
		code := ""
		old, ok := bySlug[n.Supersedes]
		if !ok {
			code = "supersedes-unknown"
		}
		for steps := 0; ok && code == ""; steps++ {
			if old == n || steps > len(all) {
				code = "supersedes-circle"
			}
			old, ok = bySlug[old.Supersedes]
		}
		if code != "" {
			found = append(found, content.Diagnostic{File: file(n), Line: 1, Severity: content.Error, Code: code, Args: []any{n.Supersedes}})
		}
	}
	return found
}

type checker struct {
	n     *content.Notice
	file  string
	has   func(string) bool
	found []content.Diagnostic
}

func (c *checker) add(sev content.Severity, line int, code string, args ...any) {
	c.found = append(c.found, content.Diagnostic{File: c.file, Line: line, Severity: sev, Code: code, Args: args})
}

// head is the line of a front matter key, written parent.child where it stands
// in a mapping of its own, or the first line.
func (c *checker) head(key string) int {
	parent, child, nested := strings.Cut(key, ".")
	line, inside := 0, 0
	for l := range strings.SplitSeq(string(c.n.Source), "\n") {
		line++
		if line > 1 && strings.TrimSpace(l) == "---" {
			break
		}
		if inside == 0 && strings.HasPrefix(l, parent+":") {
			if !nested {
				return line
			}
			inside = line
		}
		if inside > 0 && nested && (strings.HasPrefix(strings.TrimSpace(l), child+":") || strings.Contains(l, "{"+child+":") || strings.Contains(l, ", "+child+":") || strings.Contains(l, "{ "+child+":")) {
			return line
		}
	}
	return max(inside, 1)
}

func (c *checker) envelope() {
	for _, must := range []struct {
		key   string
		unset bool
	}{
		{"title", c.n.Title == ""}, {"issuer", c.n.Issuer == ""},
		{"date", c.n.Date.IsZero()}, {"published", c.n.Published.IsZero()},
	} {
		if must.unset {
			c.add(content.Error, 1, "missing", content.Key(must.key), must.key)
		}
	}
	if c.n.Contacts.Empty() {
		c.add(content.Warning, c.head("contacts"), "no-contacts")
	}
	if p := c.n.Contacts.Postcode; p != "" && !regexp.MustCompile(`^[0-9]{6}$`).MatchString(p) {
		c.add(content.Error, c.head("contacts.postcode"), "postcode", p)
	}
	for _, a := range c.n.Attachments {
		if strings.ContainsAny(a.File, `/\`) || strings.HasPrefix(a.File, ".") {
			c.add(content.Error, c.head("attachments"), "attachment-name", a.File)
		} else if c.has != nil && !c.has(a.File) {
			c.add(content.Error, c.head("attachments"), "attachment-missing", a.File)
		}
	}
}

// counts holds what the document claims against what stands in it.
func (c *checker) counts() {
	counted, stated := c.n.Totals(), c.n.Stated
	if counted.Findings == 0 {
		c.add(content.Warning, 1, "no-items") // some notices have no numbers at all
		return
	}
	for _, x := range []struct {
		key             string
		stated, counted int
	}{{"aspects", stated.Aspects, counted.Aspects}, {"problems", stated.Problems, counted.Problems}, {"findings", stated.Findings, counted.Findings}} {
		if x.stated != 0 && x.stated != x.counted {
			c.add(content.Error, c.head("stated."+x.key), "stated-"+x.key, x.stated, x.counted)
		}
	}
	c.textTotals(counted)
}

var totalText = regexp.MustCompile(`([0-9]{1,4})个方面[^。]{0,20}?([0-9]{1,4})个问题(?:[^。]{0,30}?([0-9]{1,4})个具体)?`)

// textTotals holds the first total that the text names against the tree. It
// warns only: the words of an official document are not for us to alter.
func (c *checker) textTotals(counted content.Stated) {
	c.each(func(b content.Block) bool {
		m := totalText.FindStringSubmatch(b.Text)
		if m == nil {
			return true
		}
		for i, x := range []struct {
			key  content.Key
			have int
		}{{"stated.aspects", counted.Aspects}, {"stated.problems", counted.Problems}, {"stated.findings", counted.Findings}} {
			if v, err := strconv.Atoi(m[i+1]); err == nil && v != x.have && x.have > 0 { // a level that the tree lacks counts nothing
				c.add(content.Warning, b.Line, "stated-text", m[0], x.key, x.have)
			}
		}
		return false
	})
}

func (c *checker) dates() {
	n, in := c.n, c.n.Inspection
	published := content.Day{}
	if !n.Published.IsZero() {
		published = content.DayOf(n.Published)
	}
	type dated struct {
		key string
		day content.Day
	}
	for _, pair := range [][2]dated{
		{{"inspection.from", in.From}, {"inspection.to", in.To}},
		{{"inspection.to", in.To}, {"inspection.handed_over", in.HandedOver}},
		{{"inspection.handed_over", in.HandedOver}, {"date", n.Date}},
		{{"date", n.Date}, {"published", published}},
		{{"inspection.handed_over", in.HandedOver}, {"inspection.rectify_from", in.RectifyFrom}},
		{{"inspection.rectify_from", in.RectifyFrom}, {"inspection.rectify_to", in.RectifyTo}},
		{{"inspection.handed_over", in.HandedOver}, {"inspection.looked_back", in.LookedBack}},
		{{"published", published}, {"archived", n.Archived}},
		{{"supervision.from", n.Supervision.From}, {"supervision.to", n.Supervision.To}},
	} {
		a, b := pair[0], pair[1]
		if !a.day.IsZero() && !b.day.IsZero() && b.day.Before(a.day) {
			c.add(content.Error, c.head(b.key), "dates", content.Key(a.key), a.day, content.Key(b.key), b.day)
		}
	}
	if end := n.Supervision.To; !end.IsZero() && !published.IsZero() && end.Before(published) {
		c.add(content.Warning, c.head("supervision.to"), "supervision-over", end, published) // a notice of years ago may come to a site today
	}
}

func (c *checker) leaves() {
	c.n.Items(func(it *content.Item) bool {
		l := it.Ledger
		if !it.Leaf() {
			return true
		}
		if l.Status == content.Completed && len(it.Measures) == 0 {
			c.unmeasured(it)
		}
		if l.Status == content.Unstated && l.Label != "" {
			c.add(content.Error, it.Line, "label-without-status", it.ID, l.Label)
		}
		if l.Status == content.Completed && l.Progress != nil && *l.Progress != 100 {
			c.add(content.Error, it.Line, "completed-progress", it.ID, *l.Progress)
		}
		if !l.Due.IsZero() && !c.n.Inspection.From.IsZero() && l.Due.Before(c.n.Inspection.From) {
			c.add(content.Error, it.Line, "due-early", it.ID, l.Due)
		}
		if len(it.Body) == 0 {
			c.add(content.Warning, it.Line, "empty-item", it.ID)
		}
		return true
	})
}

// each yields every block of text of the notice until yield says no.
func (c *checker) each(yield func(content.Block) bool) {
	groups := [][]content.Block{c.n.Intro}
	for _, s := range c.n.Sections {
		groups = append(groups, s.Body)
		for _, it := range s.Items {
			groups = append(groups, bodies(it)...)
		}
	}
	for _, g := range groups {
		for _, b := range g {
			if !yield(b) {
				return
			}
		}
	}
}

func bodies(it *content.Item) [][]content.Block {
	all := [][]content.Block{it.Body}
	for _, child := range it.Children {
		all = append(all, bodies(child)...)
	}
	return all
}

var linkText = regexp.MustCompile(`\[[^\]\n]*\]\(\s*<?([^)\s>]*)`)

// text looks for links that lead nowhere and for contacts that the front
// matter lacks.
func (c *checker) text() {
	c.each(func(b content.Block) bool {
		for i, line := range strings.Split(b.Text, "\n") {
			for _, m := range linkText.FindAllStringSubmatch(line, -1) {
				c.link(b.Line+i, m[1])
			}
			for _, m := range content.Mentions(line) {
				if !c.n.Contacts.Holds(m) {
					c.add(content.Error, b.Line+i, "contact-"+string(m.Kind), m.Text)
				}
			}
		}
		return true
	})
}

func (c *checker) link(line int, target string) {
	u, err := url.Parse(target)
	switch {
	case err != nil || target == "":
		c.add(content.Error, line, "link", target)
	case u.Scheme == "" && u.Host == "" && strings.HasPrefix(target, "#"):
		id := strings.TrimPrefix(strings.TrimPrefix(target, "#"), "i")
		if c.n.Item(id) == nil && !c.section(strings.TrimPrefix(target, "#")) {
			c.add(content.Error, line, "link", target)
		}
	case u.Scheme == "" && u.Host == "":
		known := false
		for _, a := range c.n.Attachments {
			known = known || a.File == u.Path
		}
		if !known && c.has != nil && !c.has(strings.TrimSuffix(u.Path, ".md")+".md") {
			c.add(content.Error, line, "link", target)
		}
	case u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "mailto" && u.Scheme != "tel":
		c.add(content.Error, line, "link-scheme", target)
	}
}

func (c *checker) section(id string) bool {
	for _, s := range c.n.Sections {
		if s.ID == id {
			return true
		}
	}
	return false
}
