package library

import (
	"time"

	"rectify/content"
	"rectify/content/render"
)

// Entry is one published notice: read, checked and rendered. It is immutable.
type Entry struct {
	Notice *content.Notice
	Doc    *render.Document
	// Stale says that this is the last good version: a newer file under the
	// same name has errors and is not published.
	Stale  bool
	Loaded time.Time // when this version was read by this program

	found []content.Diagnostic // warnings, told again while the file stays as it is
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
