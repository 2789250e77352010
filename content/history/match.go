package history

import (
	"cmp"
	"slices"
	"strings"

	"rectify/content"
)

// node is a section or an item, with its own text and not its children's.
type node struct {
	id, number, title string
	text              string
	level             content.Level // 0: a section
	parent            int           // index of the node above, -1 for a section
	item              *content.Item // nil for a section
}

// nodes are the sections and items of a notice in document order.
func nodes(n *content.Notice) []node {
	var all []node
	var add func(*content.Item, int)
	add = func(it *content.Item, parent int) {
		all = append(all, node{it.ID, it.Number, bare(it.Heading, it.Number), joined(it.Body), it.Level, parent, it})
		here := len(all) - 1
		for _, c := range it.Children {
			add(c, here)
		}
	}
	for i := range n.Sections {
		s := &n.Sections[i]
		all = append(all, node{s.ID, s.Number, bare(s.Heading, s.Number), joined(s.Body), 0, -1, nil})
		here := len(all) - 1
		for _, it := range s.Items {
			add(it, here)
		}
	}
	return all
}

func bare(heading, number string) string {
	return strings.TrimLeft(strings.TrimPrefix(heading, number), " \t\u3000")
}

func joined(blocks []content.Block) string {
	texts := make([]string, len(blocks))
	for i, b := range blocks {
		texts[i] = b.Text
	}
	return strings.Join(texts, "\n\n")
}

// match answers for every new node which old one it is, or -1: first the same
// text under the same id, then the same text anywhere, then what is alike, and
// in the end the same id, which is stable whatever the text says now.
func match(old, new []node) []int {
	m := &matching{old: old, new: new, was: make([]int, len(new)), taken: make([]bool, len(old))}
	for i := range m.was {
		m.was[i] = -1
	}
	m.by(func(n node) string { return n.kind() + n.id + "\x00" + n.title + "\x00" + n.text })
	m.by(func(n node) string {
		if n.title == "" && n.text == "" {
			return ""
		}
		return n.kind() + n.title + "\x00" + n.text
	})
	m.alike()
	m.by(func(n node) string { return n.kind() + n.id })
	return m.was
}

func (n node) kind() string {
	if n.item == nil {
		return "s\x00"
	}
	return "i\x00"
}

type matching struct {
	old, new []node
	was      []int  // by new node
	taken    []bool // by old node
}

// by pairs what is left and has the same key, in document order; an empty key
// is none.
func (m *matching) by(key func(node) string) {
	waiting := make(map[string][]int)
	for i, n := range m.old {
		if k := key(n); !m.taken[i] && k != "" {
			waiting[k] = append(waiting[k], i)
		}
	}
	for i, n := range m.new {
		if m.was[i] >= 0 {
			continue
		}
		if k := key(n); len(waiting[k]) > 0 {
			m.take(i, waiting[k][0])
			waiting[k] = waiting[k][1:]
		}
	}
}

func (m *matching) take(new, old int) {
	m.was[new], m.taken[old] = old, true
}

// alike pairs what is left by likeness, the most alike first.
func (m *matching) alike() {
	var before, after []int
	for i := range m.old {
		if !m.taken[i] {
			before = append(before, i)
		}
	}
	for i := range m.new {
		if m.was[i] < 0 {
			after = append(after, i)
		}
	}
	texts := func(all []node, which []int) []string {
		out := make([]string, len(which))
		for k, i := range which {
			out[k] = all[i].title + "\n" + all[i].text
		}
		return out
	}
	for _, p := range pairs(texts(m.old, before), texts(m.new, after), func(i, j int) float64 {
		a, b := m.old[before[i]], m.new[after[j]]
		switch {
		case a.kind() != b.kind():
			return -2
		case a.id == b.id:
			return 0.2
		}
		return 0
	}) {
		m.take(after[p.new], before[p.old])
	}
}

// leastAlike is how much of two texts must agree for one to be a rewording of
// the other; maxPairs bounds how many are tried.
const (
	leastAlike = 0.5
	maxPairs   = 40_000
)

type pair struct {
	old, new int
	score    float64
}

// pairs joins the texts that are alike, the most alike first; favour is added to
// the likeness of two.
func pairs(old, new []string, favour func(i, j int) float64) []pair {
	if len(old)*len(new) > maxPairs {
		return nil
	}
	grams := func(texts []string) []map[[2]rune]int {
		out := make([]map[[2]rune]int, len(texts))
		for i, t := range texts {
			out[i] = bigrams(t)
		}
		return out
	}
	a, b := grams(old), grams(new)
	var all []pair
	for i := range a {
		for j := range b {
			if s := likeness(a[i], b[j]); s >= leastAlike {
				all = append(all, pair{i, j, s + favour(i, j)})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y pair) int { return cmp.Compare(y.score, x.score) })
	gone, come := make([]bool, len(old)), make([]bool, len(new))
	var chosen []pair
	for _, p := range all {
		if p.score >= 0 && !gone[p.old] && !come[p.new] {
			gone[p.old], come[p.new] = true, true
			chosen = append(chosen, p)
		}
	}
	return chosen
}

// maxGrams bounds how much of a text counts for its likeness.
const maxGrams = 2000

func bigrams(s string) map[[2]rune]int {
	grams := make(map[[2]rune]int)
	last, n := rune(0), 0
	for _, r := range s {
		grams[[2]rune{last, r}]++
		last = r
		if n++; n == maxGrams {
			break
		}
	}
	return grams
}

// likeness is Dice's coefficient: 0 for nothing in common, 1 for the same.
func likeness(a, b map[[2]rune]int) float64 {
	common, total := 0, 0
	for g, k := range a {
		common += min(k, b[g])
		total += k
	}
	for _, k := range b {
		total += k
	}
	if total == 0 {
		return 0
	}
	return 2 * float64(common) / float64(total)
}

// moved marks the new nodes that stand under another parent than before, or in
// another order among those that stayed under theirs.
func moved(old, new []node, was []int) []bool {
	out := make([]bool, len(new))
	under := make(map[int][]int) // new parent → children that stayed under it
	for i, o := range was {
		if o < 0 {
			continue
		}
		above, before := new[i].parent, old[o].parent
		switch {
		case above < 0 && before < 0, above >= 0 && before >= 0 && was[above] == before:
			under[above] = append(under[above], i)
		default:
			out[i] = true
		}
	}
	for _, children := range under {
		order := make([]int, len(children))
		for k, i := range children {
			order[k] = was[i]
		}
		for k, stays := range rising(order) {
			out[children[k]] = !stays
		}
	}
	return out
}

// rising marks the longest run of values that stand in rising order, by patience
// sorting; the rest was moved.
func rising(values []int) []bool {
	var tops []int // index of the smallest end of a run of each length
	before := make([]int, len(values))
	for i, v := range values {
		at, _ := slices.BinarySearchFunc(tops, v, func(top, v int) int { return cmp.Compare(values[top], v) })
		before[i] = -1
		if at > 0 {
			before[i] = tops[at-1]
		}
		if at == len(tops) {
			tops = append(tops, i)
		}
		tops[at] = i
	}
	stays := make([]bool, len(values))
	if len(tops) == 0 {
		return stays
	}
	for i := tops[len(tops)-1]; i >= 0; i = before[i] {
		stays[i] = true
	}
	return stays
}
