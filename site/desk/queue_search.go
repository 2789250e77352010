package desk

import (
	"context"
	"strings"
	"time"

	"golang.org/x/text/width"

	"rectify/feedback"
)

// Bounds of a search in the queue. Everything that people wrote lies sealed in
// the store, and an index of it would be its words in clear once more: so a
// search opens what the view holds and looks, as far as this, and says how far
// it came.
const (
	maxWords   = 60 // characters of what is searched for
	maxTerms   = 8
	searchMost = 5000 // submissions that one page of a search looks at
	searchTime = 3 * time.Second
)

// tidyWords makes one line of bounded length of what was typed.
func tidyWords(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	return strings.TrimSpace(string(r[:min(len(r), maxWords)]))
}

// folded is a text as it is compared: full-width letters as half-width ones, and
// no capitals.
func folded(s string) string { return strings.ToLower(width.Fold.String(s)) }

// terms are the words of a search, each of which must occur.
func terms(words string) []string {
	list := strings.Fields(folded(words))
	return list[:min(len(list), maxTerms)]
}

// Search is how far a search came.
type Search struct {
	Words string
	Seen  int  // submissions that were looked at
	Whole bool // these were all
}

// search goes through a question in its order and answers those that hold every
// term, and where to go on when it did not come to the end.
func (d *Desk) search(ctx context.Context, q feedback.Query, words string, who feedback.Actor) (found []feedback.Submission, next string, s Search, err error) {
	s.Words = words
	list, until := terms(words), time.Now().Add(searchTime)
	for len(found) < queuePage && s.Seen < searchMost && time.Now().Before(until) {
		var page []feedback.Submission
		if page, next, err = d.Store.List(ctx, q); err != nil {
			return nil, "", s, err
		}
		for i := range page {
			if who.MaySee(&page[i]) && holds(&page[i], list) {
				found = append(found, page[i])
			}
		}
		s.Seen += len(page)
		if q.After = next; next == "" {
			s.Whole = true
			break
		}
	}
	return found, next, s, nil
}

// holds reports whether each of the terms occurs in what staff may read of s
// without asking for more: its number, what its sender wrote, what was asked and
// answered, and notes. Not in its sender's particulars, which are opened for a
// reason and on record only.
func holds(s *feedback.Submission, terms []string) bool {
	var b strings.Builder
	add := func(text string) {
		b.WriteString(folded(feedback.Visible(text)))
		b.WriteByte('\n')
	}
	add(string(s.Number))
	add(s.Current())
	add(s.Office)
	for _, r := range s.Remarks {
		add(r.Text)
	}
	for _, e := range s.Enquiries {
		add(e.Text)
		add(e.Answer)
	}
	for _, r := range s.Replies {
		add(r.Text)
	}
	if s.Draft != nil {
		add(s.Draft.Text)
	}
	for _, e := range s.Events {
		if e.Act == feedback.ActNote {
			add(e.Note)
		}
	}
	text := b.String()
	for _, t := range terms {
		if !strings.Contains(text, t) {
			return false
		}
	}
	return true
}

// around is the part of a text in which the first term occurs, from a little
// before it; the beginning where none does.
func around(text string, terms []string, n int) string {
	const before = 12
	for _, t := range terms {
		if at := strings.Index(folded(text), t); at >= 0 {
			skip := len([]rune(folded(text)[:at])) - before
			if r := []rune(text); skip > 0 && skip < len(r) {
				return "…" + cutRunes(string(r[skip:]), n)
			}
			break
		}
	}
	return cutRunes(text, n)
}
