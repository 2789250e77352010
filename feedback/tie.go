package feedback

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// A tie (关联) is a short word by which stores find the submissions that belong
// together: one that was merged into another, or split off it, one by the same
// sender, one that calls on a member of staff. Every tie of a submission follows
// from the rest of it; a Query asks for one of them.

// TieInto is the tie of what was merged into n.
func TieInto(n Number) string { return "into " + string(n) }

// TieFrom is the tie of what was split off n.
func TieFrom(n Number) string { return "from " + string(n) }

// TieTo is the tie of what calls on an account.
func TieTo(account string) string { return "to " + account }

// TieSender is the tie of what bears one of the Senders marks.
func TieSender(mark string) string { return "by " + mark }

// TieUnfiled is the tie of a letter of which matters were split off that have no
// number yet.
const TieUnfiled = "unfiled"

// ties are those of s, in order and each once.
func (s *Submission) ties() []string {
	var list []string
	if s.MergedInto != "" {
		list = append(list, TieInto(s.MergedInto))
	}
	if s.SplitFrom != "" {
		list = append(list, TieFrom(s.SplitFrom))
	}
	for _, name := range s.Mentions {
		list = append(list, TieTo(name))
	}
	for _, mark := range s.Senders {
		list = append(list, TieSender(mark))
	}
	if s.Unfiled() {
		list = append(list, TieUnfiled)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// markBytes is the length of a sender's mark: far too long to meet another's by
// chance, and too short to be of use to anybody without the key.
const markBytes = 12

// SenderMarks are blind marks of a phone number and a mailbox: the same for the
// same sender, and telling nothing without the key.
func (k Keys) SenderMarks(c Contact) []string {
	var marks []string
	for kind, value := range map[string]string{"phone": plainPhone(c.Phone), "email": strings.ToLower(c.Email)} {
		if value != "" {
			h := hmac.New(sha256.New, k.Derive("sender marks", nil))
			h.Write([]byte(kind + " " + value))
			marks = append(marks, hex.EncodeToString(h.Sum(nil)[:markBytes]))
		}
	}
	slices.Sort(marks)
	return marks
}

// plainPhone is a checked number without the country's code, so that one number
// written in two ways is one sender.
func plainPhone(phone string) string { return strings.TrimPrefix(phone, "+86") }
