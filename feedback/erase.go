package feedback

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Erase takes out of a submission everything that tells of its sender, or that
// the sender wrote (删除个人信息, 个人信息保护法第47条). Number, days, states and
// categories stay for the figures, replies as the body's own words, and the
// leaves of the public log, which tell nothing without the blind that goes.
// The sender does it by code, the program when the time for keeping is over.
// Blobs are for the caller to delete.
type Erase struct{}

// Expire takes out one kind of a person's data whose time is over.
type Expire struct{ What Expiring }

// Expiring is a kind of data with a time of its own.
type Expiring string

// What expires before a submission as a whole does.
const (
	ExpireContact Expiring = "contact" // 联系方式
	ExpireMails   Expiring = "mails"   // 邮件原件
	ExpireFiles   Expiring = "files"   // 附件
)

// Act names the row of each action in the table of moves.
func (Erase) Act() Act  { return ActErase }
func (Expire) Act() Act { return ActExpire }

// Erased reports whether a person's data were taken out of s.
func (s *Submission) Erased() bool { return !s.ErasedAt.IsZero() }

// Blobs are the blobs that belong to s and should be there: what is left of them
// when s is erased is for the caller to delete.
func (s *Submission) Blobs() []BlobID {
	var ids []BlobID
	for i := range s.Attachments {
		if !s.Attachments[i].Gone {
			ids = append(ids, s.Attachments[i].Blob)
		}
	}
	for i := range s.Mails {
		if id := BlobID(s.Mails[i].Raw); id.Valid() {
			ids = append(ids, id)
		}
	}
	return ids
}

func (Erase) apply(w *work) error { //nolint:unparam // as every action
	s := w.s
	secret := s.secrets()
	s.ErasedAt = w.now
	if s.State.Open() {
		s.State, s.ClosedAt = Closed, w.now
	}
	s.Visibility, s.Draft, s.Amendment, s.Owed, s.Relay = Private, nil, nil, nil, nil
	s.Versions, s.Comments = nil, nil
	s.Text, s.Corrections, s.Redactions, s.Cleared, s.Remarks, s.Blind = "", nil, nil, nil, nil, nil
	s.Contact, s.ContactConsent, s.PublishConsent = Contact{}, false, false
	s.Attachments, s.Mails, s.Guesses, s.Paper, s.Likeness, s.Suspect = nil, nil, nil, nil, "", nil
	s.Senders, s.Mentions = nil, nil
	if s.Forwarded != nil {
		s.Forwarded = &Forwarding{At: s.Forwarded.At, Where: s.Forwarded.Where}
	}
	if s.Unfiled() {
		s.Pieces = nil // what is filed has its number in it and is erased by itself
	}
	if s.Rating != nil {
		rating := *s.Rating
		rating.Word = ""
		s.Rating = &rating
	}
	if s.Review != nil {
		s.Review = &Review{At: s.Review.At}
	}
	s.Enquiries = slices.Clone(s.Enquiries)
	for i := range s.Enquiries {
		s.Enquiries[i].Text, s.Enquiries[i].Answer = "", ""
	}
	s.Events = slices.Clone(s.Events)
	for i := range s.Events {
		s.Events[i].Note = ""
	}
	s.Replies = slices.Clone(s.Replies)
	tells := func(text string) bool {
		return slices.ContainsFunc(secret, func(word string) bool { return strings.Contains(text, word) })
	}
	for i := range s.Replies {
		s.Replies[i].erase(tells)
	}
	return nil
}

// erase takes out of a reply what tells of the sender.
func (r *Reply) erase(tells func(string) bool) {
	if tells(r.Text) {
		r.Text = ""
	}
	if tells(r.Why) {
		r.Why = ""
	}
	if r.Sole != nil {
		sole := *r.Sole
		sole.Reason, r.Sole = "", &sole // for staff only, as notes are
	}
	if x := r.Withdrawn; x != nil && tells(x.Why) {
		gone := *x
		gone.Why, r.Withdrawn = "", &gone
	}
}

// secrets are the words that readers may not learn from what is public, and that
// no reply may keep when s is erased: the sender's name and addresses, and what
// was hidden from the public.
func (s *Submission) secrets() []string {
	words := []string{s.Contact.Name, s.Contact.Phone, s.Contact.Email}
	for _, m := range Marks(s.Current(), s.Redactions) {
		words = append(words, m.Words)
	}
	return slices.DeleteFunc(words, func(w string) bool { return utf8.RuneCountInString(w) < 2 })
}

func (a Expire) apply(w *work) error {
	s := w.s
	w.note = string(a.What)
	switch {
	case a.What == ExpireContact && !s.Contact.Empty():
		s.Contact, s.ContactConsent, s.Owed, s.Senders = Contact{}, false, nil, nil
	case a.What == ExpireMails && slices.ContainsFunc(s.Mails, func(m Mail) bool { return m.Raw != "" }):
		s.Mails = slices.Clone(s.Mails)
		for i := range s.Mails {
			s.Mails[i].Raw, s.Mails[i].Subject, s.Mails[i].Folded = "", "", ""
		}
	case a.What == ExpireFiles && len(s.Attachments) > 0:
		s.Attachments = nil
	default:
		return ErrMove // nothing is left of it
	}
	return nil
}

// Settled is when the last thing happened to a matter that is not open: from
// then on its data are kept for a time and not longer. Zero while it is open.
func (s *Submission) Settled() time.Time {
	if s.State.Open() || len(s.Events) == 0 {
		return time.Time{}
	}
	for i := len(s.Events) - 1; i >= 0; i-- {
		if s.Events[i].Kind != System { // what the program did to it does not begin the time anew
			return s.Events[i].At
		}
	}
	return s.Received
}
