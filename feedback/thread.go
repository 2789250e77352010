package feedback

import "time"

// Bounds of what passes to and fro.
const (
	MaxEnquiries = 20
	MaxMails     = 60
	MaxFolded    = 4000 // characters; all of it is in the raw form
	MaxGuesses   = 5
)

// Enquiry is what staff ask the sender before they can go on (向留言人核实).
// While one is open the clock of the answer stands still.
type Enquiry struct {
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Text     string    `json:"text"`
	Answer   string    `json:"answer,omitempty"`
	Answered time.Time `json:"answered"`
}

// Open reports whether the sender has not answered yet.
func (q Enquiry) Open() bool { return q.Answered.IsZero() }

// OpenEnquiry is the question that waits for the sender, or nil.
func (s *Submission) OpenEnquiry() *Enquiry {
	if n := len(s.Enquiries); n > 0 && s.Enquiries[n-1].Open() {
		return &s.Enquiries[n-1]
	}
	return nil
}

// Review (复查) is the sender's request that somebody look again at what was
// decided.
type Review struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// Mail (邮件) is one e-mail that became part of a submission: by it the
// submission was filed, or it was added later.
type Mail struct {
	Digest    string    `json:"digest"` // of its content: a second copy of the same message changes nothing
	MessageID string    `json:"message_id,omitempty"`
	At        time.Time `json:"at"` // when it reached the body
	Subject   string    `json:"subject,omitempty"`
	Auth      string    `json:"auth,omitempty"` // what the body's own relay says of its origin
	Raw       string    `json:"raw,omitempty"`  // where its raw form is kept
	Marks     []string  `json:"marks,omitempty"`
	Folded    string    `json:"folded,omitempty"` // its signature, history and hidden text, at most MaxFolded characters
}

// Marks of what was done with a message, beside those of how it was read.
const (
	MailFilesLeft = "files-left" // some of its files are in its raw form only
	MailMasked    = "masked"     // identity or bank numbers in it were hidden
	MailOther     = "other"      // an answer from another address than the submission's
)

// Guess is where something that came without an address might belong. It is a
// suggestion to the moderator and nothing else.
type Guess struct {
	Notice string  `json:"notice,omitempty"`
	Item   string  `json:"item,omitempty"`
	Number Number  `json:"number,omitempty"` // of a submission that it might be about
	Score  float64 `json:"score"`
}

// Paper is what staff write down of a letter or a visit (来信来访登记).
type Paper struct {
	Addressee string `json:"addressee,omitempty"` // 收件人, as the envelope says
	Register  string `json:"register,omitempty"`  // 收文登记号, the body's own running number
}

// HasMail reports whether a message with that content is part of s already.
func (s *Submission) HasMail(digest string) bool {
	for i := range s.Mails {
		if s.Mails[i].Digest == digest {
			return true
		}
	}
	return false
}

// MayWrite reports whether the sender may be written to by e-mail.
func (s *Submission) MayWrite() bool {
	return s.Contact.Email != "" && s.ContactConsent && !s.Withdrawn()
}

// MayWriteFull reports whether letters may hold what was asked or answered. Else
// they only say that it is there: others may read the mailbox.
func (s *Submission) MayWriteFull() bool {
	return s.MayWrite() && (s.FullText || s.Channel == Email)
}

// tellsSender are the acts of which the sender hears by e-mail, if there is one.
func tellsSender(a Act) bool {
	switch a {
	case ActReceive, ActAccept, ActReject, ActAsk, ActApprove, ActEmergency, ActApproveAmend, ActShared, ActGrant, ActMerge, ActReopen, ActBranched, ActForward:
		return true
	}
	return false
}

// owe notes that the sender is to hear of the last event.
func (s *Submission) owe() {
	n := len(s.Events) - 1
	if n >= 0 && tellsSender(s.Events[n].Act) && s.MayWrite() {
		s.Owed = grown(s.Owed, n)
	}
}

// Check answers what was written down tidied, or every fault in it.
func (p Paper) Check() (Paper, []Invalid) {
	var faults []Invalid
	for _, f := range []struct {
		name  string
		value *string
	}{{"addressee", &p.Addressee}, {"register", &p.Register}} {
		tidy, err := line(f.name, *f.value, MaxNameRunes)
		if v, ok := err.(Invalid); ok { //nolint:errorlint // made just there, never wrapped
			faults = append(faults, v)
		}
		*f.value = tidy
	}
	return p, faults
}
