package document

import "strings"

// sink gathers what a reader finds and holds it to the bounds.
type sink struct {
	doc   *Document
	told  map[string]int // remarks by code
	cells int
}

func newSink(name string, f Format) *sink {
	return &sink{doc: &Document{Name: name, Format: f, Meta: map[string]string{}}, told: map[string]int{}}
}

// remark tells a code once for a line, and not more than maxPerCode times.
func (s *sink) remark(line int, code string, args ...any) {
	if s.told[code] >= maxPerCode {
		return
	}
	s.told[code]++
	s.doc.Remarks = append(s.doc.Remarks, Remark{Line: line, Code: code, Args: args})
}

// leave keeps text that is no part of the document. Pieces that follow each
// other for the same reason on the same line are one.
func (s *sink) leave(line int, reason, text string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if n := len(s.doc.Left); n > 0 {
		if last := &s.doc.Left[n-1]; last.Line == line && last.Reason == reason && len(last.Text) < 4096 {
			last.Text += text
			return nil
		}
	}
	if len(s.doc.Left) >= maxLeft {
		return &Error{Err: ErrTooLarge, Detail: "left"}
	}
	s.doc.Left = append(s.doc.Left, Left{Line: line, Reason: reason, Text: text})
	return nil
}

// clean takes out what nobody can see and tells it. Characters that a reader
// sees are never touched.
func (s *sink) clean(line int, text string) string {
	if !strings.ContainsFunc(text, invisible) {
		return text
	}
	var b strings.Builder
	counts := map[string]int{}
	for _, r := range text {
		code, keep := oddity(r)
		if code != "" {
			counts[code]++
		}
		switch {
		case r == '\u00a0':
			b.WriteByte(' ')
		case keep:
			b.WriteRune(r)
		}
	}
	for _, code := range []string{RemarkFormFeed, RemarkControl, RemarkZeroWidth, RemarkBidi, RemarkReplacement, RemarkPrivateUse} {
		if counts[code] > 0 {
			s.remark(line, code, counts[code])
		}
	}
	return b.String()
}

func invisible(r rune) bool {
	code, _ := oddity(r)
	return code != "" || r == '\u00a0'
}

// oddity names a character that a person should know of, and says whether it
// stays: joiners shape the letters beside them, lost letters show where.
func oddity(r rune) (code string, keep bool) {
	switch {
	case r == '\f':
		return RemarkFormFeed, false
	case r < ' ' && r != '\t' && r != '\n', r >= 0x7f && r <= 0x9f:
		return RemarkControl, false
	case r == '\u200b', r == '\u2060', r == '\ufeff', r == '\u00ad':
		return RemarkZeroWidth, false
	case r == '\u200c', r == '\u200d':
		return RemarkZeroWidth, true
	case r == '\u200e', r == '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return RemarkBidi, false
	case r == '\ufffd':
		return RemarkReplacement, true
	case r >= '\ue000' && r <= '\uf8ff':
		return RemarkPrivateUse, true
	}
	return "", true
}
