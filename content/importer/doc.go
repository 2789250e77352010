// Package importer draws a rectification notice from an official document: the
// head and foot become the envelope, the numbered paragraphs the tree of items,
// and every other paragraph stands where it stood, word for word.
//
// Nothing is guessed: what is uncertain, and what contradicts itself, is a
// Finding for a person; what has no place in a notice is answered as Unplaced.
// It must not know files, encodings or Markdown (format writes it), nor how a
// notice is checked or shown.
//
// Start reading at importer.go; lines.go makes lines of the document, head.go
// and tail.go read its two ends, sections.go and outline.go draw the tree,
// fields.go and table.go the ledger, contacts.go, inspection.go and totals.go
// what stands in running text.
package importer
