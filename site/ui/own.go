package ui

// Own is what a sender may ask of the data that are kept: the part "own".
type Own struct {
	Frame
	Pass   string
	Erased bool
	Fault  string
	Faults map[string]string
}

// OwnOf is the part for an opened submission.
func (f Frame) OwnOf(pass string, erased bool, faults map[string]string) Own {
	return Own{Frame: f, Pass: pass, Erased: erased, Fault: faults["erase"], Faults: faults}
}
