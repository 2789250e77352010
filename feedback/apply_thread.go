package feedback

import (
	"slices"

	"rectify/feedback/calendar"
)

// Ask puts a question to the sender (向留言人核实). One may be open at a time.
type Ask struct{ Text string }

// Explain is the sender's answer to the open question. Mail is the message that
// brought it, if one did; Files came with it.
type Explain struct {
	Text  string
	Mail  *Mail
	Files []Attachment
}

// AskReview is the sender's request for a review (申请复查) within the allowed
// days, once.
type AskReview struct{ Reason string }

// Locate says what the matter is about: a notice, an item of it, or neither
// (确定所指事项). Whether they exist is for the caller to say, who knows notices.
type Locate struct{ Notice, Item string }

// Queued says that the letters about these events were handed to the post.
type Queued struct{ Events []int }

// Undelivered says that a letter about an event did not reach the sender.
type Undelivered struct {
	Event  int
	Reason string // a code of the post, never its words
}

// Act names the row of each action in the table of moves.
func (Ask) Act() Act         { return ActAsk }
func (Explain) Act() Act     { return ActExplain }
func (AskReview) Act() Act   { return ActReview }
func (Locate) Act() Act      { return ActLocate }
func (Queued) Act() Act      { return ActQueued }
func (Undelivered) Act() Act { return ActUndelivered }

func (a Ask) apply(w *work) error {
	if w.s.OpenEnquiry() != nil {
		return ErrMove
	}
	if len(w.s.Enquiries) >= MaxEnquiries {
		return ErrFull
	}
	text, err := words("question", a.Text, MaxNoteRunes, true)
	if err != nil {
		return err
	}
	w.s.Enquiries = grown(w.s.Enquiries, Enquiry{At: w.now, By: w.who.ID, Text: text})
	return nil
}

func (a Explain) apply(w *work) error {
	open := w.s.OpenEnquiry()
	if open == nil {
		return ErrMove
	}
	text, err := checkText(a.Text)
	if err != nil {
		return err
	}
	if err := w.mail(a.Mail); err != nil {
		return err
	}
	if err := w.attach(a.Files); err != nil {
		return err
	}
	w.s.Enquiries = slices.Clone(w.s.Enquiries)
	last := &w.s.Enquiries[len(w.s.Enquiries)-1]
	last.Answer, last.Answered = text, w.now
	w.s.Limits.Answer = w.clocks.Limit(w.s.CountAnswer())
	return nil
}

func (a AskReview) apply(w *work) error {
	if w.s.Review != nil {
		return ErrMove
	}
	if calendar.On(w.now) > w.s.ReviewUntil(w.clocks.Rules) {
		return ErrTooLate
	}
	reason, err := words("reason", a.Reason, MaxTextRunes, true)
	if err != nil {
		return err
	}
	w.s.Review = &Review{At: w.now, Reason: reason}
	w.s.Rejection = ""
	w.reopen()
	return nil
}

func (a Locate) apply(w *work) error {
	notice, err := line("notice", a.Notice, maxSlugRunes)
	if err != nil {
		return err
	}
	item, err := line("item", a.Item, maxItemRunes)
	if err != nil {
		return err
	}
	if notice == "" && item != "" {
		return Invalid{Field: "item", Rule: "unknown"}
	}
	w.s.Notice, w.s.Item = notice, item
	w.note = notice
	if item != "" {
		w.note += " " + item
	}
	return nil
}

func (a Queued) apply(w *work) error {
	left := without(w.s.Owed, a.Events)
	if len(left) == len(w.s.Owed) {
		return ErrMove // somebody else was first
	}
	w.s.Owed = left
	return nil
}

// without is a list less some of it, nil when nothing is left.
func without(list, some []int) []int {
	left := slices.DeleteFunc(slices.Clone(list), func(n int) bool { return slices.Contains(some, n) })
	if len(left) == 0 {
		return nil
	}
	return left
}

func (a Undelivered) apply(w *work) error {
	if a.Event < 0 || a.Event >= len(w.s.Events) {
		return Invalid{Field: "event", Rule: "range"}
	}
	reason, err := line("reason", a.Reason, MaxNameRunes)
	w.note = reason
	return err
}

func (a AddRemark) apply(w *work) error { return w.remark(a.Text, a.Mail, a.Files) }

func (w *work) remark(text string, m *Mail, files []Attachment) error {
	if len(w.s.Remarks) >= MaxRemarks {
		return ErrFull
	}
	text, err := checkText(text)
	if err != nil {
		return err
	}
	w.s.Remarks = grown(w.s.Remarks, Remark{At: w.now, Text: text})
	if err := w.mail(m); err != nil {
		return err
	}
	return w.attach(files)
}

func (a FollowUp) apply(w *work) error {
	if calendar.On(w.now) > w.s.FollowUpUntil(w.clocks.Rules) {
		return ErrTooLate
	}
	if w.s.asked() {
		return ErrMove
	}
	if err := w.remark(a.Text, a.Mail, a.Files); err != nil {
		return err
	}
	w.reopen()
	return nil
}

// mail adds a message to the record, once.
func (w *work) mail(m *Mail) error {
	switch {
	case m == nil:
		return nil
	case w.s.HasMail(m.Digest):
		return ErrMove
	case len(w.s.Mails) >= MaxMails:
		return ErrFull
	}
	w.s.Mails = grown(w.s.Mails, *m)
	return nil
}

// ReviewUntil is the last day on which a review may be asked for, empty when
// nothing was decided.
func (s *Submission) ReviewUntil(r Rules) calendar.Day {
	switch {
	case (s.State == Rejected || s.Forwarded != nil) && !s.ClosedAt.IsZero():
		return calendar.On(s.ClosedAt).Add(r.Review)
	case !s.AnsweredAt.IsZero():
		return calendar.On(s.AnsweredAt).Add(r.Review)
	}
	return ""
}
