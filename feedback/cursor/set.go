package cursor

// Set is a set of serials; a million in a row take little more than a hundred
// kilobytes. The zero Set is empty.
type Set struct{ pages map[int64]*[8]uint64 }

// Add takes serial in and reports whether it was not there.
func (s *Set) Add(serial int64) bool {
	page := s.pages[serial>>9]
	if page == nil {
		if s.pages == nil {
			s.pages = make(map[int64]*[8]uint64)
		}
		page = new([8]uint64)
		s.pages[serial>>9] = page
	}
	word, bit := serial>>6&7, uint64(1)<<(serial&63)
	fresh := page[word]&bit == 0
	page[word] |= bit
	return fresh
}

// Has reports whether serial is there.
func (s *Set) Has(serial int64) bool {
	page := s.pages[serial>>9]
	return page != nil && page[serial>>6&7]&(1<<(serial&63)) != 0
}
