// Package mailroom decides what becomes of a message that reached the body by
// e-mail: a new submission, a word more on one there is, a mark that a letter of
// ours came back, or a place in the holding pen where a person looks at it.
// Nothing is thrown away: the raw form of every message is kept, sealed, until
// retention takes it.
//
// A message may come more than once, from two mailboxes, after a crash, or at
// two copies of the site; its digest makes it one. It knows mail as
// feedback/mail reads it, and the doors of feedback; it must not know a
// transport, a page or a store driver.
//
// Start reading at room.go, then file.go and pen.go.
package mailroom
