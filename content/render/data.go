package render

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"rectify/content"
)

type noticeData struct {
	Slug        string           `json:"slug"`
	Title       string           `json:"title"`
	Issuer      string           `json:"issuer,omitempty"`
	Inspection  inspectionData   `json:"inspection"`
	Date        content.Day      `json:"date"`
	Published   string           `json:"published,omitempty"`
	Number      string           `json:"number,omitempty"`
	Index       string           `json:"index,omitempty"`
	Subjects    []string         `json:"subjects,omitempty"`
	Supervision *periodData      `json:"supervision,omitempty"`
	Contacts    content.Contacts `json:"contacts"`
	Supersedes  string           `json:"supersedes,omitempty"`
	Archived    content.Day      `json:"archived,omitzero"`
	Digest      string           `json:"digest"` // SHA-256 of the Markdown
	Counts      countData        `json:"counts"`
	Sections    []sectionData    `json:"sections"`
}

type inspectionData struct {
	Body       string      `json:"body,omitempty"`
	Round      string      `json:"round,omitempty"`
	Kind       string      `json:"kind,omitempty"`
	From       content.Day `json:"from,omitzero"`
	To         content.Day `json:"to,omitzero"`
	HandedOver content.Day `json:"handed_over,omitzero"`

	RectifyFrom content.Day `json:"rectify_from,omitzero"`
	RectifyTo   content.Day `json:"rectify_to,omitzero"`
	LookedBack  content.Day `json:"looked_back,omitzero"`
}

type periodData struct {
	From content.Day `json:"from,omitzero"`
	To   content.Day `json:"to,omitzero"`
}

type countData struct {
	Aspects  int            `json:"aspects"`
	Problems int            `json:"problems"`
	Findings int            `json:"findings"`
	ByStatus map[string]int `json:"by_status"`
}

type sectionData struct {
	Heading string     `json:"heading,omitempty"`
	Text    string     `json:"text,omitempty"`
	Items   []itemData `json:"items,omitempty"`
}

type itemData struct {
	ID       string        `json:"id"`
	Level    string        `json:"level"`
	Number   string        `json:"number"`
	Title    string        `json:"title"`
	Text     string        `json:"text,omitempty"`
	Measures []measureData `json:"measures,omitempty"`
	Status   string        `json:"status,omitempty"`
	Label    string        `json:"label,omitempty"`
	Owner    string        `json:"owner,omitempty"`
	Due      content.Day   `json:"due,omitzero"`
	Progress *int          `json:"progress,omitempty"`
	Evidence string        `json:"evidence,omitempty"`
	Items    []itemData    `json:"items,omitempty"`
}

type measureData struct {
	Mark string `json:"mark"`
	Text string `json:"text"`
}

// JSON is the whole notice as data, the same that the page shows.
func JSON(n *content.Notice) ([]byte, error) {
	totals := n.Totals()
	d := noticeData{
		Slug: n.Slug, Title: n.Title, Issuer: n.Issuer, Date: n.Date, Number: n.Number, Index: n.Index, Subjects: n.Subjects,
		Inspection: inspectionData(n.Inspection), Contacts: n.Contacts, Supersedes: n.Supersedes, Archived: n.Archived, Digest: n.Digest,
		Counts: countData{Aspects: totals.Aspects, Problems: totals.Problems, Findings: totals.Findings, ByStatus: map[string]int{}},
	}
	if !n.Published.IsZero() {
		d.Published = n.Published.Format(time.RFC3339)
	}
	if !n.Supervision.IsZero() {
		d.Supervision = &periodData{n.Supervision.From, n.Supervision.To}
	}
	for status, k := range n.Progress().ByStatus {
		d.Counts.ByStatus[status.Code()] = k
	}
	for _, s := range n.Sections {
		sec := sectionData{Heading: s.Heading, Text: blockText(s.Body)}
		for _, it := range s.Items {
			sec.Items = append(sec.Items, itemOf(it))
		}
		d.Sections = append(d.Sections, sec)
	}
	out, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("notice %s as JSON: %w", n.Slug, err)
	}
	return append(out, '\n'), nil
}

func itemOf(it *content.Item) itemData {
	level := map[content.Level]string{content.Aspect: "aspect", content.Problem: "problem", content.Finding: "finding"}[it.Level]
	d := itemData{ID: it.ID, Level: level, Number: it.Number, Title: it.Title, Text: blockText(it.Body)}
	for _, m := range it.Measures {
		d.Measures = append(d.Measures, measureData{m.Mark, m.Text})
	}
	if it.Leaf() {
		l := it.Ledger
		d.Status, d.Label, d.Owner, d.Due, d.Progress, d.Evidence = l.Status.Code(), l.Label, l.Owner, l.Due, l.Progress, l.Evidence
	}
	for _, c := range it.Children {
		d.Items = append(d.Items, itemOf(c))
	}
	return d
}

func blockText(blocks []content.Block) string {
	texts := make([]string, 0, len(blocks))
	for _, b := range blocks {
		texts = append(texts, strings.ReplaceAll(b.Text, "**", ""))
	}
	return strings.Join(texts, "\n")
}

// Text is the whole document as plain text.
func Text(n *content.Notice) string {
	var b strings.Builder
	line := func(s string) {
		if s != "" {
			b.WriteString(s + "\n")
		}
	}
	line(n.Issuer)
	line(n.Title)
	b.WriteByte('\n')
	line(blockText(n.Intro))
	var item func(*content.Item)
	item = func(it *content.Item) {
		b.WriteByte('\n')
		line(it.Heading)
		if it.Ledger.Label != "" {
			line("［整改状态：" + it.Ledger.Label + "］")
		}
		line(blockText(it.Body))
		for _, c := range it.Children {
			item(c)
		}
	}
	for _, s := range n.Sections {
		b.WriteByte('\n')
		line(s.Heading)
		line(blockText(s.Body))
		for _, it := range s.Items {
			item(it)
		}
	}
	return b.String()
}

// Shape is a value of the type that JSON writes, for whoever describes it.
func Shape() any { return noticeData{} }
