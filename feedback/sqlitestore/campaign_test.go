package sqlitestore

import (
	"database/sql"
	"path/filepath"
	"testing"

	"rectify/feedback"
)

// What was filed before there was any suspicion is not suspected, and of no group.
func TestMigrationOfSuspicion(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	const row = `INSERT INTO submission (serial, rev, state, visibility, notice, item, channel, category, owner, due, submitted,
  published_at, public_at, code_mac, doc) VALUES (2026000000001, 1, 'received', 'private', 'n', '', 'web', 'opinion', '', '2026-03-04', 0, 0, 0, x'01', '{"state":"received","text":"旧的"}')`
	for _, query := range []string{step(t, 1), row, "PRAGMA user_version = 1"} {
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := opened(t, dir)
	for suspect, want := range map[feedback.Tri]int{feedback.Any: 1, feedback.No: 1, feedback.Yes: 0} {
		for _, sort := range []feedback.Sort{feedback.ByDue, feedback.ByNewest} {
			q := feedback.Query{States: []feedback.State{feedback.Received}, Suspect: suspect, Notice: "n", Sort: sort, Limit: 9}
			if list, _, err := s.List(t.Context(), q); err != nil || len(list) != want {
				t.Errorf("%+v: %d, %v; want %d", q, len(list), err, want)
			}
		}
	}
	if list, err := s.Campaigns(t.Context(), feedback.Query{}, 9); err != nil || len(list) != 0 {
		t.Errorf("campaigns %v, %v", list, err)
	}
}
