package mail

import (
	"time"
)

// Message is an e-mail, read. Nothing in it is trusted: sender, date and ids
// are what the message claims.
type Message struct {
	ID         string   // Message-ID without brackets; empty when there is none
	InReplyTo  []string // ids without brackets
	References []string // every id, in order
	From       Mailbox  // zero Addr when FromInvalid
	ReplyTo    Mailbox  // zero Addr when none
	To, Cc     []Mailbox
	Delivered  []string // Delivered-To, X-Original-To, Envelope-To …: addresses as written
	ReturnPath string   // of the header; empty when null or missing
	NullReturn bool     // the header says <>
	Subject    string   // decoded, one line, visible characters only
	Date       time.Time

	Text      string // readable, without history and signature
	Quoted    string // history: quoted and forwarded text
	Signature string
	Hidden    string // text of the HTML form that it hid from its reader

	Attachments []Attachment
	Signed      Crypto
	Encrypted   Crypto
	Report      *Report // a delivery report, real or forged

	Marks  Marks
	Digest [32]byte // see digest.go

	notice bool // a report of another kind: that it was read (RFC 8098), or complained of (RFC 5965)

	head header // for the filters and for Authentication-Results
}

// Attachment is a part that is not the text. Data may share memory with the
// message it came from.
type Attachment struct {
	Name string // decoded, without any folder; may be empty
	Type string // claimed media type, lower case: never trusted
	Data []byte
	Mark Mark // Calendar, TNEF, Nested, UUEncoded, SignedMark or none
}

// Crypto says by which standard a message is signed or encrypted.
type Crypto string

// Nothing is verified or decrypted here.
const (
	SMIME Crypto = "smime" // RFC 8551
	PGP   Crypto = "pgp"   // RFC 3156 or armour in the text
)

// Mailbox is an address with the name beside it.
type Mailbox struct {
	Name string // display name, one line; claimed
	Addr Addr
}
