package figures

import (
	"cmp"
	"maps"
	"slices"
	"unique"

	"rectify/feedback"
)

// times are how long things took under one limit, and how often.
type times struct {
	limit          int
	all, within    map[int]int // by days; within: before the first limit
	extended, late int
}

func timesOf(by map[unique.Handle[feedback.Term]]*times, term unique.Handle[feedback.Term]) *times {
	x := by[term]
	if x == nil {
		x = &times{limit: term.Value().Days, all: make(map[int]int), within: make(map[int]int)}
		by[term] = x
	}
	return x
}

func (x *times) add(days int, late, extended bool) {
	x.all[days]++
	switch {
	case late:
		x.late++
	case extended && days > x.limit:
		x.extended++
	default:
		x.within[min(days, x.limit)]++ // a holiday that was announced later may have moved the limit
	}
}

// spreads orders them: the longest limit first.
func spreads(by map[unique.Handle[feedback.Term]]*times) []Spread {
	var list []Spread
	for term, x := range by {
		list = append(list, x.spread(term.Value()))
	}
	slices.SortFunc(list, func(a, b Spread) int {
		return cmp.Or(cmp.Compare(a.Term.Clock, b.Term.Clock), cmp.Compare(b.Term.Days, a.Term.Days))
	})
	return list
}

func (x *times) spread(t feedback.Term) Spread {
	s := Spread{Term: t, Bounds: bounds(t.Days), Extended: x.extended, Late: x.late}
	s.In = make([]int, len(s.Bounds))
	for days, n := range x.within {
		i, _ := slices.BinarySearch(s.Bounds, days)
		s.In[i] += n
	}
	for _, n := range x.all {
		s.Total += n
	}
	s.Median, s.Ninth = x.quantile(s.Total, 5), x.quantile(s.Total, 9)
	return s
}

// quantile is the least number of days in which tenths of all were done.
func (x *times) quantile(total, tenths int) int {
	sum := 0
	for _, days := range slices.Sorted(maps.Keys(x.all)) {
		if sum += x.all[days]; sum*10 >= total*tenths {
			return days
		}
	}
	return 0
}

// bounds cut a limit at an eighth, a quarter and a half of it: four columns at
// most, whatever the limit.
func bounds(limit int) []int {
	list := []int{(limit + 7) / 8, (limit + 3) / 4, (limit + 1) / 2, limit}
	return slices.Compact(list)
}
