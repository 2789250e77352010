// Package format writes a notice as Markdown that content/parse reads back
// equal (contract, section 3), and plain text so that no character of it is
// taken for markup.
//
// It must not know where a notice comes from, nor read Markdown.
//
// Start reading at notice.go; text.go escapes, frontmatter.go writes the head.
package format
