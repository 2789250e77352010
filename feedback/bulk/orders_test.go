package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/bulk"
)

// desk is an office with orders over it; its clock stands still until it is moved.
type desk struct {
	*bulk.Orders
	t    *testing.T
	fail *fails
	now  time.Time
	who  feedback.Actor
}

// fails is a store that fails when it is told to.
type fails struct {
	feedback.Store
	feedback.Briefs
	mu    sync.Mutex
	get   int // fail from that many Gets on; 0: never
	swap  int // likewise for SwapBrief
	asked int
	swaps int
}

var errAway = errors.New("the store is away")

func (f *fails) Get(ctx context.Context, n feedback.Number) (feedback.Submission, error) {
	f.mu.Lock()
	f.asked++
	away := f.get > 0 && f.asked >= f.get
	f.mu.Unlock()
	if away {
		return feedback.Submission{}, errAway
	}
	return f.Store.Get(ctx, n)
}

func (f *fails) SwapBrief(ctx context.Context, b feedback.Brief, rev int64) error {
	f.mu.Lock()
	f.swaps++
	away := f.swap > 0 && f.swaps >= f.swap
	f.mu.Unlock()
	if away {
		return errAway
	}
	return f.Briefs.SwapBrief(ctx, b, rev)
}

func (f *fails) back() { f.get, f.swap = 0, 0 }

func newDesk(t *testing.T, n int) *desk {
	t.Helper()
	office := filed(t, n)
	briefs, ok := office.Store.(feedback.Briefs)
	if !ok {
		t.Fatal("the store keeps no briefs")
	}
	d := &desk{t: t, fail: &fails{Store: office.Store, Briefs: briefs}, now: start().Add(time.Hour), who: moderator}
	office.Store, office.Now = d.fail, func() time.Time { return d.now }
	d.Orders = d.copy(office)
	return d
}

// copy is another copy of the site over the same store.
func (d *desk) copy(office *feedback.Office) *bulk.Orders {
	return &bulk.Orders{
		Briefs: d.fail, Office: office, Now: func() time.Time { return d.now }, Log: slog.New(slog.DiscardHandler),
		Actor: func(context.Context, string) (feedback.Actor, error) { return d.who, nil },
		Explain: func(err error) string {
			switch {
			case errors.Is(err, feedback.ErrConflict):
				return "conflict"
			case errors.Is(err, feedback.ErrMove), errors.Is(err, feedback.ErrRole), errors.Is(err, feedback.ErrNotFound):
				return "no"
			}
			return ""
		},
	}
}

// give orders all n to be rejected.
func (d *desk) give(n int) string {
	d.t.Helper()
	o := bulk.Order{Who: moderator.ID, Act: feedback.ActReject, Reason: feedback.RejectSpam}
	for i := range n {
		o.Items = append(o.Items, bulk.Item{Number: feedback.MakeNumber(2026, int64(i+1)), Rev: 1})
	}
	id, err := d.Give(d.t.Context(), o)
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

func (d *desk) look(id string) bulk.Order {
	d.t.Helper()
	o, err := d.Look(d.t.Context(), id, moderator.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

// wants holds an order and its submissions to what must have become of them.
func (d *desk) wants(id string, stage bulk.Stage, done, failed int) {
	d.t.Helper()
	o := d.look(id)
	ok, bad := o.Count()
	if o.Stage != stage || ok != done || bad != failed {
		d.t.Errorf("%s: %d done, %d not; want %s: %d and %d", o.Stage, ok, bad, stage, done, failed)
	}
	rejected := 0
	for _, it := range o.Items {
		s, err := d.fail.Store.Get(d.t.Context(), it.Number)
		if err != nil {
			d.t.Fatal(err)
		}
		if s.State == feedback.Rejected {
			rejected++
			if len(s.Events) != 2 {
				d.t.Errorf("%s has %d events", s.Number, len(s.Events))
			}
		}
	}
	if rejected != done {
		d.t.Errorf("%d are rejected, %d are said to be", rejected, done)
	}
}

func (d *desk) round(want error) {
	d.t.Helper()
	if err := d.Round(d.t.Context()); !errors.Is(err, want) {
		d.t.Errorf("round: %v, want %v", err, want)
	}
}

// An order is held for its time, then carried out.
func TestOrderIsHeld(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 12)
	id := d.give(12)
	d.now = d.now.Add(bulk.Grace - time.Millisecond)
	d.round(nil)
	d.wants(id, bulk.Held, 0, 0)
	d.now = d.now.Add(time.Millisecond)
	d.round(nil)
	d.round(nil)
	d.wants(id, bulk.Ended, 12, 0)
	if err := d.TakeBack(t.Context(), id, moderator.ID); !errors.Is(err, bulk.ErrLate) {
		t.Errorf("taken back late: %v", err)
	}
}

// One that is taken back never happens; of taking back and carrying out at the
// same moment one wins, and both know which.
func TestOrderIsTakenBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 8)
	for i := range 8 {
		o := bulk.Order{Who: moderator.ID, Act: feedback.ActReject, Reason: feedback.RejectSpam, Items: []bulk.Item{{Number: feedback.MakeNumber(2026, int64(i+1)), Rev: 1}}}
		id, err := d.Give(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		d.now = d.now.Add(bulk.Grace)
		var back error
		var wg sync.WaitGroup
		wg.Go(func() { back = d.TakeBack(t.Context(), id, moderator.ID) })
		wg.Go(func() { _ = d.copy(d.Office).Round(t.Context()) })
		wg.Wait()
		if errors.Is(back, bulk.ErrLate) {
			d.wants(id, bulk.Ended, 1, 0)
		} else if back == nil {
			d.round(nil)
			d.wants(id, bulk.Undone, 0, 0)
		} else {
			t.Error(back)
		}
	}
}

// What was cut off in the middle is gone on with by another copy, once its lease
// is over: each submission is done once, whatever was noted of it.
func TestOrderGoesOn(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(f *fails){
		"store away":         func(f *fails) { f.get = 27 },
		"done but not noted": func(f *fails) { f.swap = 3 },
		"nothing was done":   func(f *fails) { f.get = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 25)
			id := d.give(25)
			d.fail.asked, d.fail.swaps = 0, 0
			cut(d.fail)
			d.now = d.now.Add(bulk.Grace)
			d.round(errAway)
			d.fail.back()
			other := d.copy(d.Office)
			if err := other.Round(t.Context()); err != nil {
				t.Error(err)
			}
			if o := d.look(id); o.Stage != bulk.Running {
				t.Errorf("%s while another copy has it", o.Stage)
			}
			d.now = d.now.Add(31 * time.Second)
			if err := other.Round(t.Context()); err != nil {
				t.Error(err)
			}
			d.wants(id, bulk.Ended, 25, 0)
		})
	}
}

// Many copies at once do each submission once.
func TestOrderOfManyCopies(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 40)
	id := d.give(40)
	d.now = d.now.Add(bulk.Grace)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() { _ = d.copy(d.Office).Round(t.Context()) })
	}
	wg.Wait()
	d.wants(id, bulk.Ended, 40, 0)
}

// One that is long past is not carried out; one whose giver lost the right does
// nothing; and somebody who was quicker is said.
func TestOrderOfBefore(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 5)
	id := d.give(5)
	d.now = d.now.Add(2 * time.Hour)
	d.round(nil)
	d.wants(id, bulk.Stale, 0, 0)

	d.who.Roles = nil
	id = d.give(5)
	d.now = d.now.Add(bulk.Grace)
	d.round(nil)
	d.wants(id, bulk.Ended, 0, 5)

	d.who = moderator
	id = d.give(5)
	if _, err := d.Office.Do(t.Context(), "2026-000003", 1, feedback.Note{Text: "快了一步"}, moderator); err != nil {
		t.Fatal(err)
	}
	d.now = d.now.Add(bulk.Grace)
	d.round(nil)
	d.wants(id, bulk.Ended, 4, 1)
	if o := d.look(id); o.Items[2].Why != "conflict" {
		t.Errorf("%+v", o.Items[2])
	}
}

func TestOrderBounds(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1)
	item := []bulk.Item{{Number: "2026-000001", Rev: 1}}
	var v feedback.Invalid
	for field, o := range map[string]bulk.Order{
		"act":  {Who: "a", Act: feedback.ActPublish, Items: item},
		"pick": {Who: "a", Act: feedback.ActClose, Items: make([]bulk.Item, bulk.MaxItems+1)},
	} {
		if _, err := d.Give(t.Context(), o); !errors.As(err, &v) || v.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for i := range 6 {
		_, err := d.Give(t.Context(), bulk.Order{Who: "a", Act: feedback.ActClose, Items: item})
		if (i == 5) != errors.Is(err, bulk.ErrMany) {
			t.Errorf("order %d: %v", i, err)
		}
	}
	if _, err := d.Look(t.Context(), d.give(1), "somebody"); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("another's order: %v", err)
	}
	for _, act := range bulk.Acts() {
		o := bulk.Order{Act: act}
		if a := o.Action(); a == nil || a.Act() != act {
			t.Errorf("%s makes %v", act, fmt.Sprintf("%T", a))
		}
	}
}
