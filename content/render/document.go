package render

import (
	"html/template"

	"rectify/content"
)

// Document is a notice made ready for pages: safe fragments of HTML by
// section and item, and the plain text. It is immutable once made.
type Document struct {
	Intro    template.HTML // what stands before the first heading
	Sections []Section
	Items    map[string]*Item // every item of the tree, by its id
	Text     string           // the whole document as plain text, for search
}

// Section is one part of the document with the text that stands in it before
// its first item. Headings of the body that are no items begin at h3.
type Section struct {
	ID, Number, Title, Heading string
	Body                       template.HTML
	Items                      []*Item
}

// Item is a node of the tree with its own text, without its children's.
type Item struct {
	*content.Item
	Body     template.HTML // text under the heading, measures in paragraphs of class measure
	Plain    string        // Body as plain text
	Children []*Item
	// Prev and Next are the neighbouring leaves in document order; nil for an
	// item that is no leaf, and at either end.
	Prev, Next *content.Item
}
