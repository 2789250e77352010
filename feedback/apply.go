package feedback

import (
	"fmt"
	"slices"
	"time"
)

// Apply does action a to s for who at now and returns the new value, its
// revision untouched, with the event of it appended. It is the only place
// where a state changes; it reads no clock, store or chance, and s itself is
// not changed.
//
// Errors: ErrMove, ErrRole, ErrSamePerson, ErrDigest, ErrConsent, ErrClue,
// ErrTooLate, ErrFull, or an Invalid for a field of the action.
func (c Clocks) Apply(s Submission, a Action, who Actor, now time.Time) (Submission, error) {
	move, ok := MoveOf(a.Act())
	if !ok || !slices.Contains(move.From, s.State) {
		return s, fmt.Errorf("%s from %s: %w", a.Act(), s.State, ErrMove)
	}
	if err := allowed(move, &s, who); err != nil {
		return s, fmt.Errorf("%s: %w", move.Act, err)
	}
	if full(&s, who) && !ends(move) {
		return s, fmt.Errorf("%s: %w", move.Act, ErrFull)
	}
	now = now.UTC().Truncate(time.Millisecond)
	before := s
	w := &work{s: &s, who: who, now: now, clocks: c}
	if err := a.apply(w); err != nil {
		return before, err
	}
	if move.To != "" {
		s.State = move.To
	}
	s.Due, s.Ties = s.next(), s.ties()
	s.Events = grown(s.Events, Event{At: now, Act: move.Act, Kind: who.Kind, By: who.ID, From: before.State, To: s.State, Note: w.note, Moved: w.moved})
	s.owe()
	if w.relay {
		s.Relay = grown(s.Relay, len(s.Events)-1)
	}
	if faceChanged(&before, &s) {
		s.PublicAt = now
	}
	return s, nil
}

// allowed asks the roles of a move; an act without roles is the sender's own.
func allowed(m Move, s *Submission, who Actor) error {
	if s.Erased() {
		return ErrMove // nothing is written into it any more
	}
	if who.Kind == Citizen && slices.Contains(m.Roles, sender) {
		return nil // also of what was withdrawn
	}
	if m.Roles == nil {
		if who.Kind != Citizen {
			return ErrRole
		}
		if s.Withdrawn() {
			return ErrMove
		}
		return nil
	}
	if slices.Contains(m.Roles, program) {
		if who.Kind != System {
			return ErrRole
		}
		return nil
	}
	if !who.For(s.Notice, m.Roles...) || !who.MaySee(s) {
		return ErrRole
	}
	if s.Withdrawn() && m.Act != ActNote && m.Act != ActHeed && m.Act != ActUnpublish {
		return ErrMove
	}
	return nil
}

func (a Accept) apply(w *work) error {
	if a.Category != "" {
		if err := (Classify{a.Category}).apply(w); err != nil {
			return err
		}
	}
	if err := (Redact{Redactions: a.Redactions}).apply(w); err != nil {
		return err
	}
	w.note = string(a.Category)
	w.s.AcceptedAt, w.s.Suspect = w.now, nil
	return nil
}

func (a Reject) apply(w *work) error {
	if !slices.Contains(Rejections(), a.Reason) {
		return Invalid{Field: "reason", Rule: "required"}
	}
	note, err := words("note", a.Note, MaxNoteRunes, false)
	if err != nil {
		return err
	}
	w.s.Rejection, w.s.Draft, w.s.Amendment, w.s.Visibility, w.s.ClosedAt = a.Reason, nil, nil, Private, w.now
	w.note = note
	return nil
}

func (a Redact) apply(w *work) error {
	if err := checkRedactions(a.Redactions, w.s.Current()); err != nil {
		return err
	}
	if err := w.cleared(a.Cleared); err != nil {
		return err
	}
	w.s.Redactions = slices.Clone(a.Redactions)
	w.s.Moderated = w.now
	w.note = fmt.Sprint(len(a.Redactions))
	return nil
}

func (a Classify) apply(w *work) error {
	if !a.Category.Valid() {
		return Invalid{Field: "category", Rule: "unknown"}
	}
	if a.Category == Clue && w.s.Visibility == Published {
		return ErrClue
	}
	if a.Category == w.s.Category {
		return nil
	}
	before := w.s.Limits.Answer.Day
	w.s.Category = a.Category
	w.s.Extension = nil
	w.s.Limits.Answer.Term = w.clocks.Rules.answer(a.Category)
	w.s.Limits.Answer = w.clocks.Limit(w.s.CountAnswer())
	w.note = string(a.Category)
	w.shifted(before)
	return nil
}

func (a Assign) apply(w *work) error {
	if a.Owner == "" && a.Office == "" {
		return Invalid{Field: "owner", Rule: "required"}
	}
	office, err := words("office", a.Office, MaxNameRunes, false)
	if err != nil {
		return err
	}
	note, err := words("note", a.Note, MaxNoteRunes, false)
	if err != nil {
		return err
	}
	w.s.Owner = a.Owner
	if d := w.s.Draft; d != nil && d.Submitted {
		back := *d // nobody can approve it where the matter goes now
		back.Submitted = false
		w.s.Draft = &back
	}
	if office != "" {
		w.s.Office = office
	}
	w.note = note
	return nil
}

func (a Publish) apply(w *work) error {
	switch {
	case w.s.Visibility == Published:
		return ErrMove
	case w.s.Category == Clue:
		return ErrClue
	case !w.s.PublishConsent:
		return ErrConsent
	case w.s.Moderated.IsZero():
		return ErrMove
	}
	if err := w.cleared(a.Cleared); err != nil {
		return err
	}
	w.s.Visibility = Published
	if w.s.PublishedAt.IsZero() {
		w.s.PublishedAt = w.now
	}
	return nil
}

func (a Unpublish) apply(w *work) error {
	if w.s.Visibility != Published {
		return ErrMove
	}
	note, err := words("note", a.Note, MaxNoteRunes, true)
	w.s.Visibility, w.note = Private, note
	return err
}

func (Close) apply(w *work) error { //nolint:unparam // as every action
	w.s.ClosedAt = w.now
	return nil
}

func (a Merge) apply(w *work) error {
	if a.Into == "" || a.Into == w.s.Number {
		return Invalid{Field: "into", Rule: "other"}
	}
	w.s.MergedInto, w.s.Draft, w.s.Amendment, w.s.Visibility, w.s.ClosedAt = a.Into, nil, nil, Private, w.now
	w.note = string(a.Into)
	return nil
}

func (a Reopen) apply(w *work) error {
	note, err := words("note", a.Note, MaxNoteRunes, true)
	if err != nil {
		return err
	}
	w.reopen()
	w.note = note
	return nil
}

func (a RevealContact) apply(w *work) error {
	if !w.who.MaySeeContact(w.s) {
		return ErrRole
	}
	reason, err := words("reason", a.Reason, MaxNoteRunes, true)
	w.note = reason
	return err
}

func (a Correct) apply(w *work) error {
	if !w.s.Moderated.IsZero() {
		return ErrTooLate
	}
	if len(w.s.Corrections) >= MaxCorrections {
		return ErrFull
	}
	text, err := checkText(a.Text)
	if err != nil {
		return err
	}
	w.s.Corrections = grown(w.s.Corrections, Remark{At: w.now, Text: text})
	return nil
}

func (a Rate) apply(w *work) error {
	if w.s.AnsweredAt.IsZero() {
		return ErrMove // it went elsewhere: there is no answer of ours
	}
	if a.Solved < 1 || a.Solved > 3 {
		return Invalid{Field: "solved", Rule: "required"}
	}
	for field, mark := range map[string]int{"attitude": a.Attitude, "speed": a.Speed} {
		if mark < 0 || mark > 3 {
			return Invalid{Field: field, Rule: "range", Args: []any{1, 3}}
		}
	}
	word, err := words("word", a.Word, MaxNoteRunes, false)
	w.s.Rating = &Rating{At: w.now, Solved: a.Solved, Attitude: a.Attitude, Speed: a.Speed, Word: word}
	return err
}

func (Withdraw) apply(w *work) error { //nolint:unparam // as every action
	w.s.WithdrawnAt, w.s.ClosedAt = w.now, w.now
	w.s.Draft, w.s.Amendment, w.s.Visibility = nil, nil, Private
	return nil
}

func (a RenewCode) apply(w *work) error {
	if !w.s.CodeSpoken || len(a.MAC) == 0 {
		return ErrMove
	}
	w.s.CodeMAC, w.s.CodeSpoken = slices.Clone(a.MAC), false
	return nil
}
