package importer_test

import (
	"strings"

	"rectify/content/document"
)

// plain reads text line by line, as document does for .txt.
func plain(name, text string) *document.Document {
	d := &document.Document{Name: name, Format: document.Text}
	for i, l := range strings.Split(text, "\n") {
		if strings.TrimSpace(l) != "" {
			d.Blocks = append(d.Blocks, document.Block{Line: i + 1, Text: l})
		}
	}
	return d
}
