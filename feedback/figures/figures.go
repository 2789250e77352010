package figures

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// Figures are the counts of one period. Each says by which day a submission
// falls into the period. A merged one counts with its target, one refused as
// spam nowhere, a suspected one from when somebody has looked at it; clues
// (问题线索) stand in totals only.
type Figures struct {
	Period Period
	Today  calendar.Day // how things stand is told for this day
	AsOf   time.Time    // up to when the store was read; set by a Book

	// By the day of receipt.
	Received   int
	Channels   []Count // in the order of feedback.Channels, with the empty ones
	Categories []Count // likewise
	Notices    []Count // the most first; clues stand with what is about no notice
	Items      []Count // likewise
	Merged     int
	Spam       int
	Held       int // suspected, to be looked at

	Accept []Spread // by the day of the decision to take it up or not
	Answer []Spread // by the day of the answer

	// By the day on which an answer fell due, once that day is over.
	Kept     []Kept // by category
	Extended Kept   // what was extended, apart

	Rating [3]Marks // solved, attitude, speed: by the day of the rating

	Open Open // now
}

// Count is how many there are of one kind: a channel or category by its Key, or
// a place. Rest is set of what few kinds together were made into.
type Count struct {
	Key   string
	Place Place
	Rest  bool
	N     int
}

// Spread (分布) is how long something took, counted on the clock of its limit.
type Spread struct {
	Term     feedback.Term
	Bounds   []int // days, ascending; the last one is the limit
	In       []int // how many took no longer than that, and longer than the bound before
	Extended int   // took longer, within a limit that was extended
	Late     int   // after the limit
	Total    int
	Median   int // days, as half of them took at most
	Ninth    int // days, as nine of ten took at most
}

// Kept (按期) is how answers stand to their limits: of all that fell due.
type Kept struct {
	Key        string
	Rest       bool
	Due        int
	InTime     int
	Late       int // answered, but after the limit
	Unanswered int
}

// Marks are the ratings of one kind: how many said bad, fair, good.
type Marks [3]int

// Total is how many said anything.
func (m Marks) Total() int { return m[0] + m[1] + m[2] }

// Open is what is being dealt with.
type Open struct {
	Total   int
	InTime  int
	Asked   int // a question to the sender is open, the clock stands still
	Overdue int
	Alarm   int // of all of them: more than three months without an answer, also where a question is open
}

// Recount makes the figures of a period from the submissions themselves.
func Recount(all iter.Seq[feedback.Submission], p Period, c feedback.Clocks, today calendar.Day) Figures {
	return sum(recount(all, c), p, today)
}

// RecountDesk makes the figures of the desk from the submissions themselves.
func RecountDesk(all iter.Seq[feedback.Submission], c feedback.Clocks, today calendar.Day, clues bool, done map[Place]calendar.Day) Desk {
	return deskOf(recount(all, c), today, clues, done)
}

func recount(all iter.Seq[feedback.Submission], c feedback.Clocks) iter.Seq[*fact] {
	return func(yield func(*fact) bool) {
		for s := range all {
			f := factOf(&s, 0, c)
			if !yield(&f) {
				return
			}
		}
	}
}

// sum counts facts.
func sum(facts iter.Seq[*fact], p Period, today calendar.Day) Figures {
	t := newTally(p.span(), dayOf(today))
	for f := range facts {
		t.add(f)
	}
	out := t.Figures
	out.Period, out.Today = p, today
	out.Notices, out.Items = ordered(t.notices), ordered(t.items)
	out.Accept, out.Answer = spreads(t.accept), spreads(t.answer)
	return out
}

// ordered lists counts of places, the most first.
func ordered(counts map[Place]int) []Count {
	list := make([]Count, 0, len(counts))
	for p, n := range counts {
		list = append(list, Count{Place: p, N: n})
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.N, a.N), a.Place.compare(b.Place))
	})
	return list
}
