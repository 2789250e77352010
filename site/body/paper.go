package body

import (
	"crypto/sha256"
	"strings"

	"golang.org/x/text/width"

	"rectify/content/library"
)

// paperAlphabet has no character that is taken for another one in handwriting
// or on the phone.
const paperAlphabet = "23456789ACDEFGHJKLMNPQRTUVWXYZ"

// paperRunes is the length of a form code: five characters say which item, the
// sixth checks them.
const paperRunes = 6

// PaperCode (表号) stands on a printed form and finds the notice, and the item
// of it, that the form is about. It is no secret and never changes while slug
// and id do not.
func PaperCode(slug, item string) string {
	sum := sha256.Sum256([]byte("rectify paper form\n" + slug + "\n" + item))
	n := uint64(0)
	for _, b := range sum[:7] {
		n = n<<8 | uint64(b)
	}
	code := make([]byte, 0, paperRunes)
	for range paperRunes - 1 {
		code = append(code, paperAlphabet[n%uint64(len(paperAlphabet))])
		n /= uint64(len(paperAlphabet))
	}
	return string(append(code, paperCheck(code)))
}

// paperCheck weighs each place with another odd prime, so that one wrong
// character and two that changed places are both noticed.
func paperCheck(code []byte) byte {
	sum := 0
	for i, weight := range []int{1, 7, 11, 13, 17} {
		sum += weight * strings.IndexByte(paperAlphabet, code[i])
	}
	return paperAlphabet[sum%len(paperAlphabet)]
}

// FindPaper answers what a form code, as people type it, is about.
func FindPaper(snap *library.Snapshot, typed string) (notice, item string, ok bool) {
	if len(typed) > 40 {
		return "", "", false
	}
	typed = strings.NewReplacer(" ", "", "-", "").Replace(strings.ToUpper(width.Narrow.String(typed)))
	if len(typed) != paperRunes || strings.Trim(typed, paperAlphabet) != "" || paperCheck([]byte(typed)) != typed[paperRunes-1] {
		return "", "", false
	}
	for _, e := range snap.Entries() {
		slug := e.Notice.Slug
		if PaperCode(slug, "") == typed {
			return slug, "", true
		}
		for _, l := range e.Notice.Leaves() {
			if PaperCode(slug, l.ID) == typed {
				return slug, l.ID, true
			}
		}
	}
	return "", "", false
}
