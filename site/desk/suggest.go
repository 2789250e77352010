package desk

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content/search"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/likeness"
	"rectify/site/ui"
	"rectify/site/web"
)

// What of earlier replies is looked at and shown.
const (
	suggestLook = feedback.MaxPage
	suggestShow = 6
	maxAsked    = 100 // characters of what is looked for
)

// FoundReply is an earlier published reply that can be opened, and put into the
// draft.
type FoundReply struct {
	Key      string // number and which reply: 2026-000123/1
	URL      string
	Question string // the beginning of what it answers, as the public sees it
	Text     string
	Office   string
	Answered calendar.Day
	Same     bool // about the same leaf
}

// suggested are earlier replies: those in which the words stand, or, without
// words, those to what is most like s. Only what everybody may read is among
// them: no clue, nothing that was taken back.
func (d *Desk) suggested(c *fiber.Ctx, s *feedback.Submission, words string) ([]FoundReply, error) {
	if strings.TrimSpace(words) == "" {
		return d.suggestedAlike(c, s)
	}
	if d.Search == nil {
		return nil, nil
	}
	res, err := d.Search.Search(web.Context(c), search.Query{Text: words, Kind: search.Reply, Page: 1})
	if err != nil {
		return nil, err
	}
	var found []FoundReply
	for _, hit := range res.Hits {
		r, ok, err := d.publicReply(c, s, hit.Key)
		if err != nil {
			return nil, err
		}
		if ok && len(found) < suggestShow {
			found = append(found, r)
		}
	}
	return found, nil
}

// suggestedAlike are the replies to published submissions that share most with
// s, those about the same leaf first of equal ones.
func (d *Desk) suggestedAlike(c *fiber.Ctx, s *feedback.Submission) ([]FoundReply, error) {
	list, _, err := d.Store.List(web.Context(c), feedback.Query{Visibility: feedback.Published, Notice: s.Notice, Sort: feedback.ByPublished, Limit: suggestLook})
	if err != nil {
		return nil, err
	}
	type scored struct {
		FoundReply
		score float64
	}
	mine := likeness.GramsOf(s.Current())
	var all []scored
	for i := range list {
		for _, r := range readable(d.Site.Links, s, &list[i]) {
			all = append(all, scored{r, mine.Share(likeness.GramsOf(r.Question + r.Text))})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), compareBool(b.Same, a.Same))
	})
	var found []FoundReply
	for _, x := range all[:min(len(all), suggestShow)] {
		found = append(found, x.FoundReply)
	}
	return found, nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// readable are the replies to other that everybody may read and that hold.
func readable(links ui.Links, s, other *feedback.Submission) (found []FoundReply) {
	pub, ok := other.Public()
	if !ok || pub.Gone != feedback.NotGone || pub.Category == feedback.Clue || other.Number == s.Number {
		return nil
	}
	question := ""
	for _, t := range pub.Text {
		question += t.Text
	}
	for _, r := range feedback.Standing(pub.Replies) {
		found = append(found, FoundReply{
			Key: string(pub.Number) + "/" + number(r.N), URL: links.Opinion(string(pub.Number)) + "#re-" + string(pub.Number) + "-" + number(r.N),
			Question: cutRunes(question, 60), Text: r.Text, Office: r.Office, Answered: r.Answered,
			Same: pub.Notice == s.Notice && pub.Item == s.Item && pub.Item != "",
		})
	}
	return found
}

// publicReply is one earlier reply by its key, false if it may not be read.
func (d *Desk) publicReply(c *fiber.Ctx, s *feedback.Submission, key string) (FoundReply, bool, error) {
	name, nth, _ := strings.Cut(key, "/")
	n, okNumber := feedback.ParseNumber(name)
	if _, err := strconv.Atoi(nth); err != nil || !okNumber {
		return FoundReply{}, false, nil
	}
	other, err := d.Store.Get(web.Context(c), n)
	if errors.Is(err, feedback.ErrNotFound) {
		return FoundReply{}, false, nil
	}
	if err != nil {
		return FoundReply{}, false, err
	}
	for _, r := range readable(d.Site.Links, s, &other) {
		if r.Key == key {
			return r, true, nil
		}
	}
	return FoundReply{}, false, nil
}

// earlier is the text of an earlier reply that is to be put in.
func (d *Desk) earlier(c *fiber.Ctx, s *feedback.Submission, key string) (string, error) {
	r, ok, err := d.publicReply(c, s, key)
	if err == nil && !ok {
		err = web.NotFound()
	}
	return r.Text, err
}
