package public

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/tray"
	"rectify/site/ui"
	"rectify/site/web"
)

// passLife is how long the forms on an opened submission stay good.
const passLife = 30 * time.Minute

// pass is what the forms of an opened submission carry instead of the code.
type pass struct {
	Number feedback.Number
	MAC    []byte // of the code it was opened with: a renewed code ends it
	Until  time.Time
}

// TrackPage asks for a code, or shows the submission that it opens.
type TrackPage struct {
	ui.Frame
	Code   string // what was typed and opened nothing
	Once   string // by which a repeat of the form is known
	Errs   []ui.FieldError
	Faults map[string]string
	Opened *Opened
	Typed  web.Values
}

// Opened is a submission as its sender sees it.
type Opened struct {
	S        feedback.Submission
	State    string // in plain words
	Notice   *content.Notice
	Item     *content.Item
	Steps    []Step
	Text     []feedback.Segment
	Replies  []feedback.PublicReply
	Pass     string
	NewCode  feedback.Code
	AskUntil calendar.Day
	ReviewBy calendar.Day
	May      map[string]bool
	Next     *feedback.Limit
	NextWhat string       // what is to be done by then
	NextURL  string       // where it is counted
	Standing *ui.Standing // nil: no clock stands still
	Parts    []OwnPart    // matters that were split off it
	Target   *OwnTarget   // what it was merged into

	takes  bool                  // forms take files
	kept   string                // those of the form that came back, sealed
	files  []feedback.Attachment // the same
	faults []feedback.Invalid    // of the same form
}

// Step is one thing that happened.
type Step struct {
	At   time.Time
	What string
	More string
	Now  bool
}

func (p *Pages) trackForm(c *fiber.Ctx) error {
	return p.showTrack(c, fiber.StatusOK, TrackPage{Once: rand.Text()})
}

// track opens a submission by its code, or does what its sender asks.
func (p *Pages) track(c *fiber.Ctx) error {
	web.Private(c)
	form, files, err := p.Tray.Receive(c, func(begun web.Values) error {
		_, err := p.passed(c, begun) // who may not add to it may not make us keep files either
		return err
	})
	if err != nil {
		return err
	}
	if form.Get("pass") != "" {
		return p.trackAct(c, form, files)
	}
	if err := p.Watch.Hold(web.Context(c), c.Context()); err != nil {
		return err
	}
	code, ok := feedback.ParseCode(form.Get("code"))
	if !ok {
		return p.wrongCode(c, form)
	}
	s, fresh, err := p.byCode(c, code, form)
	if errors.Is(err, feedback.ErrNotFound) {
		return p.wrongCode(c, form)
	}
	if err != nil {
		return err
	}
	return p.open(c, fiber.StatusOK, s, fresh, "", back{})
}

// wrongCode says the same for every wrong code, whatever is wrong with it. Who
// tries many is told to wait; only wrong ones are counted, so the owner of a
// right one gets through beside them. What was typed comes back to be compared
// with the receipt.
func (p *Pages) wrongCode(c *fiber.Ctx, form web.Values) error {
	if refused, wait := p.Watch.Wrong(c.Context()); refused {
		return web.TooMany(c, wait)
	}
	f := p.frame(c, "track")
	text := f.T("track.wrong")
	return p.showTrack(c, fiber.StatusUnprocessableEntity, TrackPage{
		Code: feedback.TypedCode(form.Get("code")), Once: formMark(form), Errs: []ui.FieldError{{Field: "code", Text: text}}, Faults: map[string]string{"code": text},
	})
}

func (p *Pages) showTrack(c *fiber.Ctx, status int, page TrackPage) error {
	web.Private(c)
	f := p.frame(c, "track")
	f.Path = "/track" // without a query: somebody may have written a code into it
	f.Title, f.Description = f.T("track.title"), f.T("track.description")
	if page.Opened != nil {
		f.Title = f.T("track.opened", page.Opened.S.Number)
	}
	f.Column = column(f, f.T("nav.track"), "feedback")
	f.Failed = len(page.Errs) > 0
	f.NoIndex = page.Opened != nil
	f.Flash = page.Flash
	page.Frame = f
	return p.show(c, status, "track", page)
}

// back is a form on an opened submission that did not get through.
type back struct {
	typed  web.Values
	files  []feedback.Attachment // that came with it
	faults []feedback.Invalid
}

// open shows a submission to its sender.
func (p *Pages) open(c *fiber.Ctx, status int, s feedback.Submission, fresh feedback.Code, flash string, b back) error {
	f := p.frame(c, "track")
	o := &Opened{S: s, NewCode: fresh, Replies: s.PublicReplies(), AskUntil: s.FollowUpUntil(p.Office.Clocks.Rules), ReviewBy: s.ReviewUntil(p.Office.Clocks.Rules)}
	var err error
	if !s.Pending() { // or nothing can be done with it yet
		if o.Pass, err = p.seal(s); err != nil {
			return err
		}
		o.May = p.may(s)
	}
	if e, ok := p.Library.Snapshot().Notice(s.Notice); ok {
		o.Notice, o.Item = e.Notice, e.Notice.Item(s.Item)
	}
	o.Text = []feedback.Segment{{Text: feedback.Visible(s.Current())}}
	if !s.Moderated.IsZero() {
		o.Text = feedback.Segments(s.Current(), s.Redactions)
	}
	if err = p.related(c, f, o); err != nil {
		return err
	}
	o.State = p.stateText(f, &s)
	o.Steps = p.steps(f, &s)
	o.Standing = f.StandingOf(p.Office.Clocks, &s, calendar.On(p.Now()))
	switch {
	case s.State == feedback.Received:
		o.Next, o.NextWhat, o.NextURL = &s.Limits.Moderate, f.T("limit.moderate"), f.Links.Count(s.CountModerate())
	case s.State.Open() && o.Standing == nil:
		o.Next, o.NextWhat, o.NextURL = &s.Limits.Answer, f.T("limit.answer"), f.Links.Count(s.CountAnswer())
	}
	page := TrackPage{Opened: o, Typed: b.typed}
	page.Flash = flash
	act := b.typed.Get("act")
	if p.Tray != nil {
		if o.kept, err = p.Tray.Field(b.files); err != nil {
			return err
		}
		o.files, o.faults, o.takes = b.files, b.faults, true
	}
	page.Faults, page.Errs = ui.FieldErrors(f, b.faults)
	for i := range page.Errs {
		if page.Errs[i].Field == "files" { // each form has its own
			page.Errs[i].Field = "files-" + act
		}
	}
	return p.showTrack(c, status, page)
}

// probe stands for the words of an act that is only tried.
const probe = "。"

// may answers what the sender can do now, by the table of moves and its clocks.
func (p *Pages) may(s feedback.Submission) map[string]bool {
	may := make(map[string]bool)
	for _, act := range []feedback.Action{
		feedback.Correct{Text: probe}, feedback.AddRemark{Text: probe}, feedback.FollowUp{Text: probe}, feedback.Rate{Solved: 1},
		feedback.Withdraw{}, feedback.Explain{Text: probe}, feedback.AskReview{Reason: probe},
	} {
		may[string(act.Act())] = p.can(s, act)
	}
	return may
}

func (p *Pages) can(s feedback.Submission, act feedback.Action) bool {
	_, err := p.Office.Clocks.Apply(s, act, feedback.Sender(), p.Now())
	return err == nil
}

func (p *Pages) seal(s feedback.Submission) (string, error) {
	plain, err := json.Marshal(pass{Number: s.Number, MAC: s.CodeMAC, Until: p.Now().Add(passLife)})
	if err != nil {
		return "", fmt.Errorf("pass: %w", err)
	}
	sealed, err := p.Keys.Seal("pass", nil, plain)
	if err != nil {
		return "", fmt.Errorf("pass: %w", err)
	}
	return encodePass(sealed), nil
}

// opened answers the submission of a pass, or feedback.ErrNotFound when the
// pass is not good any more.
func (p *Pages) opened(c *fiber.Ctx, text string) (feedback.Submission, error) {
	sealed, ok := decodePass(text)
	if !ok {
		return feedback.Submission{}, feedback.ErrNotFound
	}
	plain, err := p.Keys.Open("pass", nil, sealed)
	if err != nil {
		return feedback.Submission{}, feedback.ErrNotFound
	}
	var have pass
	if err := json.Unmarshal(plain, &have); err != nil || p.Now().After(have.Until) {
		return feedback.Submission{}, feedback.ErrNotFound
	}
	s, err := p.Store.Get(web.Context(c), have.Number)
	if err != nil {
		return s, err
	}
	if string(s.CodeMAC) != string(have.MAC) {
		return feedback.Submission{}, feedback.ErrNotFound
	}
	return s, nil
}

// mark reads one mark of a rating; what is no number is none.
func mark(form web.Values, name string) int {
	n, err := strconv.Atoi(form.Get(name))
	if err != nil {
		return 0
	}
	return n
}

// passed answers the submission that a form acts on. Typed words come back on
// the page that says that it was open for too long.
func (p *Pages) passed(c *fiber.Ctx, form web.Values) (feedback.Submission, error) {
	s, err := p.opened(c, form.Get("pass"))
	if errors.Is(err, feedback.ErrNotFound) {
		err = web.Error{Status: fiber.StatusForbidden, Code: "pass"}
	}
	return s, err
}

// trackAct does what the sender asks on an opened submission.
func (p *Pages) trackAct(c *fiber.Ctx, form web.Values, files tray.Handed) error {
	s, err := p.passed(c, form)
	if err != nil {
		return err
	}
	again := back{typed: form, files: files.List, faults: files.Faults}
	if len(files.Faults) > 0 {
		return p.open(c, files.Status, s, "", "", again)
	}
	if form.Get("act") == openPart {
		return p.openPart(c, s, form)
	}
	if form.Get("act") == string(feedback.ActWithdraw) && !form.On("sure") {
		again.faults = []feedback.Invalid{{Field: "sure", Rule: "required"}}
		return p.open(c, fiber.StatusUnprocessableEntity, s, "", "", again)
	}
	list, err := p.Tray.File(web.Context(c), files)
	var action feedback.Action
	if err == nil {
		if action = senderAction(masked(form), list); action == nil {
			return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
		}
		var next feedback.Submission
		if next, err = p.Office.DoBySender(web.Context(c), s.Number, action); err == nil {
			return p.open(c, fiber.StatusOK, next, "", p.doneWords(c, action.Act(), form), back{})
		}
	}
	var invalid feedback.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	if act := form.Get("act"); invalid.Field == "text" || act == string(feedback.ActReview) {
		invalid.Field = act // each form has its own box
	}
	if action == nil {
		again.files = nil // they are not there any more
	}
	again.faults = []feedback.Invalid{invalid}
	return p.open(c, fiber.StatusUnprocessableEntity, s, "", "", again)
}

// senderAction is what a form on an opened submission asks for; nil for nothing
// that there is.
func senderAction(form web.Values, files []feedback.Attachment) feedback.Action {
	text := form.Get("text")
	switch feedback.Act(form.Get("act")) {
	case feedback.ActCorrect:
		return feedback.Correct{Text: text}
	case feedback.ActRemark:
		return feedback.AddRemark{Text: text, Files: files}
	case feedback.ActFollowUp:
		return feedback.FollowUp{Text: text, Files: files}
	case feedback.ActExplain:
		return feedback.Explain{Text: text, Files: files}
	case feedback.ActReview:
		return feedback.AskReview{Reason: text}
	case feedback.ActRate:
		return feedback.Rate{Solved: mark(form, "solved"), Attitude: mark(form, "attitude"), Speed: mark(form, "speed"), Word: form.Get("word")}
	case feedback.ActWithdraw:
		return feedback.Withdraw{}
	}
	return nil
}

// leave ends a visit at somebody else's computer (T75): what the browser keeps
// of the site goes, and with it a draft.
func (p *Pages) leave(c *fiber.Ctx) error {
	web.Private(c)
	c.Set("Clear-Site-Data", `"cache", "storage"`)
	return web.SeeOther(c, p.Site.Links.Home())
}
