// Package mailtest starts the programs of package servers for tests, and swaks
// as a sender.
//
// A test that finds them missing says so in one line and is skipped; with
// RECTIFY_REQUIRE_MAIL=1 it fails. It must not know what is tested with them.
//
// Start reading at mailtest.go.
package mailtest
