package history

import (
	"strconv"
	"strings"
	"time"

	"rectify/content"
)

// headFields are the values of the head that a reader sees, in its order. Lists
// are one value, an entry a line.
func headFields(n *content.Notice) [][2]string {
	in, con := n.Inspection, n.Contacts
	published := ""
	if !n.Published.IsZero() {
		published = n.Published.Format(time.RFC3339)
	}
	var attached []string
	for _, a := range n.Attachments {
		attached = append(attached, strings.TrimSpace(a.Title+" "+a.File))
	}
	return [][2]string{
		{"title", n.Title}, {"issuer", n.Issuer},
		{"inspection.body", in.Body}, {"inspection.round", in.Round}, {"inspection.kind", in.Kind},
		{"inspection.from", in.From.String()}, {"inspection.to", in.To.String()}, {"inspection.handed_over", in.HandedOver.String()},
		{"inspection.rectify_from", in.RectifyFrom.String()}, {"inspection.rectify_to", in.RectifyTo.String()}, {"inspection.looked_back", in.LookedBack.String()},
		{"date", n.Date.String()}, {"published", published}, {"number", n.Number}, {"index", n.Index},
		{"subjects", lines(n.Subjects)},
		{"supervision.from", n.Supervision.From.String()}, {"supervision.to", n.Supervision.To.String()},
		{"contacts.phone", lines(con.Phone)}, {"contacts.post", con.Post}, {"contacts.postcode", con.Postcode},
		{"contacts.email", lines(con.Email)}, {"contacts.hours", con.Hours},
		{"stated.aspects", total(n.Stated.Aspects)}, {"stated.problems", total(n.Stated.Problems)}, {"stated.findings", total(n.Stated.Findings)},
		{"supersedes", n.Supersedes}, {"attachments", lines(attached)}, {"archived", n.Archived.String()},
	}
}

// HeadKeys are the keys of Difference.Head, in their order.
func HeadKeys() []string { return keys(headFields(&content.Notice{})) }

// LedgerKeys are the keys of Part.Ledger, in their order.
func LedgerKeys() []string { return keys(ledgerFields(nil)) }

func keys(fields [][2]string) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f[0]
	}
	return out
}

func lines(list []string) string { return strings.Join(list, "\n") }

func total(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// ledgerFields are the ledger of a leaf; of anything else, nothing.
func ledgerFields(it *content.Item) [][2]string {
	var l content.Ledger
	if it != nil {
		l = it.Ledger
	}
	progress := ""
	if l.Progress != nil {
		progress = strconv.Itoa(*l.Progress)
	}
	return [][2]string{
		{"status", string(l.Status)}, {"label", l.Label}, {"owner", l.Owner},
		{"due", l.Due.String()}, {"progress", progress}, {"evidence", l.Evidence},
	}
}
