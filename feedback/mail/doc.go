// Package mail reads an e-mail as it came off the wire and says what it is:
// who claims to have sent it, its readable text apart from quoted history and
// signature, its attachments, what was odd about it, whether a person or a
// program wrote it, and whether it answers a letter of ours. It also makes and
// verifies the reply addresses and Message-IDs by which an answer is known.
//
// It is bytes in, values out: it must not know a store, the network, a notice,
// or what is done with a message. Everything in a message was written by a
// stranger; every size, count, depth and time is bounded by Limits, and nothing
// that a message names is ever fetched. The one word about transport that it
// has is Envelope and Sink, which feedback/mail/imap and feedback/mail/lmtp
// share.
//
// Start reading at message.go, then parse.go, part.go, kind.go and token.go.
package mail
