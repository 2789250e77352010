// Package auth says who is signed in at the desk: it reads the session cookie,
// holds every route to its roles in one place, checks the token of every form
// of the desk, and keeps what was typed when it must say no.
//
// It must not know what a page of the desk does.
//
// Start reading at auth.go.
package auth
