// Package lmtp is the listener of our own to which a relay hands mail over
// (LMTP, RFC 2033; or SMTP, RFC 5321). A message is answered with 250 only
// after its Sink has said that it is durable.
//
// It knows the protocol, bounds and time; it must not know what is in a message
// or what becomes of it. It takes mail for the configured recipients alone and
// passes nothing on, so it can never be an open relay.
//
// Start reading at server.go, then session.go.
package lmtp
