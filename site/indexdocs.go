package site

import (
	"errors"
	"fmt"
	"strings"

	"rectify/content"
	"rectify/content/library"
	"rectify/content/render"
	"rectify/content/search"
	"rectify/feedback"
	"rectify/site/public"
)

func isNotFound(err error) bool { return errors.Is(err, feedback.ErrNotFound) }

// noticeDocs is what of a notice can be found: its head, its parts without
// items, and every item.
func noticeDocs(e *library.Whole) []search.Document {
	n := e.Notice
	base := search.Document{Notice: n.Slug, Body: n.Issuer, At: n.Published}
	if !n.Published.IsZero() {
		base.Year = n.Published.Year()
	}
	head := base
	head.Kind, head.Title = search.Notice, n.Title
	head.Text = lines(n.Issuer, n.Number, n.Index, n.Inspection.Body, n.Inspection.Round, render.Plain(e.Doc.Intro))
	docs := []search.Document{head}
	for _, s := range e.Doc.Sections {
		if text := render.Plain(s.Body); text != "" {
			part := base
			part.Kind, part.Anchor, part.Title, part.Text = search.Notice, s.ID, s.Heading, text
			if part.Title == "" {
				part.Title = n.Title
			}
			docs = append(docs, part)
		}
	}
	n.Items(func(it *content.Item) bool {
		d := base
		d.Kind, d.Item, d.Anchor, d.Title = search.Item, it.ID, "i"+it.ID, strings.TrimSpace(it.Heading)
		if x := e.Doc.Items[it.ID]; x != nil {
			d.Text = x.Plain
		}
		if it.Leaf() {
			d.Status, d.Label = it.Ledger.Status.Code(), it.Ledger.Label
			d.Text = lines(d.Text, it.Ledger.Owner, it.Ledger.Label, it.Ledger.Evidence) // what stands beside the text can be found too
		}
		docs = append(docs, d)
		return true
	})
	for i := range docs {
		// What is of one moment is listed from the highest key down: the head
		// of the notice first, then its parts in the order of the document.
		docs[i].Key = fmt.Sprintf("%s#%05d", n.Slug, len(docs)-i)
	}
	return docs
}

// opinionDocs is what of a submission can be found: what the public may see
// (T79: hidden words and tombstones are not in it), and each reply.
func (s *Site) opinionDocs(sub *feedback.Submission) search.Group {
	group := search.Group{Name: opinionGroup + string(sub.Number), Rev: revision(sub.Rev)}
	pub, ok := sub.Public()
	if !ok || pub.Gone != feedback.NotGone {
		return group
	}
	base := search.Document{Notice: pub.Notice, Item: pub.Item, Status: public.Waiting, Year: pub.Shown.Year(), At: pub.Shown.Time()}
	standing := feedback.Standing(pub.Replies)
	if len(standing) > 0 {
		base.Status = public.Answered
	}
	if e, ok := s.cfg.Library.Snapshot().Notice(pub.Notice); ok {
		base.Body = e.Notice.Issuer
	}
	d := base
	d.Kind, d.Key, d.Title, d.Text = search.Opinion, string(pub.Number), string(pub.Number), public.FlatText(pub.Text)
	group.Docs = append(group.Docs, d)
	for _, r := range standing {
		d := base
		d.Kind, d.Key, d.Title = search.Reply, fmt.Sprintf("%s/%d", pub.Number, r.N), string(pub.Number)
		d.Text, d.At, d.Year = r.Text, r.Answered.Time(), r.Answered.Year()
		group.Docs = append(group.Docs, d)
	}
	return group
}

// lines joins what is not empty.
func lines(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p)
	}
	return b.String()
}
