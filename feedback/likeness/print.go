package likeness

import (
	"fmt"
	"math/bits"
)

// Print (指纹) is the simhash of a text (Charikar 2002): texts that share most
// of their bigrams differ in few of its 64 bits.
type Print uint64

// Print is the fingerprint of a text's bigrams, each counted once, however
// often it occurs: a padded text stays near what was padded. Of no gram it is 0.
func (g Grams) Print() Print {
	var votes [64]int
	for _, x := range g {
		h := spread(x)
		for i := range votes {
			votes[i] += int(h>>i&1)*2 - 1
		}
	}
	var p Print
	for i, v := range votes {
		if v > 0 {
			p |= 1 << i
		}
	}
	return p
}

// spread makes 64 bits of a gram (splitmix64).
func spread(x uint32) uint64 {
	h := uint64(x) + 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// Distance is in how many bits two prints differ, from 0 to 64: 32 for texts
// that have nothing to do with each other.
func (p Print) Distance(o Print) int { return bits.OnesCount64(uint64(p ^ o)) }

// String writes the print as 16 hexadecimal digits.
func (p Print) String() string { return fmt.Sprintf("%016x", uint64(p)) }
