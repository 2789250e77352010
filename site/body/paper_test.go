package body_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rectify/content/builtin"
	"rectify/content/library"
	"rectify/site/body"
)

// The code of a printed form finds its item however it is typed, no two items
// of a library share one, and a slip of the pen finds nothing else.
func TestPaperCode(t *testing.T) {
	t.Parallel()
	lib, err := library.Open(context.Background(), library.Options{FS: builtin.FS()})
	if err != nil {
		t.Fatal(err)
	}
	snap := lib.Snapshot()
	seen := map[string]string{}
	slips, taken := 0, 0
	for _, e := range snap.Entries() {
		ids := []string{""}
		for _, l := range e.Notice.Leaves() {
			ids = append(ids, l.ID)
		}
		for _, id := range ids {
			code, name := body.PaperCode(e.Notice.Slug, id), e.Notice.Slug+" "+id
			if seen[code] != "" {
				t.Fatalf("%s and %s share %s", seen[code], name, code)
			}
			seen[code] = name
			for _, typed := range []string{code, strings.ToLower(code), " " + code[:3] + "-" + code[3:] + " ", fullWidth(code)} {
				if notice, item, ok := body.FindPaper(snap, typed); !ok || notice+" "+item != name {
					t.Errorf("%q finds %q %q %v, want %s", typed, notice, item, ok, name)
				}
			}
			for i := range code {
				for _, r := range "23456789ACDEFGHJKLMNPQRTUVWXYZ" {
					if wrong := code[:i] + string(r) + code[i+1:]; wrong != code {
						slips++
						if _, _, ok := body.FindPaper(snap, wrong); ok {
							taken++
						}
					}
				}
			}
		}
	}
	if slips == 0 || taken > 0 {
		t.Errorf("%d of %d slips of one character find another item", taken, slips)
	}
	for _, odd := range []string{"", "A", "!!!!!!", strings.Repeat("A", 1000), "AAAAAAA", "\xff\xfe", "表号"} {
		if _, _, ok := body.FindPaper(snap, odd); ok {
			t.Errorf("%.20q finds something", odd)
		}
	}
}

func fullWidth(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, "%c", r+0xfee0)
	}
	return b.String()
}
