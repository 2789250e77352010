package desk

import (
	"slices"

	"rectify/content"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/ui"
	"rectify/site/web"
)

// asked are the words of the address that make another page of the queue.
type asked struct {
	view, channel, category, notice, item, sort, words string
	owner, due                                         string // an account in charge, a day: other pages lead here by them
}

// readAsked takes what it knows out of a query; anything else is as if it were
// not there.
func readAsked(q web.Values) asked {
	a := asked{view: orDefault(q.Get("view"), "open"), notice: q.Get("notice"), words: tidyWords(q.Get("q"))}
	if ch := feedback.Channel(q.Get("channel")); ch.Valid() {
		a.channel = string(ch)
	}
	if k := feedback.Category(q.Get("category")); k.Valid() {
		a.category = string(k)
	}
	if a.notice != "" {
		a.item = q.Get("item")
	}
	if _, ok := sorts()[q.Get("sort")]; ok {
		a.sort = q.Get("sort")
	}
	a.owner = cutRunes(q.Get("owner"), maxWords)
	if day, err := calendar.Parse(q.Get("due")); err == nil {
		a.due = string(day)
	}
	return a
}

// sorts are the orders that are offered, by their word in the address.
func sorts() map[string]feedback.Sort {
	return map[string]feedback.Sort{"due": feedback.ByDue, "newest": feedback.ByNewest, "oldest": feedback.ByNumber}
}

// narrow puts filters and order into a question. A view that is about one
// category stays so.
func (a asked) narrow(q feedback.Query) feedback.Query {
	q.Channel, q.Notice, q.Item, q.Limit = feedback.Channel(a.channel), a.notice, a.item, queuePage
	if q.Category == "" {
		q.Category = feedback.Category(a.category)
	}
	if s, ok := sorts()[a.sort]; ok {
		q.Sort = s
	}
	if q.Owner == "" { // a view that is about one account stays so
		q.Owner = a.owner
	}
	if a.due != "" {
		q.DueOn = calendar.Day(a.due)
	}
	return q
}

// filtered reports whether anything but the view narrows the queue.
func (a asked) filtered() bool {
	return a.channel+a.category+a.notice+a.item+a.words+a.owner+a.due != ""
}

// query is a as it stands in an address, with more before it.
func (a asked) query(more ...string) string {
	v := web.Values{}
	for i := 0; i+1 < len(more); i += 2 {
		v[more[i]] = []string{more[i+1]}
	}
	for name, value := range map[string]string{
		"view": a.view, "channel": a.channel, "category": a.category, "notice": a.notice, "item": a.item, "sort": a.sort, "q": a.words, "owner": a.owner, "due": a.due,
	} {
		if value != "" {
			v[name] = []string{value}
		}
	}
	return "?" + v.Encode()
}

// filters fills in what can be chosen.
func (d *Desk) filters(page *QueuePage, a asked, sort feedback.Sort) error {
	for _, ch := range feedback.Channels() {
		page.Channels = append(page.Channels, ui.Option{Value: string(ch), Label: page.T("channel." + string(ch)), Chosen: a.channel == string(ch)})
	}
	for _, k := range feedback.Categories() {
		page.Kinds = append(page.Kinds, ui.Option{Value: string(k), Label: page.T("category." + string(k)), Chosen: a.category == string(k)})
	}
	for _, name := range []string{"due", "newest", "oldest"} {
		page.Sorts = append(page.Sorts, ui.Option{Value: name, Label: page.T("queue.sort." + name), Chosen: sorts()[name] == sort})
	}
	for _, e := range d.Library.Snapshot().Entries() {
		chosen := a.notice == e.Notice.Slug
		page.Notices = append(page.Notices, ui.Option{Value: e.Notice.Slug, Label: e.Notice.Title, Chosen: chosen})
		if !chosen {
			continue
		}
		whole, err := e.Open()
		if err != nil {
			return err
		}
		for _, it := range whole.Notice.Leaves() {
			page.Items = append(page.Items, ui.Option{Value: it.ID, Label: itemLabel(it), Chosen: a.item == it.ID})
		}
	}
	if a.item != "" && !slices.ContainsFunc(page.Items, func(o ui.Option) bool { return o.Chosen }) {
		page.Items = append(page.Items, ui.Option{Value: a.item, Label: a.item, Chosen: true}) // of an earlier version
	}
	return nil
}

func itemLabel(it *content.Item) string { return it.ID + " " + cutRunes(it.Title, 40) }
