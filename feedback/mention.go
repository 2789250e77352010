package feedback

import "slices"

// MaxMentions bounds who may be called on at one time.
const MaxMentions = 20

// Heed says that who was called on by a note has seen it (看过). A note of one's
// own says so too.
type Heed struct{}

// Act names the row of the action in the table of moves.
func (Heed) Act() Act { return ActHeed }

// CalledOn reports whether a note calls on an account that has not answered yet.
func (s *Submission) CalledOn(account string) bool { return slices.Contains(s.Mentions, account) }

func (Heed) apply(w *work) error {
	if !w.s.CalledOn(w.who.ID) {
		return ErrMove
	}
	w.heed()
	return nil
}

func (a Note) apply(w *work) error {
	text, err := words("note", a.Text, MaxNoteRunes, true)
	if err != nil {
		return err
	}
	w.heed()
	for _, name := range a.Calls {
		if name == "" || name == w.who.ID || w.s.CalledOn(name) {
			continue
		}
		if len(w.s.Mentions) >= MaxMentions {
			return Invalid{Field: "note", Rule: "too-many-calls", Args: []any{MaxMentions}}
		}
		w.s.Mentions = grown(w.s.Mentions, name)
	}
	w.note = text
	return nil
}

// heed takes who acts off those that are called on.
func (w *work) heed() {
	who := w.who.ID
	w.s.Mentions = slices.DeleteFunc(slices.Clone(w.s.Mentions), func(name string) bool { return name == who })
	if len(w.s.Mentions) == 0 {
		w.s.Mentions = nil
	}
}
