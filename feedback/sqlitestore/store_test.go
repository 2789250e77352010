package sqlitestore

import (
	"context"
	"strings"
	"testing"

	"rectify/feedback"
	"rectify/feedback/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Backend { return opened(t, t.TempDir()) })
}

// opened opens a store that is closed at the end of the test, if not before.
func opened(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// A column that was changed by hand is told, by name.
func TestMisfits(t *testing.T) {
	s := opened(t, t.TempDir())
	storetest.Fill(t, s)
	told := func() (all []string) {
		t.Helper()
		err := s.Misfits(t.Context(), func(n feedback.Number, column string) error {
			all = append(all, string(n)+" "+column)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := told(); len(all) != 0 {
		t.Errorf("untouched: %v", all)
	}
	for column, value := range map[string]string{"state": "'closed!'", "visibility": "'x'", "due": "'2030-01-01'", "owed": "1-owed", "public_at": "7", "code_mac": "x'00'", "owner": "'me'", "suspect": "1-suspect", "likeness": "'x'", "asked": "1-asked"} {
		err := s.change(t.Context(), func(ctx context.Context, x *tx) error {
			_, err := x.exec(ctx, "CREATE TEMP TABLE was AS SELECT * FROM submission ORDER BY serial LIMIT 1")
			if err == nil {
				_, err = x.exec(ctx, "UPDATE submission SET "+column+" = "+value+" WHERE serial = (SELECT serial FROM was)")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if all := told(); len(all) != 1 || !strings.HasSuffix(all[0], " "+column) {
			t.Errorf("%s: %v", column, all)
		}
		err = s.change(t.Context(), func(ctx context.Context, x *tx) error {
			_, err := x.exec(ctx, "UPDATE submission SET "+column+" = (SELECT "+column+" FROM was) WHERE serial = (SELECT serial FROM was)")
			if err == nil {
				_, err = x.exec(ctx, "DROP TABLE was")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
