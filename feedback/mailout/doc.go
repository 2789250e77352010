// Package mailout hands one finished letter to a mail server by SMTP, and says
// how that ended: taken, to be tried again, refused, or a server that cannot be
// used. A password goes over a verified TLS connection or not at all.
//
// It must not know what letters are about, where they wait or who writes them.
//
// Start reading at relay.go, then send.go.
package mailout
