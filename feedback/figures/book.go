package figures

import (
	"iter"
	"sync"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/cursor"
)

// Book holds a fact of every submission in memory: some 130 bytes each, so 130 MB
// for a million. Every copy of the site keeps its own; nothing of it is stored.
type Book struct {
	mu    sync.RWMutex
	facts []fact
	at    map[int64]int // where in facts, by serial
	asOf  time.Time     // zero: not everything was read yet
	made  map[made]Figures

	pressing pressed // as it was asked for last
}

// made is what figures that were counted once are kept under.
type made struct {
	key   string
	today calendar.Day
}

// Figures are the counts of a period; false while not everything was read yet.
func (b *Book) Figures(p Period, today calendar.Day) (Figures, bool) {
	asked := made{p.Key, today}
	b.mu.RLock()
	f, known := b.made[asked]
	asOf := b.asOf
	if !known && !asOf.IsZero() {
		f = sum(b.all(), p, today)
		f.AsOf = asOf
	}
	b.mu.RUnlock()
	if known || asOf.IsZero() {
		return f, known
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.asOf.Equal(asOf) {
		b.made[asked] = f
	}
	return f, true
}

// First is the first year of which there is anything; false when there is
// nothing at all.
func (b *Book) First() (year int, some bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	first := day(0)
	for f := range b.all() {
		if first == 0 || f.received < first {
			first = f.received
		}
	}
	return time.Unix(int64(first)*24*60*60, 0).UTC().Year(), first != 0
}

func (b *Book) all() iter.Seq[*fact] {
	return func(yield func(*fact) bool) {
		for i := range b.facts {
			if !yield(&b.facts[i]) {
				return
			}
		}
	}
}

// take puts down what is kept of some submissions, in place of what was.
func (b *Book) take(list []feedback.Submission, c feedback.Clocks) {
	facts := make([]fact, 0, len(list))
	for i := range list {
		if serial, ok := cursor.Serial(list[i].Number); ok {
			facts = append(facts, factOf(&list[i], serial, c))
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.at == nil {
		b.at = make(map[int64]int)
	}
	for _, f := range facts {
		if i, known := b.at[f.serial]; known {
			b.facts[i] = f
			continue
		}
		b.at[f.serial] = len(b.facts)
		b.facts = append(b.facts, f)
	}
}

// settle makes what was read the ground of figures.
func (b *Book) settle(asOf time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asOf, b.made = asOf, make(map[made]Figures)
}

// left are those that the book holds open and that are not among seen.
func (b *Book) left(seen map[int64]bool) []feedback.Number {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var list []feedback.Number
	for f := range b.all() {
		if f.fate != held && f.turns[len(f.turns)-1].how == open && !seen[f.serial] {
			list = append(list, cursor.Number(f.serial))
		}
	}
	return list
}
