package figures

import (
	"iter"
	"maps"
	"sync"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/cursor"
)

// Book holds a fact of every submission in memory: some 150 bytes each, so 150 MB
// for a million. Every copy of the site keeps its own; nothing of it is stored.
type Book struct {
	mu    sync.RWMutex
	facts []fact
	at    map[int64]int // where in facts, by serial
	asOf  time.Time     // zero: not everything was read yet
	first day           // of receipt, of all
	fresh bool          // something was taken in since the last settling
	made  map[made]Figures
	desk  map[bool]Desk // with clues, and without
	done  map[Place]calendar.Day

	pressing pressed // as it was asked for last
}

// made is what figures that were counted once are kept under.
type made struct {
	key   string
	today calendar.Day
}

// maxMade bounds how many figures are kept until something changes.
const maxMade = 200

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
	if b.asOf.Equal(asOf) && len(b.made) < maxMade {
		b.made[asked] = f
	}
	return f, true
}

// Desk is what the desk sees, with or without clues; false while not everything
// was read yet. It was counted when the store was read last: nobody waits for it.
func (b *Book) Desk(clues bool) (Desk, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	d, known := b.desk[clues]
	return d, known
}

// First is the first year of which there is anything; false when there is
// nothing at all.
func (b *Book) First() (year int, some bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.first == 0 {
		return 0, false
	}
	return b.first.calendar().Year(), true
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
		if f.received != 0 && (b.first == 0 || f.received < b.first) {
			b.first = f.received
		}
		if i, known := b.at[f.serial]; known {
			b.fresh = b.fresh || b.facts[i].rev != f.rev
			b.facts[i] = f
			continue
		}
		b.fresh, b.at[f.serial] = true, len(b.facts)
		b.facts = append(b.facts, f)
	}
}

// settle makes what was read the ground of figures. What was counted of the same
// submissions still holds, and is only told for a later moment.
func (b *Book) settle(asOf time.Time, done map[Place]calendar.Day) {
	today := calendar.On(asOf)
	b.mu.RLock()
	same := !b.fresh && b.desk[true].Today == today && maps.Equal(done, b.done)
	desk := make(map[bool]Desk)
	for _, clues := range []bool{true, false} {
		if desk[clues] = b.desk[clues]; !same {
			desk[clues] = deskOf(b.all(), today, clues, done)
		}
		d := desk[clues]
		d.AsOf = asOf
		desk[clues] = d
	}
	b.mu.RUnlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := make(map[made]Figures)
	for key, f := range b.made {
		if same {
			f.AsOf = asOf
			kept[key] = f
		}
	}
	b.asOf, b.made, b.desk, b.done, b.fresh = asOf, kept, desk, done, false
}

// stir lets everything be counted anew when it is settled next.
func (b *Book) stir() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fresh = true
}

// has reports whether a submission was read at a revision, or a later one.
func (b *Book) has(n feedback.Number, rev int64) bool {
	serial, ok := cursor.Serial(n)
	b.mu.RLock()
	defer b.mu.RUnlock()
	i, known := b.at[serial]
	return ok && known && b.facts[i].rev >= revOf(rev)
}
