package ui

// GetProof is the form that hands out a receipt file: to whoever opened the
// submission (pass), or has just got its code.
type GetProof struct {
	Frame
	Pass, Code string
}

// ProofOf is the form for an opened submission.
func (f Frame) ProofOf(pass string) GetProof { return GetProof{Frame: f, Pass: pass} }

// ProofBy is the form on the page that shows a code once.
func (f Frame) ProofBy(code string) GetProof { return GetProof{Frame: f, Code: code} }
