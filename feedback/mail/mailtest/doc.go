// Package mailtest starts real mail programs for tests, each a private
// instance out of a temporary folder, on free ports of the loopback: dovecot
// as a mailbox and final delivery, exim as a relay, swaks as a sender.
//
// A test that finds them missing says so in one line and is skipped; with
// RECTIFY_REQUIRE_MAIL=1 it fails. It must not know what is tested with them,
// and touches no service of the machine.
//
// Start reading at dovecot.go.
package mailtest
