package api

import (
	"encoding/json"
	"errors"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/notary"
	"rectify/site/i18n"
	"rectify/site/ui"
	"rectify/site/web"
)

// publicRow is a published submission. It has no sender and no time finer
// than a day.
type publicRow struct {
	Number    feedback.Number   `json:"number"`
	URL       string            `json:"url"`
	Notice    string            `json:"notice,omitempty"`
	Item      string            `json:"item,omitempty"`
	Channel   feedback.Channel  `json:"channel"`
	Category  feedback.Category `json:"category"`
	State     feedback.State    `json:"state"`
	Received  calendar.Day      `json:"received"`
	Published calendar.Day      `json:"published"`
	Text      string            `json:"text"` // hidden parts stand as 【已遮盖：…】
	Replies   []replyRow        `json:"replies"`
	Forwarded *forwardedRow     `json:"forwarded,omitempty"` // it went to another body, and ended here by that
	Statement json.RawMessage   `json:"statement"`           // the very bytes whose SHA-256 stands in the public log
}

// forwardedRow is where a submission went.
type forwardedRow struct {
	On calendar.Day `json:"on"`
	To string       `json:"to"`
}

// replyRow holds the five things that a public reply shows.
type replyRow struct {
	Accepted calendar.Day    `json:"accepted"`
	Answered calendar.Day    `json:"answered"`
	Office   string          `json:"office"`
	Text     string          `json:"text"`
	Number   feedback.Number `json:"number"`

	Corrects   int          `json:"corrects,omitempty"`     // which reply, from 1, it takes the place of
	Why        string       `json:"why,omitempty"`          // of the correction
	Corrected  int          `json:"corrected_by,omitempty"` // which takes its place
	Alone      bool         `json:"alone,omitempty"`        // one person published it
	Reviewed   calendar.Day `json:"reviewed,omitempty"`     // when a second one had looked at that
	Withdrawn  calendar.Day `json:"withdrawn,omitempty"`
	Withdrawal string       `json:"withdrawal,omitempty"` // why
	Hidden     bool         `json:"hidden,omitempty"`     // office and text are shown no more
}

func (a *API) published(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	after, limit, err := bounds(q)
	if err != nil {
		return err
	}
	notice, item := q.Get("notice"), q.Get("item")
	web.Tag(c, web.TagFeedback)
	list, next, err := a.Store.List(web.Context(c), feedback.Query{
		Visibility: feedback.Published, Notice: notice, Item: item,
		Sort: feedback.ByPublished, After: after, Limit: limit,
	})
	if err != nil {
		return err
	}
	p := page[publicRow]{Next: next}
	for i := range list {
		if pub, ok := list[i].Public(); ok && pub.Gone == feedback.NotGone {
			p.Items = append(p.Items, a.publicRow(pub))
		}
	}
	return answer(c, a.Site.Links, "/api/v1/submissions", q, p)
}

// publicOne is one submission as everybody may see it; false when it is not
// public, or no more.
func (a *API) publicOne(c *fiber.Ctx, n feedback.Number) (feedback.Public, bool, error) {
	s, err := a.Store.Get(web.Context(c), n)
	if errors.Is(err, feedback.ErrNotFound) {
		return feedback.Public{}, false, nil
	}
	if err != nil {
		return feedback.Public{}, false, err
	}
	p, ok := s.Public()
	return p, ok && p.Gone == feedback.NotGone, nil
}

func (a *API) publicRow(p feedback.Public) publicRow {
	row := publicRow{
		Number: p.Number, URL: a.Site.Links.Absolute(a.Site.Links.Opinion(string(p.Number))),
		Notice: p.Notice, Item: p.Item, Channel: p.Channel, Category: p.Category, State: p.State,
		Received: p.Received, Published: p.Shown, Text: a.plain(p.Text), Replies: []replyRow{},
		Statement: notary.StatementBytes(p),
	}
	if p.Sent != nil {
		row.Forwarded = &forwardedRow{On: p.Sent.On, To: p.Sent.Name}
	}
	for _, r := range p.Replies {
		row.Replies = append(row.Replies, replyRow{
			Accepted: r.Accepted, Answered: r.Answered, Office: r.Office, Text: r.Text, Number: r.Number,
			Corrects: r.Corrects, Why: r.Why, Corrected: r.Heir, Alone: r.Alone, Reviewed: r.Reviewed,
			Withdrawn: r.Gone, Withdrawal: r.GoneWhy, Hidden: r.Hidden,
		})
	}
	return row
}

// plain writes segments as one text; data is in Chinese, as the texts are.
func (a *API) plain(segments []feedback.Segment) string {
	return ui.Spoken(a.Site.Words, i18n.Chinese, segments)
}
