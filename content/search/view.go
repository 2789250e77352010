package search

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// view is the index at one moment. Bleve's own searchers score and collect
// every hit; here its lists of documents are intersected as the sets they are
// kept as, and only what is shown is read.
type view struct {
	snap *scorch.IndexSnapshot
	segs []*scorch.SegmentSnapshot
}

func newView(b bleve.Index) (*view, error) {
	adv, err := b.Advanced()
	if err != nil {
		return nil, fmt.Errorf("search: read: %w", err)
	}
	r, err := adv.Reader()
	if err != nil {
		return nil, fmt.Errorf("search: read: %w", err)
	}
	snap, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		_ = r.Close()
		return nil, fmt.Errorf("search: read: %w: %T", ErrDamaged, r)
	}
	return &view{snap: snap, segs: snap.Segments()}, nil
}

func (v *view) close() { _ = v.snap.Close() }

// set is a set of documents, by segment. A nil segment is empty. What comes
// out of an index must not be changed.
type set []*roaring.Bitmap

func (s set) size() int {
	n := 0
	for _, b := range s {
		if b != nil {
			n += int(b.GetCardinality()) //nolint:gosec // at most 2^32
		}
	}
	return n
}

// and is what s and o share.
func (s set) and(o set) set {
	both := make(set, len(s))
	for i := range s {
		if s[i] != nil && o[i] != nil {
			if b := roaring.And(s[i], o[i]); !b.IsEmpty() {
				both[i] = b
			}
		}
	}
	return both
}

// having is the set of documents with a term.
func (v *view) having(field, term string) (set, error) {
	s := make(set, len(v.segs))
	for i := range v.segs {
		b, err := v.in(i, field, term)
		if err != nil {
			return nil, err
		}
		s[i] = b
	}
	return s, nil
}

// in is the documents of one segment with a term, without deleted ones.
func (v *view) in(i int, field, term string) (*roaring.Bitmap, error) {
	dict, err := v.segs[i].Segment().Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("search: terms: %w", err)
	}
	list, err := dict.PostingsList([]byte(term), v.segs[i].Deleted(), nil)
	if err != nil {
		return nil, fmt.Errorf("search: term: %w", err)
	}
	it := list.Iterator(false, false, false, nil)
	if o, ok := it.(segment.OptimizablePostingsIterator); ok {
		if doc, one := o.DocNum1Hit(); one {
			return roaring.BitmapOf(uint32(doc)), nil //nolint:gosec // numbers in a segment are 32 bits
		}
		if b := o.ActualBitmap(); b != nil && !b.IsEmpty() {
			return b, nil
		}
		return nil, nil
	}
	var b *roaring.Bitmap
	for {
		p, err := it.Next()
		if err != nil {
			return nil, fmt.Errorf("search: term: %w", err)
		}
		if p == nil {
			return b, nil
		}
		if b == nil {
			b = roaring.New()
		}
		b.Add(uint32(p.Number())) //nolint:gosec // numbers in a segment are 32 bits
	}
}

// all is the part of within, or of everything where that is nil, that has
// every term; false when there is nothing. The rarest term comes first: what
// it leaves is little to go on with.
func (v *view) all(field string, terms []string, within set) (set, bool, error) {
	sets := make([]sized, 0, len(terms)+1)
	if within != nil {
		sets = append(sets, sized{within, within.size()})
	}
	for _, t := range terms {
		s, err := v.having(field, t)
		if err != nil {
			return nil, false, err
		}
		n := s.size()
		if n == 0 {
			return nil, false, nil
		}
		sets = append(sets, sized{s, n})
	}
	slices.SortFunc(sets, func(a, b sized) int { return a.n - b.n })
	all := sets[0].set
	for _, s := range sets[1:] {
		if all = all.and(s.set); all.size() == 0 {
			return nil, false, nil
		}
	}
	return all, true, nil
}

// sized is a set with its size.
type sized struct {
	set
	n int
}

// place is where a document stands in a view.
type place struct {
	seg int
	doc uint32
	id  string
}

// places reads the ids of a set.
func (v *view) places(s set) ([]place, error) {
	list := make([]place, 0, s.size())
	for i, b := range s {
		if b == nil {
			continue
		}
		for it := b.Iterator(); it.HasNext(); {
			doc := it.Next()
			id, err := v.segs[i].DocID(uint64(doc))
			if err != nil {
				return nil, fmt.Errorf("search: id: %w", err)
			}
			list = append(list, place{i, doc, string(id)})
		}
	}
	return list, nil
}

// words reads title and text of a document.
func (v *view) words(p place) (title, text string, err error) {
	err = v.segs[p.seg].VisitDocument(uint64(p.doc), func(field string, _ byte, value []byte, _ []uint64) bool {
		switch field {
		case fieldTitle:
			title = string(value)
		case fieldText:
			text = string(value)
		}
		return true
	})
	if err != nil {
		return "", "", fmt.Errorf("search: stored: %w", err)
	}
	return title, text, nil
}

// stored is what is kept of a document beside its words.
type stored struct {
	Document
	Group string `json:"g"`
	Rev   string `json:"r,omitempty"`
	Secs  uint32 `json:"t"`
}

// document reads a whole document.
func (v *view) document(p place) (d stored, err error) {
	var title, text string
	var bad error
	err = v.segs[p.seg].VisitDocument(uint64(p.doc), func(field string, _ byte, value []byte, _ []uint64) bool {
		switch field {
		case fieldTitle:
			title = string(value)
		case fieldText:
			text = string(value)
		case fieldMeta:
			bad = json.Unmarshal(value, &d)
		}
		return true
	})
	if err == nil {
		err = bad
	}
	if err != nil {
		return d, fmt.Errorf("search: stored: %w", err)
	}
	d.Title, d.Text, d.At = title, text, time.Unix(int64(d.Secs), 0).UTC()
	return d, nil
}
