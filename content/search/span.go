package search

import (
	"fmt"
	"sync/atomic"
	"time"
)

// Documents are filed by day and by runs of 4, 16 … days, so that the newest of
// very many hits are found without looking at the rest.
const (
	levels  = 8 // the last runs over 45 years
	fanout  = 4
	daySecs = uint32(24 * time.Hour / time.Second)
)

func dayOf(at uint32) int { return int(at / daySecs) }

// runOf is the run of a level that a day lies in, as a term.
func runOf(level, day int) string { return fmt.Sprintf("d%d:%d", level, day/width(level)) }

// width is how many days a run of a level has.
func width(level int) int {
	w := 1
	for range level {
		w *= fanout
	}
	return w
}

// span is the first and the last day that a document has, or had.
type span struct{ first, last atomic.Int64 }

func (s *span) reset() {
	s.first.Store(1 << 30)
	s.last.Store(-1)
}

// add widens the span. Only one Put runs at a time.
func (s *span) add(day int) {
	if d := int64(day); d < s.first.Load() {
		s.first.Store(d)
	}
	if d := int64(day); d > s.last.Load() {
		s.last.Store(d)
	}
}

// measure reads the span out of the index.
func (x *Index) measure() error {
	x.span.reset()
	v, err := newView(x.b)
	if err != nil {
		return err
	}
	defer v.close()
	dict, err := v.snap.FieldDictPrefix(fieldFilter, []byte("d0:"))
	if err != nil {
		return fmt.Errorf("search: days: %w", err)
	}
	defer func() { _ = dict.Close() }()
	for {
		e, err := dict.Next()
		if err != nil || e == nil {
			return err //nolint:wrapcheck // of the index, as above
		}
		var day int
		if _, err := fmt.Sscanf(e.Term, "d0:%d", &day); err == nil {
			x.span.add(day)
		}
	}
}
