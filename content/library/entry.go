package library

import (
	"time"

	"rectify/content"
	"rectify/content/render"
)

// Entry is one published notice: read and checked. It is immutable.
type Entry struct {
	// Notice is the outline: envelope and tree, without any text. Open answers
	// the whole.
	Notice *content.Notice
	// Stale says that this is the last good version: a newer file under the
	// same name has errors and is not published.
	Stale  bool
	Loaded time.Time // when this version was first read here
	// Version is its number in the archive, 0 until it is kept there.
	Version int

	lib   *Library
	moved bool // this program saw another version under the same name before
	file  stamp
	found []content.Diagnostic // warnings, told again while the file stays as it is
	asked []asked              // what the check asked of the folder, and the answer
	src   []byte               // the source, where no folder keeps it
}

// Whole is a notice with its text, rendered.
type Whole struct {
	Notice *content.Notice
	Doc    *render.Document
}

// Open reads and renders the whole notice, or answers it from memory. It fails
// only when the disk does.
func (e *Entry) Open() (*Whole, error) { return e.lib.whole(e) }

// stamp tells whether a file may have changed without reading it.
type stamp struct {
	Size   int64
	Mod    time.Time
	Digest string // where the folder itself knows it
}

// asked is one question of the check about another file.
type asked struct {
	Name string
	Has  bool
}

// Snapshot is the whole library at one moment. It is immutable, so a page
// built from one is consistent in itself.
type Snapshot struct {
	entries []*Entry // newest first
	slugs   map[string]*Entry
}

// Notice returns the entry with the given slug.
func (s *Snapshot) Notice(slug string) (*Entry, bool) {
	e, ok := s.slugs[slug]
	return e, ok
}

// Entries returns all entries, newest first by moment of publication, then by
// the document's own date, then by slug. The slice must not be changed.
func (s *Snapshot) Entries() []*Entry { return s.entries }
