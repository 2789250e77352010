package search

import (
	"slices"
	"strings"
)

// Bounds of the work for one kind of hit.
const (
	counted  = 100  // so many are counted where counting is reading
	tries    = 2000 // so many candidates are read at most
	runSteps = 200  // so many runs of days are looked at
	dayMost  = 1200 // so many documents of one day are put in order
)

// newest answers the newest hits of a set, so many that place last of the list
// is among them and one more, and how many there are: told exactly where the
// terms decide, else as far as was read. With last 0 nothing is listed.
func (s *asking) newest(of set, last int) (found []place, count Count, err error) {
	n, need := of.size(), min(last+1, most)
	exact := s.exact()
	if !exact {
		need = min(max(counted, need), most)
	}
	if n == 0 || (exact && last == 0) {
		return nil, Count{N: n}, nil
	}
	w := newWalk(s.view, of, n, need, s.span)
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
			tried++
			ok, err := s.has(p)
			if err != nil {
				return nil, count, err
			}
			if ok {
				found = append(found, p)
			}
		}
	}
	if exact {
		return found, Count{N: n}, nil
	}
	return found, Count{N: len(found), More: tried < n}, nil
}

// walk goes through a set from its newest documents to its oldest, run of days
// by run of days.
type walk struct {
	view  *view
	left  set
	n     int
	want  int // hits that a run should have
	day   int // the newest day that was not looked at yet
	first int
	level int
	steps int
	done  bool
}

// newWalk begins with runs that have about as many hits as are needed if hits
// are spread evenly.
func newWalk(v *view, s set, n, need int, over *span) *walk {
	w := &walk{view: v, left: s, n: n, want: need + need/2, day: int(over.last.Load()), first: int(over.first.Load())}
	days := max(1, w.day-w.first+1)
	for w.level < levels-1 && w.n*width(w.level)/days < w.want {
		w.level++
	}
	return w
}

// most of a run is read; what has more is looked at in shorter runs. Never more
// than of one day: which part of a day is listed must not depend on the page.
func (w *walk) most() int { return min(4*w.want, dayMost) }

// next answers the next documents, newest first; nil at the end.
func (w *walk) next() ([]place, error) {
	if w.done {
		return nil, nil
	}
	if w.n <= w.most() {
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
		if size > w.most() && w.level > 0 {
			w.level--
			continue
		}
		list, err := w.inOrder(hits.upTo(dayMost))
		if err != nil {
			return nil, err
		}
		before := w.day
		w.day -= w.day%width(w.level) + 1
		if size < w.want/2 && w.level < levels-1 {
			w.level++
		}
		// A longer run may begin with days that were looked at already.
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
		last, _ := b.Select(uint32(n)) //nolint:gosec // n is below dayMost
		b.RemoveRange(uint64(last), 1<<32)
		some[i], n = b, 0
	}
	return some
}
