package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"rectify/feedback/translog"
)

// OpenLog answers a log with nothing in it and sees to its end by t.Cleanup.
type OpenLog func(t *testing.T) translog.Store

// RunLog holds the logs that open answers to the suite.
func RunLog(t *testing.T, open OpenLog) {
	for _, subject := range []struct {
		name string
		test func(t *testing.T, s translog.Store)
	}{
		{"empty", emptyLog},
		{"append", appendLog},
		{"by ref", logByRef},
		{"heads", logHeads},
		{"cosignatures", logCosignatures},
		{"crowd", logCrowd},
		{"one head a size", logSigners},
	} {
		t.Run(subject.name, func(t *testing.T) { subject.test(t, open(t)) })
	}
	t.Run("copy", func(t *testing.T) { logCopy(t, open(t), open(t)) })
}

// LogKey is the key of the suite's logs.
func LogKey(t testing.TB) translog.Key {
	t.Helper()
	k, err := translog.NewKey("linshui.example/log", digest("log key"))
	check(t, "log key", err)
	return k
}

// NewLog is a log over s at the suite's time.
func NewLog(t testing.TB, s translog.Store) *translog.Log {
	return &translog.Log{Store: s, Key: LogKey(t), Now: noon}
}

// Line is an entry of its own for every name.
func Line(name string) translog.Entry {
	leaf := translog.Leaf{Kind: translog.KindReceipt, Digest: fmt.Sprintf("%x", digest(name))}
	return translog.Entry{Ref: "s/" + name, Leaf: leaf.String()}
}

func lines(from, n int) []translog.Entry {
	var list []translog.Entry
	for i := range n {
		e := Line(fmt.Sprintf("%06d", from+i))
		e.Index = int64(from + i)
		list = append(list, e)
	}
	return list
}

func emptyLog(t *testing.T, s translog.Store) {
	n, err := s.Size(within(t))
	if err != nil || n != 0 {
		t.Errorf("size %d, %v", n, err)
	}
	_, err = s.Head(within(t), 1<<40)
	wantErr(t, "head", err, translog.ErrNotFound)
	_, err = s.Hashes(within(t), []int64{0})
	wantErr(t, "hash", err, translog.ErrNotFound)
	list, err := s.Entries(within(t), 0, 10)
	if err != nil || len(list) != 0 {
		t.Errorf("entries %v, %v", list, err)
	}
	check(t, "append nothing", s.Append(within(t), nil))
	h, err := NewLog(t, s).Integrate(within(t))
	if err != nil || h.Size != 0 || h.Note != nil {
		t.Errorf("integrated %+v, %v", h, err)
	}
}

func appendLog(t *testing.T, s translog.Store) {
	want := lines(0, 25)
	check(t, "append", s.Append(within(t), want[:10]))
	wantErr(t, "a gap", s.Append(within(t), lines(11, 2)), translog.ErrTaken)
	wantErr(t, "an old index", s.Append(within(t), lines(9, 2)), translog.ErrTaken)
	again := Line("000003") // an old ref under a new index, after one that is new
	again.Index = 11
	wantErr(t, "an old ref", s.Append(within(t), append(lines(10, 1), again)), translog.ErrTaken)
	size, err := s.Size(within(t))
	if err != nil || size < 10 || size > 11 {
		t.Fatalf("size %d, %v", size, err)
	}
	check(t, "append", s.Append(within(t), want[size:]))
	for _, c := range []struct{ from, limit, n int }{{0, 100, 25}, {0, 7, 7}, {20, 100, 5}, {24, 1, 1}, {25, 1, 0}, {0, 0, 0}} {
		got, err := s.Entries(within(t), int64(c.from), c.limit)
		check(t, "entries", err)
		if c.n > 0 || len(got) > 0 {
			same(t, fmt.Sprintf("entries from %d, at most %d", c.from, c.limit), got, want[c.from:c.from+c.n])
		}
	}
	if err := s.Append(within(t), lines(25, translog.MaxAppend+1)); err == nil {
		t.Error("more than MaxAppend were taken at once")
	}
	check(t, "as many as may be", s.Append(within(t), lines(25, translog.MaxAppend)))
}

func logByRef(t *testing.T, s translog.Store) {
	var list []translog.Entry
	for i, ref := range []string{"o/b/2", "o/a/1", "s/1", "o/a/3", "n/通报/1", "o/a/2", "$gt"} {
		e := Line(ref)
		e.Ref, e.Index, e.At = ref, int64(i), int64(i*1000)
		list = append(list, e)
	}
	check(t, "append", s.Append(within(t), list))
	for _, c := range []struct {
		r    translog.Refs
		want []int64
	}{
		{translog.Refs{From: "o/a/", To: "o/a0", Limit: 9}, []int64{1, 5, 3}},
		{translog.Refs{From: "o/a/", To: "o/a0", Limit: 9, Down: true}, []int64{3, 5, 1}},
		{translog.Refs{From: "o/a/", To: "o/a0", Limit: 1, Down: true}, []int64{3}},
		{translog.Refs{From: "o/a/2", To: "o/a/3", Limit: 9}, []int64{5}},
		{translog.Refs{From: "n/通报/1", To: "n/通报/1\x00", Limit: 9}, []int64{4}},
		{translog.Refs{From: "", To: "~", Limit: 2}, []int64{6, 4}},
		{translog.Refs{From: "x", To: "z", Limit: 9}, nil},
	} {
		got, err := s.ByRef(within(t), c.r)
		check(t, "by ref", err)
		var at []int64
		for _, e := range got {
			at = append(at, e.Index)
			same(t, "entry", e, list[e.Index])
		}
		if !slices.Equal(at, c.want) {
			t.Errorf("%+v: %v, want %v", c.r, at, c.want)
		}
	}
}

func logHeads(t *testing.T, s translog.Store) {
	l := NewLog(t, s)
	var want []translog.Head
	for i, n := range []int{1, 1, 5, 250, 3} {
		check(t, "add", l.Add(within(t), lines(1000*i, n)))
		h, err := l.Integrate(within(t))
		check(t, "integrate", err)
		want = append(want, h)
		again, err := l.Integrate(within(t))
		check(t, "integrate again", err)
		same(t, "head without news", again, h)
	}
	got, err := s.Heads(within(t), 0, 10)
	check(t, "heads", err)
	same(t, "heads", got, want)
	got, err = s.Heads(within(t), 2, 2)
	check(t, "heads", err)
	same(t, "heads from 2", got, want[1:3])
	for most, w := range map[int64]translog.Head{1: want[0], 6: want[1], 7: want[2], 1 << 40: want[4]} {
		h, err := s.Head(within(t), most)
		check(t, "head", err)
		same(t, fmt.Sprint("head of at most ", most), h, w)
	}
	Sound(t, s)
	h := want[4]
	h.Size++
	wantErr(t, "advance from an old size", s.Advance(within(t), want[3].Size, nil, h), translog.ErrTaken)
	other := make([]tlog.Hash, 2)
	other[0][0] = 1
	check(t, "add", l.Add(within(t), lines(9000, 1)))
	if _, err := l.Integrate(within(t)); err != nil {
		t.Fatal(err)
	}
	if err := s.Advance(within(t), want[4].Size, other, h); err == nil {
		t.Error("another hash was taken")
	}
}

// Sound holds the log that is kept to its own rules, as a stranger would.
func Sound(t testing.TB, s translog.Store) translog.Head {
	t.Helper()
	v, err := LogKey(t).Verifier()
	check(t, "verifier", err)
	found, err := translog.Check(t.Context(), s, v, nil)
	check(t, "check the log", err)
	for _, f := range found.Faults {
		t.Errorf("log: %s", f)
	}
	return found.Head
}

func logCosignatures(t *testing.T, s translog.Store) {
	at := noon()
	var want []translog.Cosignature
	for _, c := range []struct {
		size    int64
		witness string
	}{{1, "b"}, {1, "c"}, {300, "a"}, {20, "a"}} {
		x := translog.Cosignature{Size: c.size, Witness: c.witness, At: at, Line: fmt.Sprint("— ", c.witness, " ", c.size)}
		check(t, "cosign", s.Cosign(within(t), x))
		want = append(want, x)
	}
	want[0].At, want[0].Line = at.Add(time.Second), "— b later"
	check(t, "cosign again", s.Cosign(within(t), want[0]))
	want[2], want[3] = want[3], want[2]
	got, err := s.Cosignatures(within(t), 0, false, 10)
	check(t, "cosignatures", err)
	same(t, "cosignatures", got, want)
	got, err = s.Cosignatures(within(t), 2, true, 1)
	check(t, "cosignatures", err)
	same(t, "the latest", got, want[3:])
}

// logCrowd: 64 at once, as from several copies of a site, append things of which
// several of them know: each thing stands once, the tree is whole.
func logCrowd(t *testing.T, s translog.Store) {
	const crowd, things = 64, 300
	together(crowd, func(i int) {
		l := NewLog(t, s)                        // one each: what holds copies apart is the store alone
		r := rand.New(rand.NewPCG(7, uint64(i))) //nolint:gosec // samples need not be secret
		for range 5 {
			var list []translog.Entry
			for range 6 {
				list = append(list, Line(fmt.Sprintf("%06d", r.IntN(things))))
			}
			slices.SortFunc(list, func(a, b translog.Entry) int { return r.IntN(3) - 1 })
			list = slices.CompactFunc(list, func(a, b translog.Entry) bool { return a.Ref == b.Ref })
			if err := retried(func() error { return l.Add(t.Context(), unique(list)) }); err != nil {
				t.Errorf("add: %v", err)
			}
			if i%8 == 0 {
				if err := retried(func() error { _, err := l.Integrate(t.Context()); return err }); err != nil {
					t.Errorf("integrate: %v", err)
				}
			}
		}
	})
	_, err := NewLog(t, s).Integrate(t.Context())
	check(t, "integrate", err)
	h := Sound(t, s)
	list, err := s.Entries(within(t), 0, translog.MaxAppend)
	check(t, "entries", err)
	seen := map[string]bool{}
	for _, e := range list {
		if seen[e.Ref] {
			t.Errorf("%s stands twice", e.Ref)
		}
		seen[e.Ref] = true
	}
	if int64(len(list)) != h.Size || len(list) < things/2 {
		t.Errorf("%d entries under a head of %d", len(list), h.Size)
	}
}

func unique(list []translog.Entry) []translog.Entry {
	var out []translog.Entry
	for _, e := range list {
		if !slices.ContainsFunc(out, func(o translog.Entry) bool { return o.Ref == e.Ref }) {
			out = append(out, e)
		}
	}
	return out
}

// retried does what a follower does with a store that is busy: it comes again.
func retried(do func() error) error {
	var err error
	for range 20 {
		if err = do(); err == nil || !errors.Is(err, translog.ErrTaken) {
			return err
		}
	}
	return err
}

// logSigners: of many that sign the same tree at once nobody makes a second head.
func logSigners(t *testing.T, s translog.Store) {
	check(t, "append", s.Append(within(t), lines(0, 40)))
	var heads tally
	together(16, func(int) {
		h, err := NewLog(t, s).Integrate(t.Context())
		if err != nil {
			t.Errorf("integrate: %v", err)
		}
		heads.add(fmt.Sprint(h.Size, h.Root, string(h.Note)))
	})
	if len(heads.n) != 1 {
		t.Errorf("%d different heads", len(heads.n))
	}
	all, err := s.Heads(within(t), 0, 100)
	check(t, "heads", err)
	if len(all) != 1 {
		t.Errorf("%d heads are kept", len(all))
	}
	Sound(t, s)
}

func logCopy(t *testing.T, from, to translog.Store) {
	l := NewLog(t, from)
	for i, n := range []int{3, 1200, 7} {
		check(t, "add", l.Add(within(t), lines(10000*i, n)))
		_, err := l.Integrate(within(t))
		check(t, "integrate", err)
	}
	check(t, "not in a head yet", l.Add(within(t), lines(90000, 2)))
	check(t, "cosign", from.Cosign(within(t), translog.Cosignature{Size: 3, Witness: "w", At: noon(), Line: "— w x"}))
	check(t, "copy", translog.Copy(within(t), from, to))
	a, b := Sound(t, from), Sound(t, to)
	same(t, "head", b, a)
	heads, err := to.Heads(within(t), 0, 10)
	check(t, "heads", err)
	want, err := from.Heads(within(t), 0, 10)
	check(t, "heads", err)
	same(t, "heads", heads, want)
	size, err := to.Size(within(t))
	if err != nil || size != 1212 {
		t.Errorf("size %d, %v", size, err)
	}
	marks, err := translog.AllCosignatures(within(t), to)
	if err != nil || len(marks) != 1 {
		t.Errorf("cosignatures %v, %v", marks, err)
	}
	_, err = NewLog(t, to).Integrate(within(t))
	check(t, "goes on", err)
	Sound(t, to)
}
