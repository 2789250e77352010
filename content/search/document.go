package search

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// Kind says what a Document is.
type Kind string

// The kinds, in the order in which hits are listed: what the body publishes
// before what is said about it.
const (
	Notice  Kind = "notice"
	Item    Kind = "item"
	Opinion Kind = "opinion"
	Reply   Kind = "reply"
)

// Kinds lists the kinds in that order.
func Kinds() []Kind { return []Kind{Notice, Item, Opinion, Reply} }

// Document is one passage that can be found.
type Document struct {
	Kind   Kind      `json:"k"`
	Key    string    `json:"i"`           // its own name among all documents
	Notice string    `json:"n,omitempty"` // slug of the notice that it belongs to
	Item   string    `json:"l,omitempty"` // id of the item in that notice
	Status string    `json:"s,omitempty"` // code of the status, to filter by
	Label  string    `json:"w,omitempty"` // the status in the document's own word
	Body   string    `json:"b,omitempty"` // the public body that issued it
	Year   int       `json:"y,omitempty"` // 0: none
	Anchor string    `json:"a,omitempty"` // fragment of its address
	At     time.Time `json:"-"`           // by which newest is told, to the second
	Title  string    `json:"-"`
	Text   string    `json:"-"`
}

// Group is what is put in and taken out together: a notice with its items, a
// submission with its replies.
type Group struct {
	Name string
	Rev  string     // the same revision twice is not indexed again; empty: always
	Docs []Document // none: the group is dropped
}

// Bounds of a Group and a Document. A longer text is found by its beginning.
const (
	maxName = 500
	maxText = 400_000
	maxDocs = 20_000
)

// ErrGroup marks a group that cannot be indexed.
var ErrGroup = errors.New("search: unfit group")

func (g *Group) check() error {
	if g.Name == "" || len(g.Name) > maxName || len(g.Docs) > maxDocs || !utf8.ValidString(g.Name) {
		return fmt.Errorf("%w: %.100q", ErrGroup, g.Name)
	}
	for i := range g.Docs {
		if d := &g.Docs[i]; kindMark(d.Kind) == 0 || d.Key == "" || len(d.Key) > maxName {
			return fmt.Errorf("%w: document %.100q of kind %q", ErrGroup, d.Key, d.Kind)
		}
	}
	return nil
}

// kindMark is the first byte of a document's id.
func kindMark(k Kind) byte {
	switch k {
	case Notice:
		return 'n'
	case Item:
		return 'i'
	case Opinion:
		return 'o'
	case Reply:
		return 'r'
	}
	return 0
}

// id begins with kind and time, so that hits are counted by kind and put in
// order by their ids alone, without reading what is stored.
func (d *Document) id() string {
	return fmt.Sprintf("%c%08x%s", kindMark(d.Kind), seconds(d.At), d.Key)
}

// seconds is a moment as kept: from 1970 on, until 2106.
func seconds(t time.Time) uint32 {
	return uint32(min(max(t.Unix(), 0), 1<<32-1))
}

// cut shortens s to at most most bytes, between two characters.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
