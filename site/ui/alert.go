package ui

// Alert is something that everybody at the desk must know; it stands on every
// page until it is mended and cannot be put away.
type Alert struct {
	Late      bool // it is too late already
	Text      string
	Also      []Crumb // what it is about, at first hand
	URL, Link string  // where it is mended
}
