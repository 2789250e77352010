package spool

import (
	"os"
	"path/filepath"
	"testing"
)

// What was promised and is not registered yet is counted without the folder being
// taken or changed, also from a journal that a crash cut.
func TestPeek(t *testing.T) {
	if n, err := Peek(filepath.Join(t.TempDir(), "none")); n != 0 || err != nil {
		t.Errorf("no folder: %d, %v", n, err)
	}
	w := newWorld(t)
	w.far.mode.Store(down)
	for _, text := range []string{"一", "二", "三"} {
		w.insert(text, "")
	}
	before, err := os.ReadFile(filepath.Join(w.dir, journalName))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := Peek(w.dir); n != 3 || err != nil || n != w.s.Waiting() {
		t.Errorf("%d wait, %v; the spool says %d", n, err, w.s.Waiting())
	}
	if after, err := os.ReadFile(filepath.Join(w.dir, journalName)); err != nil || string(after) != string(before) {
		t.Error("the journal changed")
	}
	cut := t.TempDir()
	if err := os.WriteFile(filepath.Join(cut, journalName), before[:len(before)-5], 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := Peek(cut); n != 2 || err != nil {
		t.Errorf("cut off: %d, %v", n, err)
	}
	w.back()
	if n, err := Peek(w.dir); n != 0 || err != nil {
		t.Errorf("registered: %d, %v", n, err)
	}
}
