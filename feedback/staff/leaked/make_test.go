package leaked

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// perPassword are the bits of the filter for each password of the lists: with 14
// hashes one foreign password in 20,000 is taken for one of them.
const perPassword = 20

// With RECTIFY_LEAKED naming a file of one password a line, filter.bin is made
// anew of it. The lists themselves stay out of the program.
func TestMake(t *testing.T) {
	name := os.Getenv("RECTIFY_LEAKED")
	if name == "" {
		t.Skip("RECTIFY_LEAKED names no list to make the filter of")
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := map[string]bool{}
	for s := bufio.NewScanner(f); s.Scan(); {
		if p := strings.ToLower(norm.NFKC.String(strings.TrimSpace(s.Text()))); len(p) >= shortest {
			all[p] = true
		}
	}
	out := make([]byte, len(all)*perPassword/8+1)
	for p := range all {
		for _, bit := range bits(p, uint64(len(out))*8) {
			out[bit/8] |= 1 << (bit % 8)
		}
	}
	if err := os.WriteFile("filter.bin", out, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d passwords, %d bytes", len(all), len(out))
}
