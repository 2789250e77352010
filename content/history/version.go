// Package history keeps every published version of every notice and says what
// changed between two of them: by item, to the character.
//
// It must not know pages, stores' drivers, or who the reader is. Versions stand
// on a shelf; what they mean is told by parsing them again.
//
// Start reading at version.go (what is kept), then archive.go and diff.go.
package history

import (
	"encoding/json"
	"time"

	"rectify/content/shelf"
)

// Version is one published state of a notice. N counts from 1 without gaps.
type Version struct {
	Slug   string    `json:"slug"`
	N      int       `json:"n"`
	Digest string    `json:"digest"`           // SHA-256 of Source, lower-case hex
	At     time.Time `json:"at"`               // when the site first showed it
	By     string    `json:"by,omitempty"`     // account that published it; empty: the file was changed in its folder
	Second string    `json:"second,omitempty"` // account that approved it, where two people published it
	Note   string    `json:"note,omitempty"`   // 更正说明, why it was changed; empty only for the first, a minor one, or a file changed without one
	Minor  bool      `json:"minor,omitempty"`
	// Concealed says that the text was taken out, and why; nil while it stands.
	Concealed *Concealed `json:"concealed,omitempty"`
	Source    []byte     `json:"-"` // the Markdown; kept beside, not inside
}

// Concealed is why the text of a version is no longer kept: it named somebody
// that it must not name (PIPL art. 47). Number, time, digest and note stay, so
// that the history has no hole and the public log still holds.
type Concealed struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"` // shown to the public
}

// Record is the digest of what is said of a version beside its text: when it
// was shown, by whom and why. That its text was taken out later is no part of it.
func (v Version) Record() string {
	said, err := json.Marshal([]any{v.Slug, v.N, v.Digest, v.At.UnixMilli(), v.By, v.Second, v.Note, v.Minor})
	if err != nil {
		panic("strings and numbers are JSON: " + err.Error())
	}
	return shelf.Digest(said)
}
