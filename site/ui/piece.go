package ui

// Piece is a run of text: plain, marked as what was looked for, or the sign
// that words are hidden there.
type Piece struct {
	Text   string
	Marked bool
	Hidden bool
}
