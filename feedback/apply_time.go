package feedback

import "rectify/feedback/calendar"

// Extend proposes to move the answer limit, once (延期).
type Extend struct {
	Days   int
	Reason string
}

// Grant lets a proposed extension take effect; it takes a second person.
type Grant struct{}

// Decline refuses a proposed extension, or takes it back (不同意延期). Note says
// why; another one may be proposed.
type Decline struct{ Note string }

// Redate counts the limits of an open matter anew, by the calendar as it stands
// (重新计算时限). Why says what changed; the sender sees it.
type Redate struct{ Why string }

// Act names the row of each action in the table of moves.
func (Extend) Act() Act  { return ActExtend }
func (Grant) Act() Act   { return ActGrant }
func (Decline) Act() Act { return ActDecline }
func (Redate) Act() Act  { return ActRedate }

func (a Extend) apply(w *work) error {
	if w.s.Extension != nil {
		return ErrMove
	}
	if a.Days < 1 || a.Days > w.clocks.Rules.Extension {
		return Invalid{Field: "days", Rule: "range", Args: []any{1, w.clocks.Rules.Extension}}
	}
	reason, err := words("reason", a.Reason, MaxNoteRunes, true)
	if err != nil {
		return err
	}
	w.s.Extension = &Extension{Days: a.Days, Reason: reason, By: w.who.ID, At: w.now}
	w.note = reason
	return nil
}

func (Grant) apply(w *work) error {
	x := w.s.Extension
	switch {
	case x == nil || x.Grant != "":
		return ErrMove
	case x.By == w.who.ID:
		return ErrSamePerson
	}
	granted := *x
	granted.Grant = w.who.ID
	w.s.Extension = &granted
	w.s.Limits.Answer = w.clocks.Limit(w.s.CountAnswer())
	return nil
}

func (a Decline) apply(w *work) error {
	x := w.s.Extension
	switch {
	case x == nil || x.Grant != "":
		return ErrMove
	case x.By != w.who.ID && !w.who.Has(Approver):
		return ErrRole
	}
	note, err := words("note", a.Note, MaxNoteRunes, true)
	if err != nil {
		return err
	}
	w.s.Extension, w.note = nil, note
	return nil
}

// Shift is one limit that was counted anew. From and To are equal where only
// its being provisional ended or began.
type Shift struct {
	Limit       string       `json:"limit"` // moderate, accept, answer
	From        calendar.Day `json:"from"`
	To          calendar.Day `json:"to"`
	Provisional bool         `json:"provisional,omitempty"` // To may move again
}

// apply leaves alone what was met: it keeps the date that it was held to.
func (a Redate) apply(w *work) error {
	why, err := words("why", a.Why, MaxNoteRunes, false)
	if err != nil {
		return err
	}
	l := &w.s.Limits
	if w.s.State == Received {
		w.shift("moderate", &l.Moderate, w.s.CountModerate())
	}
	if w.s.AcceptedAt.IsZero() {
		w.shift("accept", &l.Accept, w.s.CountAccept())
	}
	w.shift("answer", &l.Answer, w.s.CountAnswer())
	if len(w.moved) == 0 {
		return ErrMove
	}
	w.note = why
	return nil
}

func (w *work) shift(name string, l *Limit, x Count) {
	now := w.clocks.Limit(x)
	if now != *l {
		w.moved = append(w.moved, Shift{Limit: name, From: l.Day, To: now.Day, Provisional: now.Provisional})
		*l = now
	}
}
