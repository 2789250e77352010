package render

import "html/template"

// Plain is the text of a fragment of a Document, a line a block.
func Plain(h template.HTML) string { return plain(h) }
