package content

import "strings"

// signatureBlocks is how many of the last paragraphs may hold the signature:
// name, day, and an annex named below them.
const signatureBlocks = 4

// Signed reports whether the text itself ends with its issuer's name, as
// official documents do (GB/T 9704—2012, 7.3.5), so that nobody need set it
// there a second time.
func (n *Notice) Signed() bool {
	if n.Issuer == "" {
		return false
	}
	last := n.lastBlocks()
	for _, b := range last[max(0, len(last)-signatureBlocks):] {
		if strings.Contains(strings.Join(strings.Fields(b.Text), ""), strings.Join(strings.Fields(n.Issuer), "")) && !strings.ContainsAny(b.Text, "。；") {
			return true
		}
	}
	return false
}

// lastBlocks is the text under the last heading.
func (n *Notice) lastBlocks() []Block {
	if len(n.Sections) == 0 {
		return n.Intro
	}
	s := n.Sections[len(n.Sections)-1]
	blocks := s.Body
	for items := s.Items; len(items) > 0; {
		it := items[len(items)-1]
		blocks, items = it.Body, it.Children
	}
	return blocks
}
