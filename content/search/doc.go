// Package search finds passages: an index of Documents of any kind, in Chinese
// from one character up, on the local disk.
//
// It must not know what a notice or a submission is, nor words for people: a
// Document is a title, a text and where they stand. What is indexed is public;
// whoever puts a document in answers for that.
//
// Start reading at document.go, then terms.go (what of a text can be found),
// index.go (the files), put.go, and search.go with newest.go (how an answer is
// kept as quick over a million passages as over a few).
package search
