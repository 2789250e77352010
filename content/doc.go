// Package content holds the words of a rectification notice (通报): the typed
// Notice with its tree of Items, the ledger drawn from it, days and periods,
// and the Diagnostics that reading or checking a notice can yield.
//
// It is pure data and methods on it. It must not know files, HTML, stores,
// submissions of the public, or the web.
//
// Start reading at notice.go, then item.go and ledger.go.
package content
