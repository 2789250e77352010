package search

import (
	"context"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2"
)

// Bounds of an answer. Of hits beyond MaxPages only their number is told.
const (
	PageSize = 10
	MaxPages = 20
	most     = PageSize * MaxPages // hits of one kind that are listed
)

// Query is what somebody looks for: plain words, all of which a passage must
// have, and filters. The zero value of a filter lets everything through.
type Query struct {
	Text   string
	Kind   Kind
	Notice string
	Status string
	Year   int
	Body   string
	Page   int // from 1
}

// Count is how many there are; with More set, at least that many.
type Count struct {
	N    int
	More bool
}

func (c *Count) add(o Count) { c.N, c.More = c.N+o.N, c.More || o.More }

// Result is one page of hits: by kind in the order of Kinds, of each kind the
// newest first.
type Result struct {
	Hits      []Hit
	Total     Count          // with the filter by kind
	Kinds     map[Kind]Count // without it, for those who choose one
	Page      int
	Next      bool     // there is another page
	Words     []string // what was looked for, as found; empty: nothing to look for
	Shortened bool     // not all of what was typed was looked for
}

// Search answers a query. Its work is bounded whatever is asked and however
// much is indexed.
func (x *Index) Search(ctx context.Context, q Query) (res Result, err error) {
	words, shortened := parseQuery(q.Text)
	res = Result{Page: min(max(q.Page, 1), MaxPages), Shortened: shortened, Kinds: make(map[Kind]Count)}
	for _, w := range words {
		res.Words = append(res.Words, string(w.runes))
	}
	if len(words) == 0 {
		return res, nil
	}
	err = x.with(ctx, func(b bleve.Index) error {
		v, err := newView(b)
		if err != nil {
			return err
		}
		defer v.close()
		s := &asking{ctx: ctx, view: v, words: words, span: &x.span}
		return s.answer(q, &res)
	})
	return res, err
}

// asking is one query under way.
type asking struct {
	ctx   context.Context
	view  *view
	words []phrase
	span  *span
	buf   []unit
}

// answer fills res: the counts of all kinds, and the hits of the page.
func (s *asking) answer(q Query, res *Result) error {
	hits, some, err := s.candidates(q)
	if err != nil || !some {
		return err
	}
	from := (res.Page - 1) * PageSize // of the whole list
	for _, kind := range Kinds() {
		of, err := s.view.having(fieldFilter, "k:"+string(kind))
		if err != nil {
			return err
		}
		shown, last := q.Kind == "" || q.Kind == kind, 0
		if shown && len(res.Hits) < PageSize {
			last = max(from, 0) + PageSize - len(res.Hits)
		}
		found, count, err := s.newest(hits.and(of), last)
		if err != nil {
			return err
		}
		res.Kinds[kind] = count
		if !shown {
			continue
		}
		res.Total.add(count)
		for len(res.Hits) < PageSize && from < len(found) {
			d, err := s.view.document(found[max(from, 0)])
			if err != nil {
				return err
			}
			res.Hits = append(res.Hits, s.hit(d.Document))
			from = max(from, 0) + 1
		}
		// What is left of this kind, or of those before, stands on the next page.
		listed := min(count.N, most)
		res.Next = res.Next || (len(res.Hits) == PageSize && from < listed)
		from -= listed
	}
	res.Next = res.Next && res.Page < MaxPages
	return nil
}

// candidates is the set of passages with every term of every word, filtered
// by everything but the kind. Where a word is longer than its terms, some of
// them may not have it.
func (s *asking) candidates(q Query) (hits set, some bool, err error) {
	var filters []string
	for prefix, value := range map[string]string{"n:": q.Notice, "s:": q.Status, "b:": q.Body} {
		if value != "" {
			filters = append(filters, prefix+cut(value, maxName))
		}
	}
	if q.Year != 0 {
		filters = append(filters, fmt.Sprintf("y:%d", q.Year))
	}
	var terms []string
	for _, w := range s.words {
		terms = append(terms, w.terms...)
	}
	slices.Sort(terms)
	hits, some, err = s.view.all(fieldWords, slices.Compact(terms), nil)
	if err != nil || !some {
		return nil, false, err
	}
	return s.view.all(fieldFilter, filters, hits)
}

// exact reports whether every candidate is a hit.
func (s *asking) exact() bool {
	return !slices.ContainsFunc(s.words, func(p phrase) bool { return !p.exact })
}

// has reports whether a candidate has every word.
func (s *asking) has(p place) (bool, error) {
	if s.exact() {
		return true, nil
	}
	if err := s.ctx.Err(); err != nil {
		return false, err
	}
	title, text, err := s.view.words(p)
	if err != nil {
		return false, err
	}
	s.buf = append(fold(s.buf[:0], title), unit{})
	s.buf = fold(s.buf, text)
	for i := range s.words {
		if !s.words[i].exact && s.words[i].next(s.buf, 0) < 0 {
			return false, nil
		}
	}
	return true, nil
}
