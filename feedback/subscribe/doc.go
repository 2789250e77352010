// Package subscribe keeps who asked to be told by e-mail of news about a
// notice, a leaf or a published submission, and turns news into letters: asked
// for twice (double opt-in), ended by one click, at most one letter an hour.
//
// It must not know pages, words, SMTP or a store driver. An address reaches it
// in clear and is kept sealed.
//
// Start reading at subscription.go, then desk.go and tell.go.
package subscribe
