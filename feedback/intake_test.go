package feedback_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/sqlitestore"
)

// flaky is a store that fails when told to, before or after it has kept.
type flaky struct {
	feedback.Store
	before, after error
}

func (f *flaky) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	if f.before != nil {
		return feedback.Entry{}, false, f.before
	}
	kept, fresh, err := f.Store.Insert(ctx, e)
	if f.after != nil {
		return feedback.Entry{}, false, f.after
	}
	return kept, fresh, err
}

func intake(t *testing.T) (*feedback.Intake, *flaky) {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	keys, err := feedback.NewKeys(bytes.Repeat([]byte{1}, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	f := &flaky{Store: s}
	return &feedback.Intake{Store: f, Keys: keys, Clocks: clocks(), Now: at}, f
}

const key = "0123456789abcdef"

// The same request again answers the same receipt; another under the same key
// learns nothing, least of all the code.
func TestRepeatedRequest(t *testing.T) {
	in, _ := intake(t)
	x := feedback.Incoming{Text: "屋里又滴水", Category: feedback.Opinion, Key: key}
	first, err := in.Submit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	again, err := in.Submit(t.Context(), x)
	if err != nil || again.Number != first.Number || again.Code != first.Code || !again.Repeated {
		t.Errorf("again: %+v, %v; first %+v", again, err, first)
	}
	for name, other := range map[string]feedback.Incoming{
		"another text":    {Text: "别的", Category: feedback.Opinion, Key: key},
		"another consent": {Text: x.Text, Category: feedback.Opinion, PublishConsent: true, Key: key},
		"another contact": {Text: x.Text, Category: feedback.Opinion, Contact: feedback.Contact{Name: "周"}, Key: key},
		"another item":    {Text: x.Text, Category: feedback.Opinion, Item: "3-2", Key: key},
	} {
		if r, err := in.Submit(t.Context(), other); !errors.Is(err, feedback.ErrKeyReused) || r.Code != "" || r.Number != "" {
			t.Errorf("%s under the same key: %+v, %v", name, r, err)
		}
	}
}

// A store that fails leads to no receipt; the same key then makes one
// submission, whether or not the failed one was kept after all.
func TestStoreFails(t *testing.T) {
	for name, fail := range map[string]func(*flaky){
		"before it kept": func(f *flaky) { f.before = errors.New("gone") },
		"after it kept":  func(f *flaky) { f.after = errors.New("gone") },
	} {
		t.Run(name, func(t *testing.T) {
			in, f := intake(t)
			x := feedback.Incoming{Text: "屋里又滴水", Category: feedback.Opinion, Key: key}
			fail(f)
			if r, err := in.Submit(t.Context(), x); err == nil || r.Number != "" || r.Code != "" {
				t.Fatalf("a failing store answered %+v", r)
			}
			f.before, f.after = nil, nil
			r, err := in.Submit(t.Context(), x)
			if err != nil || r.Code == "" {
				t.Fatalf("tried again: %+v, %v", r, err)
			}
			n, err := f.Count(t.Context(), feedback.Query{})
			if err != nil || n != 1 {
				t.Errorf("%d submissions are kept, %v", n, err)
			}
			if s, err := f.ByCode(t.Context(), r.Code.MAC(in.CodeKey())); err != nil || s.Number != r.Number {
				t.Errorf("the code opens %s, %v", s.Number, err)
			}
		})
	}
}

// The store never sees a code, only its digest.
func TestCodeIsNotKept(t *testing.T) {
	in, f := intake(t)
	r, err := in.Submit(t.Context(), feedback.Incoming{Text: "屋里又滴水", Category: feedback.Opinion, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Get(t.Context(), r.Number)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(s)
	if err != nil || bytes.Contains(data, []byte(r.Code)) {
		t.Errorf("the code stands in what is kept: %s, %v", data, err)
	}
	if s.State != feedback.Received || s.Channel != feedback.Web || s.Visibility != feedback.Private || s.CodeSpoken {
		t.Errorf("filed as %+v", s)
	}
}

func TestEnterByStaff(t *testing.T) {
	in, f := intake(t)
	x := feedback.Incoming{Text: "来电说灯坏了", Category: feedback.Opinion}
	work := feedback.Deskwork{Channel: feedback.Phone, By: "lisi", Received: at().Add(-time.Hour)}
	r, err := in.Enter(t.Context(), x, work)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Get(t.Context(), r.Number)
	if err != nil || !s.CodeSpoken || s.EnteredBy != "lisi" || s.Channel != feedback.Phone || s.Events[0].By != "lisi" {
		t.Errorf("entered as %+v, %v", s, err)
	}
	for name, bad := range map[string]feedback.Deskwork{
		"by the web":        {Channel: feedback.Web, By: "lisi", Received: at()},
		"from the future":   {Channel: feedback.Phone, By: "lisi", Received: at().Add(time.Minute)},
		"posted after that": {Channel: feedback.Post, By: "lisi", Received: at(), Posted: calendar.On(at()).Add(1)},
		"by no way":         {By: "lisi", Received: at()},
	} {
		var invalid feedback.Invalid
		if _, err := in.Enter(t.Context(), x, bad); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysOpenOnlyWhatFits(t *testing.T) {
	one, err := feedback.NewKeys(bytes.Repeat([]byte{1}, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	two, _ := feedback.NewKeys(bytes.Repeat([]byte{2}, feedback.KeySize))
	sealed, err := one.Seal("pass", []byte("salt"), []byte("2026-000123"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := one.Open("pass", []byte("salt"), sealed); err != nil || string(plain) != "2026-000123" {
		t.Errorf("opens as %q, %v", plain, err)
	}
	bent := bytes.Clone(sealed)
	bent[len(bent)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another key":     func() ([]byte, error) { return two.Open("pass", []byte("salt"), sealed) },
		"another purpose": func() ([]byte, error) { return one.Open("receipt", []byte("salt"), sealed) },
		"another salt":    func() ([]byte, error) { return one.Open("pass", []byte("pepper"), sealed) },
		"a bent bit":      func() ([]byte, error) { return one.Open("pass", []byte("salt"), bent) },
		"too short":       func() ([]byte, error) { return one.Open("pass", []byte("salt"), sealed[:5]) },
	} {
		if plain, err := open(); !errors.Is(err, feedback.ErrSeal) {
			t.Errorf("%s opens as %q, %v", name, plain, err)
		}
	}
	if _, err := feedback.NewKeys([]byte("short")); err == nil || one.Fingerprint() == two.Fingerprint() {
		t.Error("a short key passes, or two keys have one fingerprint")
	}
}

// Two staff who act on what they both saw: one success, one conflict that
// carries what is kept now. The sender, who saw no revision, is tried again.
func TestOfficeConflicts(t *testing.T) {
	in, f := intake(t)
	r, err := in.Submit(t.Context(), feedback.Incoming{Text: "屋里又滴水", Category: feedback.Opinion})
	if err != nil {
		t.Fatal(err)
	}
	o := &feedback.Office{Store: f, Clocks: clocks(), Now: at}
	mod := staff("wangwu", feedback.Moderator)
	if _, err := o.Do(t.Context(), r.Number, 1, feedback.Accept{}, mod); err != nil {
		t.Fatal(err)
	}
	_, err = o.Do(t.Context(), r.Number, 1, feedback.Reject{Reason: feedback.RejectSpam}, mod)
	var lost feedback.Conflict
	if !errors.As(err, &lost) || !errors.Is(err, feedback.ErrConflict) || lost.Current.State != feedback.Accepted {
		t.Fatalf("the second of two: %v", err)
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := o.DoBySender(t.Context(), r.Number, feedback.AddRemark{Text: "同一句话"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s, err := f.Get(t.Context(), r.Number)
	if err != nil || len(s.Remarks) != 1 {
		t.Errorf("one remark sent three times is kept %d times, %v", len(s.Remarks), err)
	}
	for _, into := range []feedback.Number{r.Number, "2026-999999"} {
		var invalid feedback.Invalid
		if _, err := o.Do(t.Context(), r.Number, s.Rev, feedback.Merge{Into: into}, mod); !errors.As(err, &invalid) {
			t.Errorf("merged into %s: %v", into, err)
		}
	}
	if _, err := o.Do(t.Context(), "2026-999999", 1, feedback.Accept{}, mod); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("no such number: %v", err)
	}
}
