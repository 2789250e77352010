package desk

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/auth"
	"rectify/site/live"
	"rectify/site/web"
)

// A stream of news ends by itself before anything in between would cut it off;
// the page asks again, and its session is looked at anew.
const (
	streamLife = 25 * time.Second
	beat       = 5 * time.Second
	retry      = 2 * time.Second
	retryBusy  = 10 * time.Second // the store does not answer just now
	retryFull  = 30 * time.Second
)

// Live is what a page of the queue needs to hear what is new.
type Live struct {
	Stream string // address of the stream
	Show   string // address where it is shown
}

// live is that of a page; nil where nothing new can come into it.
func (d *Desk) live(ctx context.Context, a asked) (*Live, error) {
	if d.Hub == nil || a.words != "" {
		return nil, nil //nolint:nilnil // a search is of what there is
	}
	since, err := live.Newest(ctx, d.Store)
	if err != nil {
		return nil, err
	}
	show := a
	if !arrivals(a.view) { // what is new comes in elsewhere
		show.view = "moderate"
	}
	return &Live{
		Stream: d.Site.Links.To("/desk/live") + a.query("since", string(since)),
		Show:   d.Site.Links.To("/desk") + show.query(),
	}, nil
}

// arrivals reports whether what has just come in stands in a view.
func arrivals(view string) bool {
	switch view {
	case "open", "moderate", "suspect", "clues", "all":
		return true
	}
	return false
}

// wanted says which arrivals a page tells of: those that whoever looks may see
// and that its view and filters hold, or that would be in the view of what waits
// to be moderated.
func wanted(a asked, who feedback.Actor) func(*feedback.Submission) bool {
	return func(s *feedback.Submission) bool {
		switch {
		case !who.MaySee(s), s.State != feedback.Received,
			a.view != "all" && s.Suspected() != (a.view == "suspect"),
			a.view == "clues" && s.Category != feedback.Clue:
			return false
		}
		or := func(asked, is string) bool { return asked == "" || asked == is }
		return or(a.channel, string(s.Channel)) && or(a.category, string(s.Category)) && or(a.notice, s.Notice) && or(a.item, s.Item)
	}
}

// news is the stream: server-sent events with how many have arrived since the
// page was made (WHATWG HTML, 9.2).
func (d *Desk) news(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	since, ok := feedback.ParseNumber(q.Get("since"))
	if (!ok && q.Get("since") != "") || d.Hub == nil {
		return web.NotFound()
	}
	who := auth.Of(c).Actor()
	l, leave, err := d.Hub.Listen(web.Context(c), who.ID, since, wanted(readAsked(q), who))
	web.Private(c)
	c.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
	c.Set("X-Accel-Buffering", "no") // nginx would keep it back
	if err != nil {                  // a status that says so would keep the page from ever asking again
		later := retryBusy
		if errors.Is(err, live.ErrFull) {
			later = retryFull
		}
		return c.SendString(fmt.Sprintf("retry: %d\n\n", later.Milliseconds()))
	}
	if c.Method() == fiber.MethodHead {
		leave()
		return nil
	}
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer leave()
		d.stream(w, l)
	})
	return nil
}

// stream writes until its time is over, the site ends, or nobody reads.
func (d *Desk) stream(w *bufio.Writer, l *live.Listener) {
	over, tick := time.NewTimer(streamLife), time.NewTicker(beat)
	defer over.Stop()
	defer tick.Stop()
	fmt.Fprintf(w, "retry: %d\n\n", retry.Milliseconds())
	for w.Flush() == nil {
		select {
		case n := <-l.News:
			fmt.Fprintf(w, "event: arrived\ndata: %d\n\n", n)
		case <-tick.C:
			_, _ = w.WriteString(":\n\n")
		case <-over.C:
			return
		case <-d.Hub.Ended():
			return
		}
	}
}
