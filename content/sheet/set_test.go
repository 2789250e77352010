package sheet_test

import (
	"errors"
	"testing"

	"rectify/content"
	"rectify/content/parse"
	"rectify/content/sheet"
)

// One leaf says the new status; nothing else of any notice is touched.
func TestSet(t *testing.T) {
	for _, n := range notices(t) {
		for _, leaf := range n.Leaves() {
			src, err := sheet.Set(n, leaf.ID, map[string]string{"status": "longterm", "label": "长期坚持"})
			if err != nil {
				t.Fatalf("%s %s: %v", n.Slug, leaf.ID, err)
			}
			again, _ := parse.Notice(n.Slug+".md", src)
			for _, l := range again.Leaves() {
				old := n.Item(l.ID)
				if l.ID == leaf.ID {
					if l.Ledger.Status != content.Longterm || l.Ledger.Label != "长期坚持" {
						t.Errorf("%s %s says %s %q", n.Slug, l.ID, l.Ledger.Status, l.Ledger.Label)
					}
				} else if l.Ledger.Status != old.Ledger.Status || l.Ledger.Label != old.Ledger.Label {
					t.Errorf("%s: setting %s changed %s", n.Slug, leaf.ID, l.ID)
				}
			}
		}
	}
	n := notices(t)[0]
	for name, x := range map[string]struct{ id, status, label string }{
		"no such leaf": {"99-99", "active", ""}, "no status": {n.Leaves()[0].ID, "done", ""}, "a quote": {n.Leaves()[0].ID, "active", `x" status="completed`},
	} {
		if _, err := sheet.Set(n, x.id, map[string]string{"status": x.status, "label": x.label}); !errors.Is(err, sheet.ErrSet) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
