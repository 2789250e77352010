package search

import (
	"slices"
	"strings"
)

// Bounds of the work for one kind of hit.
const (
	few      = 1000    // so many are put in order by looking at them all
	tries    = 2000    // so many candidates are read at most
	runSteps = 200     // so many runs of days are looked at
	aim      = few / 4 // hits that a run should have
)

// newest answers the first need hits of a set, the newest first, and how many
// there are: told exactly where the terms decide, else up to what is listed.
func (s *asking) newest(of set, need int) (found []place, count Count, err error) {
	n := of.size()
	exact := s.exact()
	if !exact {
		need = most // counting is looking
	}
	if n == 0 || need == 0 {
		return nil, Count{N: n}, nil
	}
	w := &walk{view: s.view, left: of, n: n, day: int(s.span.last.Load()), first: int(s.span.first.Load())}
	w.aim()
	tried := 0
	for len(found) < need && tried < tries {
		batch, err := w.next()
		if err != nil {
			return nil, count, err
		}
		if batch == nil {
			break
		}
		for _, p := range batch {
			if len(found) == need || tried == tries {
				break
			}
			if tried++; !exact {
				if err := s.ctx.Err(); err != nil {
					return nil, count, err
				}
				ok, err := s.has(p)
				if err != nil {
					return nil, count, err
				}
				if !ok {
					continue
				}
			}
			found = append(found, p)
		}
	}
	if exact {
		return found, Count{N: n}, nil
	}
	return found, Count{N: len(found), More: tried < n}, nil
}

// walk goes through a set from its newest documents to its oldest.
type walk struct {
	view  *view
	left  set
	n     int
	day   int // the newest day that was not looked at yet
	first int
	level int
	steps int
	done  bool
}

// aim chooses runs that have about as many hits as are wanted if hits are
// spread evenly.
func (w *walk) aim() {
	days := max(1, w.day-w.first+1)
	for w.level < levels-1 && w.n*width(w.level)/days < aim {
		w.level++
	}
}

// next answers the next documents, newest first; nil at the end.
func (w *walk) next() ([]place, error) {
	if w.done {
		return nil, nil
	}
	if w.n <= few {
		w.done = true
		return w.inOrder(w.left)
	}
	for w.steps < runSteps && w.day >= w.first {
		w.steps++
		run, err := w.view.having(fieldFilter, runOf(w.level, w.day))
		if err != nil {
			return nil, err
		}
		hits := w.left.and(run)
		size := hits.size()
		if size > few && w.level > 0 {
			w.level--
			continue
		}
		start := w.day - w.day%width(w.level)
		list, err := w.inOrder(hits.upTo(few))
		if err != nil {
			return nil, err
		}
		before := w.day
		w.day = start - 1
		if size < aim/2 && w.level < levels-1 {
			w.level++
		}
		// A wider run begins with days that were looked at already.
		list = slices.DeleteFunc(list, func(p place) bool { return p.day() > before })
		if len(list) > 0 {
			return list, nil
		}
	}
	w.done = true
	return nil, nil
}

func (w *walk) inOrder(s set) ([]place, error) {
	list, err := w.view.places(s)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b place) int { return strings.Compare(b.id, a.id) })
	return list, nil
}

// upTo is at most n of a set: of more hits than that on one day, which are
// shown is left to chance.
func (s set) upTo(n int) set {
	if s.size() <= n {
		return s
	}
	some := make(set, len(s))
	for i, b := range s {
		if b == nil || n == 0 {
			continue
		}
		if size := int(b.GetCardinality()); size <= n { //nolint:gosec // at most 2^32
			some[i], n = b, n-size
			continue
		}
		b = b.Clone()
		last, _ := b.Select(uint32(n)) //nolint:gosec // n is below few
		b.RemoveRange(uint64(last), 1<<32)
		some[i], n = b, 0
	}
	return some
}
