package feedback

import (
	"slices"

	"rectify/feedback/calendar"
)

// DraftReply writes or edits the reply. Seen is the digest of the draft that was
// edited, empty for a new one; Submit sends it to approval (送批). Progress is
// what it says anew of the leaf's status, if anything.
type DraftReply struct {
	Text, Office string
	Progress     Progress
	Seen         string
	Submit       bool
}

// Return sends a draft back to its drafter with a word of why.
type Return struct{ Note string }

// Annotate is a word about the draft, or about the amendment, that changes nothing
// of it (批注).
type Annotate struct {
	Text  string
	Amend bool // about the amendment
}

// Approve makes the draft with that digest the reply. It takes a person who
// had no part in the text.
type Approve struct {
	Digest  string
	Cleared []string // as Publish
	Joined  int      // how many were merged into this; Office fills it in
}

// Emergency publishes a reply by one person, for a reason (紧急答复). Everybody is
// told that no second one has looked at it, until one has.
type Emergency struct {
	Text, Office string
	Seen         string // as DraftReply
	Reason       string
	Cleared      []string // as Publish
	Joined       int      // as Approve
}

// Confirm says that the nth reply, which one person published, is right (复核). It
// takes another person, and binds to the digest of what that one read.
type Confirm struct {
	N      int // from 1
	Digest string
}

// Act names the row of each action in the table of moves.
func (DraftReply) Act() Act { return ActDraft }
func (Return) Act() Act     { return ActReturn }
func (Annotate) Act() Act   { return ActAnnotate }
func (Approve) Act() Act    { return ActApprove }
func (Emergency) Act() Act  { return ActEmergency }
func (Confirm) Act() Act    { return ActConfirm }

func (a DraftReply) apply(w *work) error {
	next, err := w.drafted(a.Text, a.Office, a.Progress, a.Seen)
	if err != nil {
		return err
	}
	if a.Submit {
		if err := filled(next.Text); err != nil {
			return err
		}
		w.note = "submit"
	}
	next.Submitted = a.Submit
	w.s.Draft = &next
	return nil
}

// drafted is the draft as somebody wrote it now, over the one that was seen. Who
// changed a word of it is among its drafters from then on.
func (w *work) drafted(text, office string, p Progress, seen string) (Reply, error) {
	old := w.s.Draft
	if (old == nil && seen != "") || (old != nil && seen != old.Digest) {
		return Reply{}, ErrDigest
	}
	text, err := words("reply", text, MaxReplyRunes, true)
	if err != nil {
		return Reply{}, err
	}
	if office, err = words("office", office, MaxNameRunes, true); err != nil {
		return Reply{}, err
	}
	if p.Status, err = line("status", p.Status, maxItemRunes); err != nil {
		return Reply{}, err
	}
	if p.Label, err = line("label", p.Label, MaxNameRunes); err != nil {
		return Reply{}, err
	}
	next := Reply{Text: text, Office: office, Progress: p, Digest: DraftDigest(office, text, p), At: w.now}
	if old != nil {
		next.Drafters = old.Drafters
	} else {
		w.s.Versions, w.s.Comments = nil, nil // those of the reply before
	}
	if old == nil || old.Digest != next.Digest {
		next.Drafters = joined(next.Drafters, w.who.ID)
		w.s.Versions = grown(w.s.Versions, Version{At: w.now, By: w.who.ID, Office: office, Text: text, Digest: next.Digest})
		w.s.Versions = w.s.Versions[max(len(w.s.Versions)-MaxVersions, 0):]
	}
	if w.s.Office == "" {
		w.s.Office = office
	}
	if w.s.Owner == "" {
		w.s.Owner = w.who.ID
	}
	return next, nil
}

// joined is a list with a name in it once.
func joined(list []string, name string) []string {
	if slices.Contains(list, name) {
		return list
	}
	return grown(list, name)
}

func (a Return) apply(w *work) error {
	if w.s.Draft == nil || !w.s.Draft.Submitted {
		return ErrMove
	}
	note, err := words("note", a.Note, MaxNoteRunes, true)
	if err != nil {
		return err
	}
	draft := *w.s.Draft
	draft.Submitted = false
	w.s.Draft, w.note = &draft, note
	w.s.Comments = w.commented(w.s.Comments, Comment{Text: note, Digest: draft.Digest, Return: true})
	return nil
}

// commented is a list of comments with one more; of too many the oldest goes.
func (w *work) commented(list []Comment, c Comment) []Comment {
	c.At, c.By = w.now, w.who.ID
	list = grown(list, c)
	return list[max(len(list)-MaxComments, 0):]
}

func (a Annotate) apply(w *work) error {
	field := "comment"
	if a.Amend {
		field = "amended-comment"
	}
	text, err := words(field, a.Text, MaxNoteRunes, true)
	switch {
	case err != nil:
		return err
	case a.Amend && w.s.Amendment != nil:
		next := *w.s.Amendment
		next.Comments = w.commented(next.Comments, Comment{Text: text, Digest: next.Digest})
		w.s.Amendment = &next
	case !a.Amend && w.s.Draft != nil:
		w.s.Comments = w.commented(w.s.Comments, Comment{Text: text, Digest: w.s.Draft.Digest})
	default:
		return ErrMove
	}
	w.note = text
	return nil
}

func (a Approve) apply(w *work) error {
	d := w.s.Draft
	switch {
	case d == nil || !d.Submitted:
		return ErrMove
	case a.Digest != d.Digest || d.Digest != DraftDigest(d.Office, d.Text, d.Progress):
		return ErrDigest
	case slices.Contains(d.Drafters, w.who.ID):
		return ErrSamePerson
	}
	if err := filled(d.Text); err != nil {
		return err
	}
	if err := w.cleared(a.Cleared); err != nil {
		return err
	}
	w.answer(*d, a.Joined)
	w.note = d.Digest
	return nil
}

// answer makes a draft the reply, approved by who acts.
func (w *work) answer(reply Reply, others int) {
	reply.ApprovedBy, reply.ApprovedAt = w.who.ID, w.now
	w.s.Replies = grown(w.s.Replies, reply)
	w.s.Draft, w.s.AnsweredAt = nil, w.now
	w.relay = others > 0
}

func (a Emergency) apply(w *work) error {
	reason, err := words("emergency", a.Reason, MaxNoteRunes, true)
	if err != nil {
		return err
	}
	reply, err := w.drafted(a.Text, a.Office, Progress{}, a.Seen)
	if err != nil {
		return err
	}
	if err := filled(reply.Text); err != nil {
		return err
	}
	if err := w.cleared(a.Cleared); err != nil {
		return err
	}
	reply.Drafters, reply.Submitted = joined(reply.Drafters, w.who.ID), true
	reply.Sole = &Sole{Reason: reason, Due: w.clocks.Limit(Count{From: calendar.On(w.now), Term: w.clocks.Rules.Second})}
	w.answer(reply, a.Joined)
	w.note = reason
	return nil
}

func (a Confirm) apply(w *work) error {
	if !w.s.Stands(a.N) {
		return ErrMove
	}
	reply := w.s.Replies[a.N-1]
	switch {
	case reply.Sole == nil || reply.Sole.ReviewedBy != "":
		return ErrMove
	case a.Digest != reply.Digest:
		return ErrDigest
	case slices.Contains(reply.Drafters, w.who.ID) || reply.ApprovedBy == w.who.ID:
		return ErrSamePerson
	}
	sole := *reply.Sole
	sole.ReviewedBy, sole.ReviewedAt = w.who.ID, w.now
	reply.Sole = &sole
	w.s.Replies = slices.Clone(w.s.Replies)
	w.s.Replies[a.N-1] = reply
	w.note = reply.Digest
	return nil
}
