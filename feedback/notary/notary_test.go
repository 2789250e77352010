package notary_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/cursor"
	"rectify/feedback/notary"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/storetest"
	"rectify/feedback/translog"
)

// office is a store with its log, and a clock that moves a second at a time.
type office struct {
	t      *testing.T
	store  *sqlitestore.Store
	notary *notary.Notary
	intake *feedback.Intake
	desk   *feedback.Office
	mu     sync.Mutex
	clock  time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, clock: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)}
	var err error
	o.store, err = sqlitestore.Open(t.Context(), t.TempDir())
	o.must(err)
	t.Cleanup(func() { _ = o.store.Close() })
	keys, err := feedback.NewKeys(bytes.Repeat([]byte{5}, feedback.KeySize))
	o.must(err)
	clocks := feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}
	o.intake = &feedback.Intake{Store: o.store, Keys: keys, Clocks: clocks, Now: o.now}
	o.desk = &feedback.Office{Store: o.store, Clocks: clocks, Now: o.now}
	o.notary = o.another()
	return o
}

// another is a notary of another copy of the site.
func (o *office) another() *notary.Notary {
	return &notary.Notary{
		Store: o.store, Now: o.now, Warn: slog.New(slog.DiscardHandler),
		Log: &translog.Log{Store: o.store.Log(), Key: storetest.LogKey(o.t), Now: o.now},
	}
}

func (o *office) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.clock = o.clock.Add(time.Second)
	return o.clock
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) file(text string) feedback.Number {
	o.t.Helper()
	r, err := o.intake.Submit(o.t.Context(), feedback.Incoming{Text: text, Category: feedback.Opinion, PublishConsent: true})
	o.must(err)
	return r.Number
}

func (o *office) do(n feedback.Number, who string, actions ...feedback.Action) {
	o.t.Helper()
	for _, a := range actions {
		s, err := o.store.Get(o.t.Context(), n)
		o.must(err)
		if _, ok := a.(feedback.Approve); ok {
			a = feedback.Approve{Digest: s.Draft.Digest}
		}
		_, err = o.desk.Do(o.t.Context(), n, s.Rev, a, feedback.Actor{Kind: feedback.Staff, ID: who, Roles: feedback.Roles()})
		o.must(err)
	}
}

// leaves are the public lines of the log about one submission, in order.
func (o *office) leaves(n feedback.Number) []string {
	o.t.Helper()
	var list []string
	all, err := o.store.Log().Entries(o.t.Context(), 0, translog.MaxAppend)
	o.must(err)
	for _, e := range all {
		l, err := translog.ParseLeaf(e.Leaf)
		o.must(err)
		if l.Name == string(n) {
			list = append(list, strings.TrimSpace(fmt.Sprint(l.Kind, " ", l.Reason)))
		}
	}
	return list
}

// sound verifies everything, with nothing waiting.
func (o *office) sound() *notary.Findings {
	o.t.Helper()
	v, err := storetest.LogKey(o.t).Verifier()
	o.must(err)
	f, err := notary.Verify(o.t.Context(), o.store, o.store.Log(), v, nil, o.now())
	o.must(err)
	for _, x := range f.Faults {
		o.t.Errorf("fault: %s", x)
	}
	if f.Waiting > 0 {
		o.t.Errorf("%d still wait", f.Waiting)
	}
	return f
}

// A life of one submission in public leaves one line for each thing that the
// public saw change, and none for what it did not.
func TestPublicLife(t *testing.T) {
	o := newOffice(t)
	n := o.file("屏幕坏了。")
	steps := []struct {
		who    string
		action feedback.Action
		want   string
	}{
		{"anna", feedback.Accept{}, ""}, {"anna", feedback.Note{Text: "内部"}, ""},
		{"anna", feedback.Publish{}, "opinion"}, {"anna", feedback.Note{Text: "内部"}, "opinion"},
		{"berta", feedback.DraftReply{Text: "修好了。", Office: "科", Submit: true}, "opinion opinion"},
		{"carla", feedback.Approve{}, "opinion opinion reply opinion"},
		{"anna", feedback.Redact{Redactions: []feedback.Redaction{{From: 0, To: 2, Kind: feedback.HiddenName}}}, "opinion opinion reply opinion opinion"},
		{"anna", feedback.Redact{}, "opinion opinion reply opinion opinion opinion"},
		{"anna", feedback.Unpublish{Note: "不宜"}, "opinion opinion reply opinion opinion opinion gone unpublished"},
		{"anna", feedback.Publish{}, "opinion opinion reply opinion opinion opinion gone unpublished opinion"},
	}
	for _, s := range steps {
		o.do(n, s.who, s.action)
		_, err := o.notary.CatchUp(t.Context())
		o.must(err)
		if got := strings.Join(o.leaves(n), " "); got != s.want {
			t.Errorf("after %s: %q, want %q", s.action.Act(), got, s.want)
		}
		o.sound()
	}
	_, err := o.desk.DoBySender(t.Context(), n, feedback.Withdraw{})
	o.must(err)
	_, err = o.another().CatchUp(t.Context())
	o.must(err)
	if got := o.leaves(n); got[len(got)-1] != "gone withdrawn" {
		t.Errorf("after the withdrawal: %q", got)
	}
	o.sound()
}

// A corrected reply is a reply of its own in the log; one that was withdrawn, or
// hidden by its correction, keeps its leaf, and everything still holds.
func TestAmendedReplies(t *testing.T) {
	o := newOffice(t)
	n := o.file("屏幕坏了。")
	amend := func(a feedback.Action, hand, second string) {
		t.Helper()
		o.do(n, hand, a)
		s, err := o.store.Get(t.Context(), n)
		o.must(err)
		o.do(n, second, feedback.ApproveAmend{Digest: s.Amendment.Digest})
	}
	for _, x := range []struct {
		what string
		do   func()
		want string
	}{
		{"in an emergency", func() {
			o.do(n, "anna", feedback.Accept{}, feedback.Publish{}, feedback.Emergency{Text: "先停电。", Office: "科", Reason: "危险"})
		}, "reply opinion"},
		{"reviewed", func() {
			s, err := o.store.Get(t.Context(), n)
			o.must(err)
			o.do(n, "berta", feedback.Confirm{N: 1, Digest: s.Replies[0].Digest})
		}, "reply opinion opinion"},
		{"corrected", func() {
			amend(feedback.Amend{Of: 1, Text: "已停电。", Office: "科", Why: "写清", Submit: true}, "carla", "berta")
		}, "reply opinion opinion reply opinion"},
		{"corrected and hidden", func() {
			amend(feedback.Amend{Of: 2, Text: "已停电，两小时后恢复。", Office: "科", Why: "写清时间", Hides: true, Submit: true}, "carla", "berta")
		}, "reply opinion opinion reply opinion reply opinion"},
		{"withdrawn", func() { amend(feedback.Retract{Of: 3, Why: "有误"}, "carla", "berta") }, "reply opinion opinion reply opinion reply opinion opinion"},
	} {
		x.do()
		_, err := o.notary.CatchUp(t.Context())
		o.must(err)
		if got := strings.Join(o.leaves(n), " "); !strings.HasSuffix(got, x.want) {
			t.Errorf("%s: %q, want %q", x.what, got, x.want)
		}
		if f := o.sound(); f.Replies == 0 {
			t.Errorf("%s: no reply was held to its leaf", x.what)
		}
	}
	// What was withdrawn before it ever was logged has no leaf and needs none.
	m := o.file("又坏了。")
	o.do(m, "anna", feedback.Accept{}, feedback.Publish{}, feedback.DraftReply{Text: "修好了。", Office: "科", Submit: true})
	o.do(m, "berta", feedback.Approve{})
	n = m
	amend(feedback.Retract{Of: 1, Why: "有误"}, "carla", "berta")
	_, err := o.notary.CatchUp(t.Context())
	o.must(err)
	if got := strings.Join(o.leaves(m), " "); strings.Contains(got, "reply") {
		t.Errorf("withdrawn at once: %q", got)
	}
	o.sound()
}

// Rows that were changed past the workflow are not taken for changes: the log
// keeps what it said.
func TestTamperingIsNotLogged(t *testing.T) {
	o := newOffice(t)
	n := o.file("屏幕坏了。")
	o.do(n, "anna", feedback.Accept{}, feedback.Publish{})
	_, err := o.notary.CatchUp(t.Context())
	o.must(err)
	s, err := o.store.Get(t.Context(), n)
	o.must(err)
	s.Text = "一切都好。"
	o.must(o.store.Replace(t.Context(), s, s.Rev))
	before := o.leaves(n)
	_, err = o.another().CatchUp(t.Context())
	o.must(err)
	if after := o.leaves(n); len(after) != len(before) {
		t.Errorf("logged: %q", after)
	}
}

// Several copies follow one store while people send and publish: each thing
// stands once.
func TestCopies(t *testing.T) {
	o := newOffice(t)
	ctx, stop := context.WithCancel(t.Context())
	var copies sync.WaitGroup
	for range 3 {
		copies.Go(func() { o.another().Follow(ctx) })
	}
	for i := range 60 {
		n := o.file(fmt.Sprint("意见", i))
		if i%3 == 0 {
			o.do(n, "anna", feedback.Accept{}, feedback.Publish{})
		}
	}
	time.Sleep(1500 * time.Millisecond)
	stop()
	copies.Wait()
	_, err := o.notary.CatchUp(t.Context())
	o.must(err)
	// What was published has a step, or two where a copy looked between both acts.
	if f := o.sound(); f.Receipts != 60 || f.Opinions != 20 || f.Size < 100 || f.Size > 120 {
		t.Errorf("%d receipts, %d opinions, %d leaves", f.Receipts, f.Opinions, f.Size)
	}
}

// A letter of last year keyed in today gets a number of last year, and its leaf.
func TestLetterOfLastYear(t *testing.T) {
	o := newOffice(t)
	o.file("今年。")
	_, err := o.notary.CatchUp(t.Context())
	o.must(err)
	r, err := o.intake.Enter(t.Context(), feedback.Incoming{Text: "去年的信。", Category: feedback.Opinion},
		feedback.Deskwork{Channel: feedback.Post, By: "anna", Received: time.Date(2025, 12, 30, 2, 0, 0, 0, time.UTC)})
	o.must(err)
	if r.Number != "2025-000001" {
		t.Fatalf("number %s", r.Number)
	}
	_, err = o.notary.CatchUp(t.Context())
	o.must(err)
	if f := o.sound(); f.Receipts != 2 {
		t.Errorf("%d receipts", f.Receipts)
	}
}

// Submissions from before the log have no leaf, and that is said, not guessed.
func TestOlder(t *testing.T) {
	o := newOffice(t)
	n := o.file("旧的。")
	s, err := o.store.Get(t.Context(), n)
	o.must(err)
	s.Blind = nil
	o.must(o.store.Replace(t.Context(), s, s.Rev))
	o.file("新的。")
	_, err = o.notary.CatchUp(t.Context())
	o.must(err)
	if f := o.sound(); f.Receipts != 1 || f.Older != 1 {
		t.Errorf("%d receipts, %d older", f.Receipts, f.Older)
	}
	s, err = o.store.Get(t.Context(), n)
	o.must(err)
	if _, err := o.notary.Receipt(t.Context(), s, ""); !errors.Is(err, notary.ErrNoReceipt) {
		t.Errorf("receipt: %v", err)
	}
}

// Versions may be handed in again and again; another digest is refused and the
// rest is logged.
func TestVersions(t *testing.T) {
	o := newOffice(t)
	v := func(n int, src string) notary.VersionLeaf {
		return notary.VersionLeaf{Slug: "a", N: n, Digest: notary.Digest([]byte(src)), Record: notary.Digest([]byte("why " + src))}
	}
	for range 2 {
		o.must(o.notary.Versions(t.Context(), []notary.VersionLeaf{v(1, "one"), v(2, "two")}))
	}
	if err := o.notary.Versions(t.Context(), []notary.VersionLeaf{v(2, "other"), v(3, "three")}); !errors.Is(err, translog.ErrDiffers) {
		t.Errorf("another version 2: %v", err)
	}
	h, err := o.notary.Log.Last(t.Context())
	if err != nil || h.Size != 6 {
		t.Errorf("head of %d, %v", h.Size, err)
	}
	for _, bad := range []notary.VersionLeaf{{Slug: "a b", N: 1, Digest: notary.Digest(nil)}, {Slug: "a", N: 0, Digest: notary.Digest(nil)}, {Slug: "a", N: 9, Digest: "x"}} {
		if err := o.notary.Versions(t.Context(), []notary.VersionLeaf{bad}); !errors.Is(err, translog.ErrLeaf) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	o.must(o.notary.Versions(t.Context(), []notary.VersionLeaf{v(4, "four")}))
	kept := map[int]notary.VersionLeaf{1: v(1, "one"), 2: v(2, "changed"), 4: v(4, "four"), 5: v(5, "slipped in")}
	kept[4] = notary.VersionLeaf{Digest: kept[4].Digest, Record: notary.Digest([]byte("another reason"))}
	archive := notary.Archive{
		Version: func(_ context.Context, _ string, n int) (notary.VersionLeaf, bool, error) {
			v, ok := kept[n]
			return v, ok, nil
		},
		All: func(_ context.Context, each func(slug string, n int, at time.Time)) error {
			for n := range kept {
				each("a", n, o.now().Add(-72*time.Hour))
			}
			each("b", 1, o.now()) // its leaf may still come
			return nil
		},
	}
	key, err := storetest.LogKey(t).Verifier()
	o.must(err)
	o.clock = o.clock.Add(48 * time.Hour)
	f, err := notary.Verify(t.Context(), o.store, o.store.Log(), key, &archive, o.now())
	o.must(err)
	var got []translog.Problem
	for _, x := range f.Faults {
		got = append(got, x.Problem)
	}
	want := []translog.Problem{notary.AlteredVersion, notary.AlteredVersion, notary.AlteredRecord, notary.Unlogged} // 2 changed, 3 gone, 4, 5
	if !slices.Equal(got, want) || f.Versions != 1 || f.Waiting != 1 {
		t.Errorf("%v, %d hold, %d wait", f.Faults, f.Versions, f.Waiting)
	}
}

// A printed receipt is read as what was printed, however it is typed.
func TestSlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hex := rapid.StringMatching(`[0-9a-f]{64}`)
		want := notary.Receipt{
			Kind: "rectify receipt v1", Number: feedback.MakeNumber(rapid.IntRange(2000, 2999).Draw(t, "year"), rapid.Int64Range(1, cursor.MaxSerial).Draw(t, "nth")),
			Received:   time.UnixMilli(rapid.Int64Range(0, 1<<44).Draw(t, "at")).UTC().Format("2006-01-02T15:04:05.000Z"),
			TextSHA256: hex.Draw(t, "text"), Blind: hex.Draw(t, "blind"), Index: rapid.Int64Range(0, 1<<40).Draw(t, "index"),
		}
		slip, err := want.Slip()
		if err != nil {
			t.Fatal(err)
		}
		typed := strings.ToLower(strings.Join(notary.Groups(slip), rapid.SampledFrom([]string{" ", "-", "\n", ""}).Draw(t, "between")))
		typed = strings.ReplaceAll(strings.ReplaceAll(typed, "0", "o"), "1", "l")
		got, err := notary.ParseSlip(typed)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q: %+v, %v; want %+v", typed, got, err, want)
		}
		at := rapid.IntRange(0, len(slip)-1).Draw(t, "misread")
		bent := slip[:at] + string("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[(strings.IndexByte("0123456789ABCDEFGHJKMNPQRSTVWXYZ", slip[at])+16)%32]) + slip[at+1:]
		if _, err := notary.ParseSlip(bent); !errors.Is(err, notary.ErrReceipt) {
			t.Fatalf("misread at %d: %v", at, err)
		}
	})
}

func FuzzReceipt(f *testing.F) {
	f.Add([]byte(`{"kind":"rectify receipt v1","number":"2026-000001","received":"2026-03-02T02:00:00.000Z","proof":["x"],"checkpoint":"a\n1\nb\n\n— a x\n"}`))
	v, err := storetest.LogKey(f).Verifier()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		r, err := notary.ParseReceipt(src)
		if err != nil {
			return
		}
		if _, err := r.Check(v); err == nil {
			t.Errorf("a receipt out of nothing: %s", src)
		}
		if slip, err := r.Slip(); err == nil {
			if _, err := notary.ParseSlip(slip); err != nil {
				t.Logf("a slip of odd values is not read: %v", err)
			}
		}
	})
}
