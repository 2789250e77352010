package ui

// Tour (导览) is the hint of a guided tour on a page.
type Tour struct {
	Key     string // of the stop; its words are tour.KEY.title and tour.KEY.text
	N, Of   int
	Here    bool // the page is the one that the stop is about
	First   bool
	Last    bool
	Waiting bool // it was not begun yet
}
