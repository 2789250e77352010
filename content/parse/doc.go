// Package parse reads a notice: Markdown with YAML front matter (contract,
// section 3) becomes a content.Notice and the Diagnostics of what is wrong.
//
// The tree is drawn from the headings as gomarkdown reads them, line numbers
// come from a scan of our own; where the two do not see the same headings the
// notice is refused. It must not know files, pages, or what a rule of the
// check is. Nothing is inferred: what is not written stays unset.
//
// Start reading at notice.go; frontmatter.go reads the head, headings.go the
// outline, tree.go the items, measures.go 一是…二是….
package parse
