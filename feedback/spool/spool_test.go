package spool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/storetest"
)

// backend is a whole store with a spool before it.
type backend struct {
	*far
	s *Store
}

func (b backend) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	return b.s.Insert(ctx, e)
}

func (b backend) ByCode(ctx context.Context, mac []byte) (feedback.Submission, error) {
	return b.s.ByCode(ctx, mac)
}
func (b backend) Sweep(ctx context.Context, now time.Time) error { return b.s.Sweep(ctx, now) }

func (b backend) Ping(ctx context.Context) error { return b.s.Ping(ctx) }

// While the store is there, a spool before it is not to be noticed.
func TestStore(t *testing.T) {
	storetest.Through(t, func(t *testing.T) storetest.Backend {
		w := newWorld(t, func(o *Options) { o.Patience = 10 * time.Second })
		return backend{w.far, w.s}
	})
}

// What is taken in while the store is away, in whatever way, has its number at
// once, answers its key and its code, and is filed under that number, once.
func TestAway(t *testing.T) {
	for name, mode := range map[string]int32{"down": down, "lost": lost, "hung": hung} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			want := map[feedback.Number]string{}
			note := func(e feedback.Entry, text string) feedback.Number {
				want[e.Submission.Number] = text
				return e.Submission.Number
			}
			note(w.insert("before", "key before"), "before")
			w.far.mode.Store(mode)
			w.s.Run(ended()) // it does not matter whether it runs
			plain := w.insert("plain", "")
			keyed := w.insert("keyed", "key")
			note(plain, "plain")
			number := note(keyed, "keyed")
			for _, e := range []feedback.Entry{plain, keyed} {
				if !e.Pending {
					t.Errorf("%s is not pending", e.Submission.Number)
				}
			}
			again := func(when string) {
				t.Helper()
				kept, fresh, err := w.s.Insert(t.Context(), piece("again", "key"))
				if err != nil || fresh || kept.Submission.Number != number || string(kept.Sealed) != "sealed keyed" || kept.Submission.Limits != keyed.Submission.Limits {
					t.Errorf("%s the key answers %s %q, fresh %v, %v; want %s", when, kept.Submission.Number, kept.Sealed, fresh, err, number)
				}
			}
			again("while away")
			got, err := w.s.ByCode(t.Context(), keyed.Submission.CodeMAC)
			if err != nil || !got.Pending() || got.Number != number || got.Text != "keyed" {
				t.Errorf("by code: %s %q, %v", got.Number, got.Text, err)
			}
			if _, err := w.s.ByCode(t.Context(), []byte("another")); !errors.Is(err, feedback.ErrBusy) {
				t.Errorf("another's code: %v; it is not known to be wrong", err)
			}
			if n := w.s.Waiting(); n != 2 {
				t.Errorf("%d wait, want 2", n)
			}
			if err := w.s.Ping(t.Context()); err != nil {
				t.Errorf("not ready: %v", err)
			}
			w.crash("")
			again("after a restart")
			w.back()
			w.holds(want)
			again("after it was filed")
			w.crash("")
			w.far.mode.Store(down)
			again("away again, after a restart")
			w.back()
			got, err = w.s.ByCode(t.Context(), keyed.Submission.CodeMAC)
			if err != nil || got.Pending() {
				t.Errorf("by code after it was filed: %v", err)
			}
			w.holds(want)
			for n := range want {
				if n != "2026-000001" && !w.late[n] {
					t.Errorf("nobody was told of %s", n)
				}
			}
		})
	}
}

func ended() context.Context {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	return ctx
}

// Killed between the store's doing and its answer, or before either: the retry
// finds the same number although the store is away by then.
func TestKilledInFirstTry(t *testing.T) {
	for _, mode := range []int32{up, lost, down} {
		w := newWorld(t, func(o *Options) { o.Reserve = 2 })
		w.insert("1", "")
		w.insert("2", "")
		w.insert("3", "") // the block that leads is used up: numbers are drawn
		w.round()
		image := ""
		w.far.before = func() { image = w.image() }
		if mode == down {
			w.far.before = nil
		}
		w.far.mode.Store(mode)
		first, _, err := w.s.Insert(t.Context(), piece("keyed", "key"))
		if err != nil {
			t.Fatal(err)
		}
		w.far.before = nil
		w.far.mode.Store(down)
		w.crash(image)
		if again := w.insert("keyed", "key"); again.Submission.Number != first.Submission.Number {
			t.Errorf("mode %d: %s at first, %s after the kill", mode, first.Submission.Number, again.Submission.Number)
		}
		w.back()
		w.holds(map[feedback.Number]string{
			"2026-000001": "1", "2026-000002": "2", w.find("3"): "3", first.Submission.Number: "keyed",
		})
	}
}

// find answers under which number a text is kept.
func (w *world) find(text string) feedback.Number {
	_, kept := storetest.Texts(w.t, w.far.Store)
	for n, there := range kept {
		if there == text {
			return n
		}
	}
	return ""
}

// A journal cut at any byte: every whole frame before counts, the rest is set
// aside, and the spool works on.
func TestTorn(t *testing.T) {
	w := newWorld(t)
	w.far.mode.Store(down)
	var numbers []feedback.Number
	var ends []int64
	for i := range 3 {
		numbers = append(numbers, w.insert(fmt.Sprint("nr ", i), fmt.Sprint("key ", i)).Submission.Number)
		ends = append(ends, w.s.journal.size)
	}
	src, err := os.ReadFile(filepath.Join(w.dir, journalName))
	if err != nil {
		t.Fatal(err)
	}
	for cut := ends[0]; cut < int64(len(src)); cut += 37 {
		for _, tail := range []string{"", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", "\x20\x00\x00\x00garbage that is long enough to be taken for a frame"} {
			dir := filepath.Join(t.TempDir(), "cut")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, journalName), append(src[:cut:cut], tail...), 0o600); err != nil {
				t.Fatal(err)
			}
			w.crash(dir)
			whole := 0
			for _, end := range ends {
				if end <= cut {
					whole++
				}
			}
			if n := w.s.Waiting(); n != whole {
				t.Fatalf("cut at %d of %d: %d wait, want %d", cut, len(src), n, whole)
			}
			for i := range whole {
				if n := w.insert("x", fmt.Sprint("key ", i)).Submission.Number; n != numbers[i] {
					t.Fatalf("cut at %d: key %d answers %s, want %s", cut, i, n, numbers[i])
				}
			}
			set, err := filepath.Glob(filepath.Join(dir, tornName+"*"))
			if torn := tail != "" || cut != ends[max(whole-1, 0)]; err != nil || (len(set) == 1) != torn {
				t.Fatalf("cut at %d: set aside %v, %v", cut, set, err)
			}
			w.insert("goes on", "")
			if n := w.s.Waiting(); n != whole+1 {
				t.Fatalf("cut at %d: %d wait after one more", cut, n)
			}
		}
	}
}

// A journal that the disk damaged in its middle: what stands before and behind is
// used, the damaged place is set aside, and the journal is whole afterwards.
func TestHole(t *testing.T) {
	w := newWorld(t)
	w.far.mode.Store(down)
	var ends []int64
	for i := range 5 {
		w.insert(fmt.Sprint("nr ", i), fmt.Sprint("key ", i))
		ends = append(ends, w.s.journal.size)
	}
	src, err := os.ReadFile(filepath.Join(w.dir, journalName))
	if err != nil {
		t.Fatal(err)
	}
	for at := ends[1]; at < ends[2]; at += 7 {
		for _, damage := range []string{"\xff", "\x00\x00\x00\x00\x00\x00\x00\x00"} {
			dir := filepath.Join(t.TempDir(), "hole")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			bad := slices.Clone(src)
			copy(bad[at:ends[2]], damage)
			if bytes.Equal(bad, src) {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, journalName), bad, 0o600); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second start finds nothing wrong
				w.crash(dir)
				if n := w.s.Waiting(); n != 4 {
					t.Fatalf("damaged at %d: %d wait, want 4", at, n)
				}
			}
			if set, err := filepath.Glob(filepath.Join(dir, tornName+"*")); err != nil || len(set) != 1 {
				t.Fatalf("damaged at %d: set aside %v, %v", at, set, err)
			}
		}
	}
}

// When the spool is full it says so, and takes again when there is room.
func TestFull(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Entries, o.Reserve = 3, 50 })
	w.far.mode.Store(down)
	for i := range 3 {
		w.insert(fmt.Sprint(i), fmt.Sprint("key ", i))
	}
	for _, key := range []string{"", "another key"} {
		if _, _, err := w.s.Insert(t.Context(), piece("too much", key)); !errors.Is(err, feedback.ErrBusy) {
			t.Errorf("beyond the bound: %v", err)
		}
	}
	if err := w.s.Ping(t.Context()); !errors.Is(err, feedback.ErrBusy) {
		t.Errorf("ready though full: %v", err)
	}
	w.insert("known", "key 1") // what is there is still answered
	w.back()
	if w.insert("again", "another key").Pending {
		t.Error("pending though the store is back")
	}

	w = newWorld(t, func(o *Options) { o.Bytes = 3000 })
	w.far.mode.Store(down)
	taken := 0
	for ; taken < 100; taken++ {
		if _, _, err := w.s.Insert(t.Context(), piece(fmt.Sprint(taken), "")); errors.Is(err, feedback.ErrBusy) {
			break
		}
	}
	if taken == 0 || taken > 10 {
		t.Errorf("%d entries in 3,000 bytes", taken)
	}

	w = newWorld(t, func(o *Options) { o.Reserve = 2 })
	w.far.mode.Store(down)
	w.insert("a", "")
	w.insert("b", "")
	if _, _, err := w.s.Insert(t.Context(), piece("c", "")); !errors.Is(err, feedback.ErrBusy) {
		t.Errorf("without a number: %v", err)
	}
}

// A disk that fails is not believed: what it was given at that moment is
// refused, what was there before is kept, and it goes on when it is well.
func TestDiskFails(t *testing.T) {
	for _, stage := range []string{"write", "sync"} {
		w := newWorld(t)
		w.far.mode.Store(down)
		first := w.insert("first", "key 1").Submission.Number
		boom := errors.New("input/output error")
		w.s.journal.fault = func(at string) error {
			if at == stage {
				return boom
			}
			return nil
		}
		for _, key := range []string{"", "key 2"} {
			if _, _, err := w.s.Insert(t.Context(), piece("refused", key)); !errors.Is(err, feedback.ErrBusy) || !errors.Is(err, boom) {
				t.Errorf("%s: %v", stage, err)
			}
		}
		if err := w.s.Ping(t.Context()); err == nil {
			t.Errorf("%s: ready though it cannot write", stage)
		}
		w.s.journal.fault = nil
		second := w.insert("second", "key 2").Submission.Number
		w.crash(w.image())
		if again := w.insert("first", "key 1").Submission.Number; again != first {
			t.Errorf("%s: first was %s, is %s", stage, first, again)
		}
		w.back()
		w.holds(map[feedback.Number]string{first: "first", second: "second"})
	}
}

func TestTwoPrograms(t *testing.T) {
	w := newWorld(t)
	if _, err := Open(w.far, w.opts); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("second program: %v", err)
	}
	w.crash("")
}

func TestOtherKey(t *testing.T) {
	w := newWorld(t)
	w.far.mode.Store(down)
	w.insert("secret", "")
	src, err := os.ReadFile(filepath.Join(w.dir, journalName))
	if err != nil || strings.Contains(string(src), "secret") {
		t.Errorf("the text lies open in the journal (%v)", err)
	}
	w.close()
	w.opts.Dir = w.dir
	if w.opts.Sealer, err = feedback.NewKeys(make([]byte, feedback.KeySize)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(w.far, w.opts); !errors.Is(err, feedback.ErrSeal) {
		t.Errorf("opened with another key: %v", err)
	}
}

// Around New Year in Beijing, cut off: each gets a number of its own year.
func TestTurnOfYear(t *testing.T) {
	eve := time.Date(2026, 12, 31, 15, 59, 59, 0, time.UTC)
	w := newWorld(t)
	w.at(eve.AddDate(0, 0, -2))
	w.round()
	w.far.mode.Store(down)
	want := map[feedback.Number]string{}
	for i, at := range []time.Time{eve, eve.Add(time.Second), eve, eve.Add(2 * time.Second)} {
		w.at(at)
		text := fmt.Sprint("nr ", i)
		e := piece(text, text)
		e.Submission.Received, e.Now, e.KeyUntil = at, at, at.Add(feedback.KeyLife)
		kept, _, err := w.s.Insert(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		want[kept.Submission.Number] = text
	}
	for _, n := range []feedback.Number{"2026-000001", "2027-000001", "2026-000002", "2027-000002"} {
		if want[n] == "" {
			t.Errorf("%s was not given: %v", n, want)
		}
	}
	w.back()
	w.holds(want)
}

// The store was put back to a state before this spool's numbers: they are not
// given again, and what waits is filed under what it was promised.
func TestStoreWentBack(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Reserve = 10 })
	w.far.mode.Store(down)
	waits := w.insert("waits", "key").Submission.Number
	w.close()
	w.far = newFar(t)
	w.open()
	w.back()
	want := map[feedback.Number]string{waits: "waits"}
	for i := range 30 {
		text := fmt.Sprint("later ", i)
		want[w.insert(text, "").Submission.Number] = text
	}
	w.holds(want)
}

// Its number is another's, whatever went wrong: it is filed all the same.
func TestNumberIsAnothers(t *testing.T) {
	w := newWorld(t)
	w.far.mode.Store(down)
	e := w.insert("promised", "key")
	stranger := piece("stranger", "")
	stranger.Number = e.Submission.Number
	if _, _, err := w.far.Store.Insert(t.Context(), stranger); err != nil {
		t.Fatal(err)
	}
	w.back()
	got, err := w.s.ByCode(t.Context(), e.Submission.CodeMAC)
	if err != nil || got.Text != "promised" || got.Number == e.Submission.Number {
		t.Errorf("by code: %s %q, %v", got.Number, got.Text, err)
	}
	w.holds(map[feedback.Number]string{e.Submission.Number: "stranger", got.Number: "promised"})
}

// Two copies are given one key. Where one of them filed it the other answers
// that; where both are cut off both keep what they promised.
func TestTwoCopies(t *testing.T) {
	a := newWorld(t, func(o *Options) { o.Reserve = 5 })
	b := newWorld(t, func(o *Options) { o.Reserve = 5 })
	b.close()
	b.far, b.dir = a.far, filepath.Join(t.TempDir(), "other")
	b.open()
	first := a.insert("one", "key").Submission.Number
	if n := b.insert("one", "key").Submission.Number; n != first {
		t.Errorf("%s at one copy, %s at the other", first, n)
	}
	b.crash("")
	a.far.mode.Store(down)
	if n := b.insert("one", "key").Submission.Number; n != first {
		t.Errorf("cut off, the other answers %s, want %s", n, first)
	}
	atA, atB := a.insert("two at a", "key 2").Submission.Number, b.insert("two at b", "key 2").Submission.Number
	if atA == atB {
		t.Errorf("both copies gave %s", atA)
	}
	a.back()
	b.back()
	_, kept := storetest.Texts(t, a.far.Store)
	if len(kept) != 3 || kept[first] != "one" || kept[atA] != "two at a" || kept[atB] != "two at b" {
		t.Errorf("kept: %v", kept)
	}
	for w, n := range map[*world]feedback.Number{a: atA, b: atB} {
		if got := w.insert("two", "key 2").Submission.Number; got != n {
			t.Errorf("promised %s, later answers %s", n, got)
		}
	}
}

// Receipts are let go of when their key has run out, and the journal shrinks.
func TestForgets(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Receipts, o.Patience = 5, 10*time.Second })
	for i := range 20 {
		w.insert(fmt.Sprint(i), fmt.Sprint("key ", i))
	}
	w.round()
	if n := len(w.s.byKey); n != 5 {
		t.Errorf("%d receipts are kept, want 5", n)
	}
	w.at(noon().Add(feedback.KeyLife + time.Minute))
	w.round()
	if n := len(w.s.journal.live); n != 0 || len(w.s.byKey) != 0 {
		t.Errorf("%d items live on", n)
	}
	w.s.journal.size = tidyFrom // as if much had gone through
	w.round()
	if w.s.journal.size > 1000 {
		t.Errorf("journal of nothing has %d bytes", w.s.journal.size)
	}
	w.crash("")
	w.far.mode.Store(down)
	w.insert("still numbered", "")
}

// A store that takes everything and answers nothing, from the first moment on,
// holds nobody up for longer than its patience.
func TestHangsAtStart(t *testing.T) {
	w := newWorld(t)
	w.far.mode.Store(hung)
	w.crash("")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { w.s.Run(ctx); close(ended) }()
	begin := time.Now()
	for _, key := range []string{"", "key"} {
		if e := w.insert("nr "+key, key); !e.Pending {
			t.Errorf("%q is not pending", key)
		}
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	stop()
	<-ended
	w.back()
	if times, _ := storetest.Texts(t, w.far.Store); times["nr "] != 1 || times["nr key"] != 1 {
		t.Errorf("kept: %v", times)
	}
}

// Whoever comes while the first numbers are being reserved gets one before those
// that come later: what is new is looked for above what is known.
func TestFirstNumbersInOrder(t *testing.T) {
	w := newWorld(t)
	w.close()
	w.far, w.dir = newFar(t), filepath.Join(t.TempDir(), "spool")
	early := make(chan given, 1)
	w.far.after = func() {
		w.far.after = nil
		drawn := make(chan struct{})
		go func() {
			defer close(drawn)
			n, err := w.s.number(t.Context(), 2026)
			if err != nil {
				t.Error(err)
			}
			early <- n
		}()
		select {
		case <-drawn: // before the reserve was known
		case <-time.After(50 * time.Millisecond): // it waits for it
		}
	}
	s, err := Open(w.far, Options{Dir: w.dir, Sealer: w.opts.Sealer, Now: w.opts.Now, Log: w.opts.Log, Filed: w.opts.Filed, Patience: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	w.s, w.stop = s, func() { _ = s.Close() }
	w.round()
	first := <-early
	next, err := s.number(t.Context(), 2026)
	if err != nil || first.number >= next.number {
		t.Errorf("%s, then %s, %v", first.number, next.number, err)
	}
}
