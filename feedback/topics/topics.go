package topics

import (
	"cmp"
	"slices"
	"time"

	"rectify/feedback/calendar"
)

// Bounds of one counting.
const (
	MaxTexts   = 20_000 // the newest are read
	MaxMonths  = 12
	maxRunes   = 400 // of one text
	maxTerms   = 40
	maxGroups  = 8
	recentDays = 28
)

// Least is from how many texts on a word is told: below it, it would tell of
// single people.
const Least = 5

// Topics is what was written about.
type Topics struct {
	AsOf   time.Time
	Months []calendar.Day // the first day of each, oldest first
	Texts  int            // how many were counted; those that are nearly equal, in one month, as one
	From   calendar.Day   // the oldest of them; empty: there are none
	Full   bool           // there were more than MaxTexts; older ones were not read
	Recent int            // of Texts, in the last 28 days
	Before int            // in the 28 days before those
	Terms  []Term         // the most frequent first
	Groups []Group        // likewise
}

// Term (用词) is one word with how many texts it stands in.
type Term struct {
	Text   string
	Months []int // beside Topics.Months
	Total  int
	Recent int // in the last 28 days
	Before int // in the 28 days before those
	Place  Place
}

// Group (主题) is words that stand in the same texts.
type Group struct {
	Terms  []string // the most frequent first
	Months []int
	Total  int // texts that have any of them
	Recent int
	Before int
	Place  Place
}

// Place is what most texts of a word are about, of those that name anything, and
// how many of them; empty when none does.
type Place struct {
	Notice, Item string
	N            int
}

// Count makes topics of texts, as they stand on a day.
func Count(texts []Text, today calendar.Day) Topics {
	t := Topics{Months: months(today), Texts: len(texts)}
	for _, x := range texts {
		if t.From == "" || x.day < t.From {
			t.From = x.day
		}
		age := x.day.DaysUntil(today)
		t.Recent, t.Before = t.Recent+one(age < recentDays), t.Before+one(age >= recentDays && age < 2*recentDays)
	}
	found := tellingOnly(words(texts), len(texts))
	found = found[:min(len(found), maxTerms)]
	for _, w := range found {
		g := t.group(texts, w.in, today)
		t.Terms = append(t.Terms, Term{Text: w.text, Months: g.Months, Total: g.Total, Recent: g.Recent, Before: g.Before, Place: g.Place})
	}
	for _, together := range joined(found) {
		g := t.group(texts, union(together), today)
		for _, w := range together {
			g.Terms = append(g.Terms, w.text)
		}
		t.Groups = append(t.Groups, g)
	}
	slices.SortStableFunc(t.Groups, func(a, b Group) int { return cmp.Compare(b.Total, a.Total) })
	t.Groups = t.Groups[:min(len(t.Groups), maxGroups)]
	return t
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Rising reports whether a word came more than half as often again as before,
// held to how much came in all.
func (t *Topics) Rising(x Term) bool {
	return x.Recent >= 2*Least && x.Recent*2*max(t.Before, 1) > 3*max(x.Before, Least)*max(t.Recent, 1)
}

// months are the first days of the last ones, the running one among them.
func months(today calendar.Day) []calendar.Day {
	first := today.Add(1 - today.Time().Day())
	list := make([]calendar.Day, MaxMonths)
	for i := range list {
		list[i] = calendar.AddMonths(first, i-MaxMonths+1)
	}
	return list
}

// group counts some of the texts.
func (t *Topics) group(texts []Text, in []int, today calendar.Day) Group {
	g := Group{Months: make([]int, len(t.Months)), Total: len(in)}
	places := make(map[Place]int)
	for _, i := range in {
		x := &texts[i]
		at, found := slices.BinarySearch(t.Months, x.day)
		if !found {
			at--
		}
		if at >= 0 {
			g.Months[at]++
		}
		age := x.day.DaysUntil(today)
		g.Recent, g.Before = g.Recent+one(age < recentDays), g.Before+one(age >= recentDays && age < 2*recentDays)
		if x.notice != "" {
			places[Place{Notice: x.notice, Item: x.item}]++
		}
	}
	for p, n := range places {
		if p.N = n; n > g.Place.N || n == g.Place.N && p.Notice+"\x00"+p.Item < g.Place.Notice+"\x00"+g.Place.Item {
			g.Place = p
		}
	}
	return g
}

// union are the texts that have any of the words.
func union(list []word) []int {
	var in []int
	for _, w := range list {
		in = append(in, w.in...)
	}
	slices.Sort(in)
	return slices.Compact(in)
}

// together is the share of the rarer word's texts that have the other one too,
// from which on two words make a group.
const together = 0.5

// joined are groups of at least two words that stand in the same texts.
func joined(list []word) [][]word {
	head := make([]int, len(list))
	for i := range head {
		head[i] = i
	}
	root := func(i int) int {
		for head[i] != i {
			i = head[i]
		}
		return i
	}
	for i := range list {
		for j := range i {
			n := common(list[i].in, list[j].in)
			if least := min(len(list[i].in), len(list[j].in)); n >= Least && float64(n) >= together*float64(least) {
				a, b := root(i), root(j)
				head[max(a, b)] = min(a, b)
			}
		}
	}
	by := make(map[int][]word)
	var order []int
	for i, w := range list {
		r := root(i)
		if by[r] == nil {
			order = append(order, r)
		}
		by[r] = append(by[r], w)
	}
	var groups [][]word
	for _, r := range order {
		if len(by[r]) > 1 {
			groups = append(groups, by[r])
		}
	}
	return groups
}

// common is how many two ordered lists share.
func common(a, b []int) (n int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n++
			i++
			j++
		}
	}
	return n
}
