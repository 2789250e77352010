package figures

import (
	"cmp"
	"slices"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/cursor"
)

// Pressing (三个月红线) is an open matter whose alarm has gone off or soon will.
type Pressing struct {
	Number feedback.Number
	Alarm  calendar.Day // late from the day after
	Clue   bool
}

// Pressing lists every open matter whose alarm lies before until, the earliest
// first, those suspected of being spam among them; false while not everything
// was read yet. Nothing makes the alarm stand still, so neither does it here.
func (b *Book) Pressing(until calendar.Day) (list []Pressing, read bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.asOf.IsZero() {
		return nil, false
	}
	if b.pressing.until != until || !b.pressing.asOf.Equal(b.asOf) { // every page of the desk asks
		b.pressing = pressed{until, b.asOf, b.press(until)}
	}
	return b.pressing.list, true
}

// pressed is an answer of Pressing with what it was asked for.
type pressed struct {
	until calendar.Day
	asOf  time.Time
	list  []Pressing
}

func (b *Book) press(until calendar.Day) (list []Pressing) {
	limit := dayOf(until)
	for f := range b.all() {
		if f.turns[len(f.turns)-1].how == open && f.alarm != 0 && f.alarm < limit {
			at := time.Unix(int64(f.alarm)*24*60*60, 0).UTC()
			list = append(list, Pressing{cursor.Number(f.serial), calendar.Day(at.Format(time.DateOnly)), int(f.category) == 1+slices.Index(feedback.Categories(), feedback.Clue)})
		}
	}
	slices.SortFunc(list, func(a, b Pressing) int { return cmp.Or(cmp.Compare(a.Alarm, b.Alarm), cmp.Compare(a.Number, b.Number)) })
	return list
}
