package simplified_test

import (
	"testing"

	"rectify/content/simplified"
)

func TestRune(t *testing.T) {
	for from, want := range map[rune]rune{'關': '关', '於': '于', '報': '报', '週': '周', '佈': '布', '关': '关', 'a': 'a', '，': '，', '𠀀': '𠀀'} {
		if got := simplified.Rune(from); got != want {
			t.Errorf("Rune(%c) = %c, want %c", from, got, want)
		}
	}
}

// A character that is compared as another is never what a third is compared
// as, or two equal words would differ.
func TestNoChains(t *testing.T) {
	changed := 0
	for r := rune(0); r < 1<<16; r++ {
		to := simplified.Rune(r)
		if to != r {
			changed++
		}
		if simplified.Rune(to) != to {
			t.Errorf("%c → %c → %c", r, to, simplified.Rune(to))
		}
	}
	if changed < 3000 {
		t.Errorf("only %d characters have another form", changed)
	}
}
