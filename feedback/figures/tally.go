package figures

import (
	"unique"

	"rectify/feedback"
)

// tally is where facts are counted.
type tally struct {
	Figures
	span           span
	today          day
	notices, items map[Place]int
	accept, answer map[unique.Handle[feedback.Term]]*times
}

func newTally(s span, today day) *tally {
	t := &tally{
		span: s, today: today, notices: make(map[Place]int), items: make(map[Place]int),
		accept: make(map[unique.Handle[feedback.Term]]*times), answer: make(map[unique.Handle[feedback.Term]]*times),
	}
	for _, c := range feedback.Channels() {
		t.Channels = append(t.Channels, Count{Key: string(c)})
	}
	for _, c := range feedback.Categories() {
		t.Categories = append(t.Categories, Count{Key: string(c)})
		if c != feedback.Clue {
			t.Kept = append(t.Kept, Kept{Key: string(c)})
		}
	}
	return t
}

// add counts one submission wherever it belongs.
func (t *tally) add(f *fact) {
	came := t.span.holds(f.received)
	switch f.fate {
	case merged:
		t.Merged += one(came)
		return
	case spam:
		t.Spam += one(came)
		return
	case held:
		t.Held += one(came)
		return
	}
	if came {
		t.volume(f)
	}
	t.standing(f)
	if f.fate == clue {
		return
	}
	if t.span.holds(f.decided) {
		timesOf(t.accept, f.accept).add(int(f.used), f.late, false)
	}
	for i := range f.turns {
		t.turn(f, &f.turns[i])
	}
	if t.span.holds(f.rated) {
		for i, m := range f.marks {
			if m > 0 {
				t.Rating[i][m-1]++
			}
		}
	}
}

func (t *tally) volume(f *fact) {
	t.Received++
	if i := int(f.channel) - 1; i >= 0 {
		t.Channels[i].N++
	}
	if i := int(f.category) - 1; i >= 0 {
		t.Categories[i].N++
	}
	var p Place
	if f.fate != clue {
		p = f.place.Value()
	}
	t.items[p]++
	p.Item = ""
	t.notices[p]++
}

// turn counts one answer: by when it was given, and by when it fell due.
func (t *tally) turn(f *fact, x *turn) {
	late := x.at > x.due && !x.paused
	if x.how == answered && t.span.holds(x.at) {
		timesOf(t.answer, x.term).add(int(x.used), late, x.extended)
	}
	if !t.span.holds(x.due) || x.due >= t.today {
		return // a day counts when it is over
	}
	if x.how != answered && (x.paused || (x.how == lapsed && x.at <= x.due)) {
		return // nothing was owed on that day
	}
	k := &t.Extended
	if !x.extended {
		i := int(f.category) - 1
		if i < 0 || i >= len(t.Kept) {
			return
		}
		k = &t.Kept[i] // clues come last and are not counted here
	}
	k.Due++
	switch {
	case x.how != answered:
		k.Unanswered++
	case late:
		k.Late++
	default:
		k.InTime++
	}
}

// standing counts what is open now.
func (t *tally) standing(f *fact) {
	x := &f.turns[len(f.turns)-1]
	if x.how != open {
		return
	}
	o := &t.Open
	o.Total++
	switch {
	case x.paused:
		o.Asked++
	case x.due == 0 || x.due >= t.today:
		o.InTime++
	default:
		o.Overdue++
	}
	o.Alarm += one(f.alarm != 0 && f.alarm < t.today)
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
