package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/ui"
)

// View is a saved question to the store with its count.
type View struct {
	Key, Label, URL string
	N               int
	More            bool // there are more than N
	Late, Current   bool
}

// Amount is a count that may have stopped early: then there are more than N.
type Amount struct {
	N    int
	More bool
}

// countTo is where tallied of the desk stop: a page must not cost more because
// there is more of what nobody tallied one by one.
const countTo = 1000

// amount tallied what matches, up to countTo.
func (d *Desk) amount(ctx context.Context, q feedback.Query) (Amount, error) {
	q.Most = countTo + 1
	n, err := d.Store.Count(ctx, q)
	return Amount{min(n, countTo), n > countTo}, err
}

// total tallied what a page is about, the way its views are counted; false where
// that takes too long just now.
func (d *Desk) total(ctx context.Context, q feedback.Query, large bool) (Amount, bool, error) {
	q.After, q.Apart = "", nil
	if !large {
		n, err := d.amount(ctx, q)
		return n, true, err
	}
	n, ok := d.totals.get(ctx, fmt.Sprintf("%+v", q), func(ctx context.Context) (Amount, error) { return d.amount(ctx, q) })
	return n, ok, nil
}

// view answers the store's question behind a view; false for an unknown one.
func view(key string, who feedback.Actor, today calendar.Day) (feedback.Query, bool) {
	// What is suspected waits to be moderated; taken up, it is not any more.
	q := feedback.Query{States: feedback.OpenStates(), Suspect: feedback.No, Sort: feedback.ByDue}
	switch key {
	case "suspect":
		q.States, q.Suspect = []feedback.State{feedback.Received}, feedback.Yes
	case "", "open":
	case "late":
		q.DueBefore = today
	case "today":
		q.DueOn = today
	case "moderate":
		q.States = []feedback.State{feedback.Received}
	case "approve":
		q.Submitted = true // in whatever state: corrections wait in answered matters
		q.States, q.Suspect = nil, feedback.Any
	case "mine":
		q.Owner = who.ID
	case "called": // whatever became of it: somebody waits for a word
		q = feedback.Query{Tie: feedback.TieTo(who.ID), Sort: feedback.ByNewest}
	case "waiting":
		q.Asked = true
	case "clues":
		q.Category = feedback.Clue
	case "publish":
		q.States, q.Suspect = []feedback.State{feedback.Answered}, feedback.Any
		q.Visibility = feedback.Private
		q.Sort = feedback.ByNewest
	case "answered":
		q.States, q.Suspect = []feedback.State{feedback.Answered, feedback.Closed}, feedback.Any
		q.Sort = feedback.ByNewest
	case "ended":
		q.States, q.Suspect = []feedback.State{feedback.Rejected, feedback.Merged}, feedback.Any
		q.Sort = feedback.ByNewest
	case "all":
		q.States, q.Suspect = nil, feedback.Any
		q.Sort = feedback.ByNewest
	default:
		return q, false
	}
	return veil(q, who), true
}

// veil leaves out of a question what the asker may not see.
func veil(q feedback.Query, who feedback.Actor) feedback.Query { return who.Veil(q) }

// viewKeys are the views that somebody has. Work comes first, what is past last.
func viewKeys(who feedback.Actor) []string {
	keys := []string{"open", "mine", "late", "today", "moderate", "suspect", "approve", "called", "waiting", "clues", "publish", "answered", "ended", "all"}
	return slices.DeleteFunc(keys, func(k string) bool { return k == "clues" && !who.Has(feedback.Moderator, feedback.Approver) })
}

// atOnce is how many tallied of one page run beside each other.
const atOnce = 4

// tallied are the views of somebody with their tallied, and when they were counted.
type tallied struct {
	views []View
	at    time.Time
}

// views are those of whoever asks, with their tallied as they are now. Where more
// is open than is counted, they are as they were some seconds ago: at tells when.
func (d *Desk) views(ctx context.Context, f ui.Frame, who feedback.Actor, today calendar.Day, current string) (views []View, at time.Time, err error) {
	key := fmt.Sprint(who.ID, who.Roles, who.Only, today, f.Lang())
	work := func(ctx context.Context) (tallied, error) {
		list, err := d.count(ctx, f, who, today)
		return tallied{list, d.Now()}, err
	}
	known, ok := d.counted.peek(key), false
	if len(known.views) > 0 && known.views[0].More {
		known, ok = d.counted.get(ctx, key, work)
	}
	if !ok {
		if known, err = work(ctx); err != nil {
			return nil, at, err
		}
		if known.views[0].More { // of all that is open
			_, _ = d.counted.get(ctx, key, func(context.Context) (tallied, error) { return known, nil })
		}
	}
	views = slices.Clone(known.views)
	for i := range views {
		views[i].Current = views[i].Key == current
	}
	if known.views[0].More {
		at = known.at
	}
	return views, at, nil
}

// count tallied every view.
func (d *Desk) count(ctx context.Context, f ui.Frame, who feedback.Actor, today calendar.Day) ([]View, error) {
	keys := viewKeys(who)
	views := make([]View, len(keys))
	crowd, ctx := errgroup.WithContext(ctx)
	crowd.SetLimit(atOnce)
	for i, key := range keys {
		crowd.Go(func() error {
			query, _ := view(key, who, today)
			v := View{Key: key, Label: f.T("view." + key), URL: d.Site.Links.To("/desk") + "?view=" + key}
			n, err := d.amount(ctx, query)
			if err != nil {
				return err
			}
			v.N, v.More, v.Late = n.N, n.More, key == "late" && n.N > 0
			if key == "suspect" && v.N > 0 { // the view of what is late leaves these out
				query.DueBefore, query.Most = today, 1
				late, err := d.Store.Count(ctx, query)
				if err != nil {
					return err
				}
				v.Late = late > 0
			}
			views[i] = v
			return nil
		})
	}
	return views, crowd.Wait()
}

// much reports whether more waits to be moderated than is counted.
func much(views []View) bool {
	return slices.ContainsFunc(views, func(v View) bool { return v.More && (v.Key == "moderate" || v.Key == "suspect") })
}
