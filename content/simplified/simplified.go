// Package simplified turns traditional characters into the simplified ones that
// words are compared by. It holds one table and no rule for whole words.
//
// It must not know what is compared: texts that are searched, documents that
// are read.
//
// Start reading at Rune.
package simplified

import (
	_ "embed"
	"sync"
)

// pairs is a character and the one it is compared as, out of Unihan (Unicode
// 15.0, Unicode License V3): of a traditional one its simplified form
// (kSimplifiedVariant, the first where there are several); of one that is
// neither in GB 2312 nor has such a form, the one of equal meaning that is
// (kSemanticVariant: 週 周, 裏 里); and some thirty that Unihan counts as words
// of their own (佈 布, 佔 占). One to one, in the basic plane, never in chains.
//
//go:embed table.txt
var pairs string

var table = sync.OnceValue(func() *[1 << 16]rune {
	t := new([1 << 16]rune)
	var before rune
	for _, r := range pairs {
		switch {
		case r == '\n':
		case before == 0:
			before = r
		default:
			t[before], before = r, 0
		}
	}
	return t
})

// Rune is the simplified form of r, or r itself.
func Rune(r rune) rune {
	if r >= 0x2e80 && r < 1<<16 {
		if s := table()[r]; s != 0 {
			return s
		}
	}
	return r
}
