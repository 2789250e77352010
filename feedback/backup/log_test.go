package backup_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rectify/feedback/backup"
	"rectify/feedback/backup/archive"
	"rectify/feedback/storetest"
	"rectify/feedback/translog"
)

// logged answers the log of a store.
func logged(t testing.TB, b storetest.Backend) translog.Store {
	t.Helper()
	l, ok := b.(interface{ Log() translog.Store })
	if !ok {
		t.Fatalf("%T has no log", b)
	}
	return l.Log()
}

// grow makes a log of some thousand entries with several heads and a witness.
func grow(t testing.TB, s translog.Store) {
	t.Helper()
	ctx, log := context.Background(), storetest.NewLog(t, s)
	for from := 0; from < 2500; from += 1250 {
		var list []translog.Entry
		for i := range 1250 {
			list = append(list, storetest.Line(fmt.Sprintf("%06d", from+i)))
		}
		if err := log.Add(ctx, list); err != nil {
			t.Fatal(err)
		}
		h, err := log.Integrate(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, witness := range []string{"w1", "w2"} {
			if err := s.Cosign(ctx, translog.Cosignature{Size: h.Size, Witness: witness, At: now(), Line: "— " + witness + " AAAA"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := log.Add(ctx, []translog.Entry{storetest.Line("not yet under a head")}); err != nil {
		t.Fatal(err)
	}
}

type logTale struct {
	Entries []translog.Entry
	Heads   []translog.Head
	Words   []translog.Cosignature
}

func logTold(t testing.TB, s translog.Store) (all logTale) {
	t.Helper()
	ctx := context.Background()
	for {
		list, err := s.Entries(ctx, int64(len(all.Entries)), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		all.Entries = append(all.Entries, list...)
	}
	var err error
	if all.Heads, err = s.Heads(ctx, 0, 1000); err != nil {
		t.Fatal(err)
	}
	if all.Words, err = translog.AllCosignatures(ctx, s); err != nil {
		t.Fatal(err)
	}
	return all
}

func withLog(t testing.TB, b storetest.Backend) []byte {
	t.Helper()
	log, err := backup.Log(t.Context(), logged(t, b))
	if err != nil {
		t.Fatal(err)
	}
	// What comes in from here on is in the store and not in this log.
	if err := storetest.NewLog(t, logged(t, b)).Add(t.Context(), []translog.Entry{storetest.Line("later")}); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := backup.Write(t.Context(), &out, keys(t, 1), now(), b, log); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// failing is a log that cannot take entries after some appends.
type failing struct {
	translog.Store
	left int
}

func (f *failing) Append(ctx context.Context, list []translog.Entry) error {
	if f.left--; f.left < 0 {
		return errCut
	}
	return f.Store.Append(ctx, list)
}

// The log comes back as it was, from any kind of store into any, also when the
// restore was cut off; and it goes on from there.
func TestLogComesBack(t *testing.T) {
	for name, open := range map[string]func(testing.TB) storetest.Backend{"disk": onDisk, "mongo": onMongo} {
		t.Run(name, func(t *testing.T) {
			a, b := open(t), open(t)
			grow(t, logged(t, a))
			want := logTold(t, logged(t, a))
			src := withLog(t, a)
			to := logged(t, b)
			restore := func(s translog.Store) error {
				_, err := backup.Restore(t.Context(), bytes.NewReader(src), keys(t, 1), b, backup.LogPart(s))
				return err
			}
			if err := restore(&failing{to, 2}); !errors.Is(err, errCut) {
				t.Fatal(err)
			}
			if err := restore(to); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, logTold(t, to)); diff != "" {
				t.Errorf("(-was +is)\n%s", diff)
			}
			log := storetest.NewLog(t, to)
			if err := log.Add(t.Context(), []translog.Entry{storetest.Line("goes on")}); err != nil {
				t.Fatal(err)
			}
			if h, err := log.Integrate(t.Context()); err != nil || h.Size != 2502 {
				t.Errorf("next head %d, %v", h.Size, err)
			}
		})
	}
}

// A log that is out of order is refused before anything is kept; one whose
// heads do not fit its entries never comes to its end.
func TestLogThatDoesNotFit(t *testing.T) {
	entry := func(i int) string {
		return fmt.Sprintf(`{"entry":{"index":%d,"ref":"s/%d","leaf":"receipt 0000000000000000000000000000000000000000000000000000000000000000"}}`, i, i)
	}
	const head = `{"head":{"size":1,"root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","at":"2026-11-24T03:00:00Z","note":"AA=="}}`
	for name, c := range map[string]struct {
		records []string
		want    error
	}{
		"gap":               {[]string{entry(0), entry(2)}, archive.ErrDamaged},
		"twice":             {[]string{entry(0), entry(0)}, archive.ErrDamaged},
		"backwards":         {[]string{entry(1), entry(0)}, archive.ErrDamaged},
		"head of nothing":   {[]string{head, entry(0)}, archive.ErrDamaged},
		"nothing":           {[]string{`{}`}, archive.ErrDamaged},
		"two in one":        {[]string{`{"entry":{"index":0},"head":{"size":0}}`}, archive.ErrDamaged},
		"head does not fit": {[]string{entry(0), head}, translog.ErrFork},
	} {
		t.Run(name, func(t *testing.T) {
			s := archive.Section{Name: "log", Write: func(_ context.Context, put func([]byte) error) error {
				for _, r := range c.records {
					if err := put([]byte(r)); err != nil {
						return err
					}
				}
				return nil
			}}
			var out bytes.Buffer
			if _, err := archive.Write(t.Context(), &out, backup.Key(keys(t, 1)), now(), []archive.Section{s}); err != nil {
				t.Fatal(err)
			}
			b := onDisk(t)
			_, err := backup.Restore(t.Context(), bytes.NewReader(out.Bytes()), keys(t, 1), b, backup.LogPart(logged(t, b)))
			if errors.Is(c.want, archive.ErrDamaged) {
				refusedBy(t, err, c.want, b)
			} else if !errors.Is(err, c.want) || !errors.Is(backup.Whole(t.Context(), b), backup.ErrUnfinished) {
				t.Errorf("%v", err)
			}
		})
	}
}
