package sqlitestore

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"rectify/feedback/audit"
	"rectify/feedback/storetest"
	"rectify/feedback/translog"
)

func TestLog(t *testing.T) {
	storetest.RunLog(t, func(t *testing.T) translog.Store { return opened(t, t.TempDir()).Log() })
}

func TestLogFaults(t *testing.T) {
	storetest.RunLogFaults(t, func(t *testing.T) translog.Store { return opened(t, t.TempDir()).Log() })
}

// TestLogCommitFaults fails the commit itself at each of its stages, then opens
// the file again: the log is whole, and what was said to be kept is there.
func TestLogCommitFaults(t *testing.T) {
	for _, stage := range []string{"begin", "work", "commit"} {
		for nth := int64(1); nth <= 4; nth++ {
			t.Run(fmt.Sprint(stage, " ", nth), func(t *testing.T) {
				dir := t.TempDir()
				s := opened(t, dir)
				var count atomic.Int64
				s.fault = func(at string) error {
					if at == stage && count.Add(1) == nth {
						return errFault
					}
					return nil
				}
				l := storetest.NewLog(t, s.Log())
				var last translog.Head
				for i := range 3 {
					e := storetest.Line(fmt.Sprint("line ", i))
					for try := 0; l.Add(t.Context(), []translog.Entry{e}) != nil; try++ {
						if try == 3 {
							t.Fatal("never kept")
						}
					}
					for try := 0; ; try++ {
						h, err := l.Integrate(t.Context())
						if err == nil {
							last = h
							break
						}
						if try == 3 {
							t.Fatal(err)
						}
					}
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				if h := storetest.Sound(t, opened(t, dir).Log()); h.Size != 3 || h.Root != last.Root {
					t.Errorf("after reopening: head of %d, signed was %d", h.Size, last.Size)
				}
			})
		}
	}
}

// TestMigration opens a file that the first version of the schema made: what
// stood in it stands there, and the log works.
func TestMigration(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{step(t, 1), "PRAGMA user_version = 1", `INSERT INTO mark VALUES ('key fingerprint', 'abc')`} {
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // and once more, when there is nothing to do
		s := opened(t, dir)
		if kept, err := s.Mark(t.Context(), "key fingerprint", "other"); err != nil || kept != "abc" {
			t.Fatalf("mark %q, %v", kept, err)
		}
		if err := storetest.NewLog(t, s.Log()).Add(t.Context(), []translog.Entry{storetest.Line("a")}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Insert(t.Context(), storetest.Piece("after the migration")); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db, err = sql.Open("sqlite", filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(fmt.Sprint("PRAGMA user_version = ", len(allSteps(t))+1)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), dir); !errors.Is(err, ErrSchema) {
		t.Errorf("a newer file: %v, want ErrSchema", err)
	}
}

func TestAudit(t *testing.T) {
	storetest.RunAudit(t, func(t *testing.T) audit.Store { return opened(t, t.TempDir()).Audit() })
}

// allSteps are the schema's changes; step is the nth of them.
func allSteps(t *testing.T) []string {
	t.Helper()
	list, err := steps()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func step(t *testing.T, n int) string {
	t.Helper()
	return allSteps(t)[n-1]
}
