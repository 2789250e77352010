// Package imap takes mail out of mailboxes on servers of others (RFC 9051,
// RFC 3501): it waits with IDLE or polls, hands each message to a Sink, and
// only after the Sink has said that it is durable moves it to a folder, sets a
// keyword on it, or notes its UID in State, whichever the server can do. It
// never trusts \Seen, which any mail program changes.
//
// It knows the protocol, bounds and time; it must not know what is in a message
// or what becomes of it. A server may be slow, wrong or hostile: every command
// has a deadline, a bound on silence and a bound on bytes, and one message that
// breaks the connection does not keep the others out. A password goes over
// verified TLS or to the loopback, never elsewhere, and into no log.
//
// Start reading at mailbox.go (the address), reader.go (the loop), pass.go.
package imap
