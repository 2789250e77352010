package letter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rectify/feedback"
	"rectify/feedback/outbox"
	"rectify/feedback/pii"
	"rectify/site/ui"
)

// about writes a letter about an event of a submission.
func (w *Writer) about(ctx context.Context, l outbox.Letter) (outbox.Message, func(ui.Frame) values, error) {
	s, err := w.Store.Get(ctx, l.Number)
	if err != nil {
		return outbox.Message{}, nil, err
	}
	if !current(&s, l) {
		return outbox.Message{}, nil, outbox.ErrVoid
	}
	answered := &s // whose reply it is
	if l.Kind == outbox.Shared {
		into, err := feedback.Into(ctx, w.Store, &s)
		if errors.Is(err, feedback.ErrNotFound) || err == nil && !into.TellsOf(&s) {
			return outbox.Message{}, nil, outbox.ErrVoid
		}
		if err != nil {
			return outbox.Message{}, nil, err
		}
		answered = &into
	}
	link, err := w.follow(&s)
	if err != nil {
		return outbox.Message{}, nil, err
	}
	m := outbox.Message{
		To: s.Contact.Email, ID: w.Address.MessageID(s.Number, s.ID, l.Event), References: w.references(&s, l.Event),
		Answer: l.Kind == outbox.Received && s.Channel == feedback.Email,
	}
	if w.Answers {
		m.ReplyTo = string(w.Address.Reply(s.Number, s.ID))
		m.Return = string(w.Address.Return(s.Number, s.ID, l.Event))
	}
	return m, func(f ui.Frame) values {
		v := values{"number": string(s.Number), "link": link}
		w.tell(f, v, &s, l.Kind)
		w.answer(f, v, &s, answered, l.Kind)
		return v
	}, nil
}

// current reports whether what a letter is about still is so, and may be told.
func current(s *feedback.Submission, l outbox.Letter) bool {
	if !s.MayWrite() || l.Event >= len(s.Events) {
		return false
	}
	switch l.Kind {
	case outbox.Merged:
		return s.State == feedback.Merged
	case outbox.Rejected:
		return s.State == feedback.Rejected
	case outbox.Ask:
		return s.OpenEnquiry() != nil && s.State.Open()
	case outbox.Reply:
		return s.LastReply() != nil && s.State != feedback.Merged
	case outbox.Amended:
		return len(s.Replies) > 0 && s.State != feedback.Merged
	case outbox.Shared:
		return s.State == feedback.Merged
	case outbox.Extension:
		return s.Extension != nil && s.State.Open()
	case outbox.Forwarded:
		return s.Forwarded != nil
	case outbox.Accepted, outbox.Reopened:
		return s.State != feedback.Rejected && s.State != feedback.Merged
	}
	return s.State != feedback.Merged
}

// tell fills in what a kind says beyond number and link.
func (w *Writer) tell(f ui.Frame, v values, s *feedback.Submission, kind outbox.Kind) {
	v["due"] = ui.LimitText(f, s.Limits.Answer)
	switch kind {
	case outbox.Received:
		if pii.Masked(s.Text) > 0 {
			v["masked"] = f.T("letter.masked")
		}
		if s.State == feedback.Received {
			v["due"] = ui.LimitText(f, s.Limits.Accept)
		}
		v["foot"] = byMail(f, s)
	case outbox.Rejected:
		v["reason"] = f.T("reject." + string(s.Rejection))
	case outbox.Merged:
		v["into"] = string(s.MergedInto)
	case outbox.Branched:
		v["numbers"] = numbers(s)
	case outbox.Forwarded:
		if s.MayWriteFull() {
			v["told"] = feedback.Visible(s.Forwarded.Text)
		}
	case outbox.Extension:
		if s.MayWriteFull() {
			v["reason"] = feedback.Visible(s.Extension.Reason)
		}
	case outbox.Ask:
		if q := s.OpenEnquiry(); s.MayWriteFull() {
			v["question"] = feedback.Visible(q.Text)
		}
	}
}

// byMail says what a sender by e-mail must know of how it was taken in; empty
// for other channels.
func byMail(f ui.Frame, s *feedback.Submission) string {
	if s.Channel != feedback.Email || len(s.Mails) == 0 {
		return ""
	}
	lines := []string{}
	marks := s.Mails[0].Marks
	if slices.Contains(marks, feedback.MailMasked) {
		lines = append(lines, f.T("letter.mail.masked"))
	}
	if slices.Contains(marks, feedback.MailFilesLeft) {
		lines = append(lines, f.T("letter.mail.files", feedback.MaxAttachments, feedback.MaxAttachmentBytes>>20))
	}
	return strings.Join(append(lines, f.T("letter.mail.once")), "\n")
}

// answer fills in what a letter says of a reply: its text, and of a change of it
// why. The reply may be one to what s was merged into.
func (w *Writer) answer(f ui.Frame, v values, s, answered *feedback.Submission, kind outbox.Kind) {
	switch kind {
	case outbox.Reply, outbox.Amended, outbox.Shared:
	default:
		return
	}
	if kind == outbox.Shared {
		v["into"] = string(answered.Number)
	}
	if !s.MayWriteFull() {
		return
	}
	if r := answered.LastReply(); r != nil {
		v["reply"], v["office"] = feedback.Visible(r.Text), feedback.Visible(r.Office)
		if r.Sole != nil && r.Sole.ReviewedBy == "" {
			v["reply"] += "\n\n" + f.T("reply.alone")
		}
	}
	if kind != outbox.Reply {
		v["reason"] = w.changed(f, answered.PublicReplies())
	}
}

// changed says what last became of the replies, and why; empty where nothing did.
func (w *Writer) changed(f ui.Frame, replies []feedback.PublicReply) string {
	if len(replies) == 0 {
		return ""
	}
	last := replies[len(replies)-1]
	for _, r := range replies {
		if r.Gone != "" && r.Gone >= last.Answered {
			last = r
		}
	}
	switch {
	case last.Gone != "":
		return f.T("letter.changed.withdrawn", f.Date(last.Gone), last.GoneWhy)
	case last.Corrects > 0:
		return f.T("letter.changed.corrected", f.Date(last.Answered), last.Why)
	}
	return ""
}

// numbers are those of the matters that were split off s, one a line.
func numbers(s *feedback.Submission) string {
	var list []string
	for _, p := range s.Pieces {
		if p.Number != "" {
			list = append(list, string(p.Number))
		}
	}
	return strings.Join(list, "\n")
}

// follow is where the sender follows the submission. Who wrote by e-mail and has
// no code yet gets one there.
func (w *Writer) follow(s *feedback.Submission) (string, error) {
	if s.Channel != feedback.Email || !s.CodeSpoken {
		return w.absolute("/track"), nil
	}
	token, err := w.Keys.ClaimToken(s, w.Now())
	if err != nil {
		return "", fmt.Errorf("link: %w", err)
	}
	return w.absolute("/track/open") + "?t=" + token, nil
}

// references name the messages before a letter, oldest first: our first letter
// and what the sender wrote, so that mail programs show them as one.
func (w *Writer) references(s *feedback.Submission, event int) []string {
	var list []string
	if event > 0 {
		list = append(list, w.Address.MessageID(s.Number, s.ID, 0))
	}
	for _, m := range s.Mails[max(len(s.Mails)-9, 0):] {
		if id := strings.Trim(m.MessageID, "<> "); id != "" {
			list = append(list, id)
		}
	}
	return list
}
