package figures

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// Desk is what those who answer see of their work. Suspected ones stand nowhere
// in it until somebody has looked, as in the queue. Of a place only what may be
// told of it counts: without clues, where they are left out.
type Desk struct {
	Today     calendar.Day
	AsOf      time.Time // up to when the store was read; set by a Book
	All       Load
	People    []Load   // who has most in hand first; what nobody is in charge of under ""
	FollowUps []Turned // where people asked again in the last year, the most first
	Again     []Again  // 回头看: called done, and spoken of since; the most first
}

// Load (在办) is the work in one hand.
type Load struct {
	Owner    string
	Open     int
	Overdue  int // the limit that is owed next is over, as in the queue
	Soon     int // it is today, tomorrow or the day after
	Asked    int // a question to the sender is open
	Drafted  int // a draft waits for approval
	Oldest   int // days since the oldest of them came, or was taken up again
	Answered int // answers in the last 28 days
	Ages     []Age
	Ahead    []Ahead
}

// Age (办理时长) is how many have waited from one day on up to another, since
// they came or were taken up again.
type Age struct {
	From, To int // days; To 0: without end
	InTime   int
	Overdue  int
}

// Ahead (到期预测) is what falls due on some days, both of them among them. From
// is empty where everything before is meant, To where everything after is.
type Ahead struct {
	From, To calendar.Day
	N        int
}

// Turned (追问) is how often people came back about a place.
type Turned struct {
	Place     Place
	Received  int // came in the last year
	FollowUps int // of the last year, about whatever came when
	Reviews   int
	LookBacks int
}

// Sum is how often in all the matter was taken up again.
func (t Turned) Sum() int { return t.FollowUps + t.Reviews + t.LookBacks }

// Again (回头看线索) is a leaf that its notice calls done and that people have
// spoken of since.
type Again struct {
	Place     Place
	Done      calendar.Day // since when
	New       int          // came after that day, praise apart
	FollowUps int          // taken up again after that day
	Unsolved  int          // ratings after that day that say: not solved
	Last      calendar.Day // of all these
}

// Sum is how many voices there are in all.
func (a Again) Sum() int { return a.New + a.FollowUps + a.Unsolved }

// How far back and ahead the desk looks, in days.
const (
	soon      = 2
	lately    = 28
	lastYear  = 365
	aheadDays = 14
	aheadWeek = 8 // weeks after those days
)

// praise is the category of what is no complaint, as a fact has it.
var praise = uint8(1 + slices.Index(feedback.Categories(), feedback.Praise))

// ages are the first days of the bands of Age.
func ages() []int { return []int{0, 3, 6, 16, 31, 61, 91} }

// deskOf counts for the desk.
func deskOf(facts iter.Seq[*fact], today calendar.Day, clues bool, done map[Place]calendar.Day) Desk {
	c := &deskCount{
		today: dayOf(today), clues: clues, done: make(map[Place]day, len(done)),
		people: make(map[string]*hand), turned: make(map[Place]*Turned), again: make(map[Place]*voices),
	}
	for p, d := range done {
		c.done[p] = dayOf(d)
	}
	for f := range facts {
		c.add(f)
	}
	return c.desk(today)
}

// deskCount is where facts are counted for the desk.
type deskCount struct {
	today  day
	clues  bool
	done   map[Place]day
	all    hand
	people map[string]*hand
	turned map[Place]*Turned
	again  map[Place]*voices
}

// hand is a Load while it is counted.
type hand struct {
	Load
	ages  [8][2]int // in time, overdue
	ahead [aheadDays + aheadWeek + 2]int
}

// voices is an Again while it is counted.
type voices struct {
	Again
	last day
}

func (c *deskCount) add(f *fact) {
	if f.fate == merged || f.fate == spam || f.fate == held || (f.fate == clue && !c.clues) {
		return
	}
	c.work(f)
	if p := f.place.Value(); p.Notice != "" {
		c.turns(f, p)
		c.voices(f, p)
	}
}

// work counts what is in hand, and what was answered lately.
func (c *deskCount) work(f *fact) {
	answers := 0
	for i := range f.turns {
		if x := &f.turns[i]; x.how == answered && x.at+lately > c.today {
			answers++
		}
	}
	if !f.waiting && answers == 0 {
		return
	}
	owner := f.owner.Value()
	h := c.people[owner]
	if h == nil {
		h = &hand{}
		h.Owner = owner
		c.people[owner] = h
	}
	for _, h := range []*hand{h, &c.all} {
		h.Answered += answers
		if f.waiting {
			h.open(f, c.today)
		}
	}
}

func (h *hand) open(f *fact, today day) {
	h.Open++
	over := f.next != 0 && f.next < today
	h.Overdue += one(over)
	h.Soon += one(f.next >= today && f.next <= today+soon)
	h.Asked += one(f.asked)
	h.Drafted += one(f.drafted)
	age := int(max(today, f.turns[len(f.turns)-1].begun) - f.turns[len(f.turns)-1].begun)
	h.Oldest = max(h.Oldest, age)
	band := 0
	for i, from := range ages() {
		if age >= from {
			band = i
		}
	}
	h.ages[band][one(over)]++
	h.ahead[slot(f.next, today)]++
}

// slot is where a limit stands among Ahead: before today, each of some days,
// each of some weeks, and all later ones.
func slot(due, today day) int {
	switch n := int(due) - int(today); {
	case due == 0:
		return aheadDays + aheadWeek + 1
	case n < 0:
		return 0
	case n < aheadDays:
		return 1 + n
	default:
		return min(1+aheadDays+(n-aheadDays)/7, aheadDays+aheadWeek+1)
	}
}

// turns counts how often people came back about a place in the last year.
func (c *deskCount) turns(f *fact, p Place) {
	came := f.received+lastYear > c.today
	t := c.turned[p]
	if t == nil {
		t = &Turned{Place: p}
		c.turned[p] = t
	}
	t.Received += one(came)
	for i := range f.turns {
		x := &f.turns[i]
		if x.begun+lastYear <= c.today {
			continue
		}
		t.FollowUps += one(x.why == followed)
		t.Reviews += one(x.why == reviewed)
		t.LookBacks += one(x.why == lookBack)
	}
}

// voices counts what people said of a leaf after it was called done.
func (c *deskCount) voices(f *fact, p Place) {
	done, ok := c.done[p]
	if !ok {
		return
	}
	a := c.again[p]
	if a == nil {
		a = &voices{Again: Again{Place: p}}
		c.again[p] = a
	}
	heard := func(n *int, at day) {
		if at > done {
			*n++
			a.last = max(a.last, at)
		}
	}
	if f.category != praise {
		heard(&a.New, f.received)
	}
	for i := range f.turns {
		if x := &f.turns[i]; x.why == followed || x.why == reviewed {
			heard(&a.FollowUps, x.begun)
		}
	}
	if f.marks[0] == 1 {
		heard(&a.Unsolved, f.rated)
	}
}

// desk is the sum of everything.
func (c *deskCount) desk(today calendar.Day) Desk {
	d := Desk{Today: today, All: c.all.load(today)}
	for _, h := range c.people {
		d.People = append(d.People, h.load(today))
	}
	slices.SortFunc(d.People, func(a, b Load) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.Answered, a.Answered), cmp.Compare(a.Owner, b.Owner))
	})
	for _, t := range c.turned {
		if t.Sum() > 0 {
			d.FollowUps = append(d.FollowUps, *t)
		}
	}
	slices.SortFunc(d.FollowUps, func(a, b Turned) int { return cmp.Or(cmp.Compare(b.Sum(), a.Sum()), a.Place.compare(b.Place)) })
	for p, v := range c.again {
		if v.Sum() > 0 {
			v.Done, v.Last = c.done[p].calendar(), v.last.calendar()
			d.Again = append(d.Again, v.Again)
		}
	}
	slices.SortFunc(d.Again, func(a, b Again) int { return cmp.Or(cmp.Compare(b.Sum(), a.Sum()), a.Place.compare(b.Place)) })
	return d
}

func (h *hand) load(today calendar.Day) Load {
	l := h.Load
	for i, from := range ages() {
		a := Age{From: from, InTime: h.ages[i][0], Overdue: h.ages[i][1]}
		if i+1 < len(ages()) {
			a.To = ages()[i+1] - 1
		}
		l.Ages = append(l.Ages, a)
	}
	l.Ahead = append(l.Ahead, Ahead{To: today.Add(-1), N: h.ahead[0]})
	for i := range aheadDays {
		l.Ahead = append(l.Ahead, Ahead{From: today.Add(i), To: today.Add(i), N: h.ahead[1+i]})
	}
	from := today.Add(aheadDays)
	for i := range aheadWeek {
		l.Ahead = append(l.Ahead, Ahead{From: from, To: from.Add(6), N: h.ahead[1+aheadDays+i]})
		from = from.Add(7)
	}
	l.Ahead = append(l.Ahead, Ahead{From: from, N: h.ahead[len(h.ahead)-1]})
	return l
}
