package outbox

import "errors"

// ErrVoid means that there is nothing to be said any more: what a letter was
// about was taken back, answered or erased meanwhile.
var ErrVoid = errors.New("nothing to be said any more")

// Message is a letter in words, as it goes out.
type Message struct {
	From          string // name of the sender
	To            string // one plain address
	Subject       string
	Text, HTML    string
	ID            string   // Message-ID without brackets; the same at every try
	ReplyTo       string   // where answers go; empty: nowhere
	Return        string   // return path of this letter alone; empty: the mailbox itself
	References    []string // Message-IDs without brackets; the last is what it answers
	Answer        bool     // it answers a message by itself (RFC 3834, auto-replied)
	Bulk          bool     // it goes to many
	UnsubscribeAt string   // where one POST ends it (RFC 8058)
}
