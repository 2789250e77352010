// Package edits makes seeded edits of a notice and knows what each of them
// changed: the oracle by which differences and the pages that show them are
// tested. Only tests use it.
//
// It must not know how a difference is found; it edits Markdown and keeps books.
//
// Start reading at edits.go, then kinds.go.
package edits
