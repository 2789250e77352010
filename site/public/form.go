package public

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/body"
	"rectify/site/ui"
	"rectify/site/web"
)

// FormPage is the form by which a citizen writes.
type FormPage struct {
	ui.Frame
	Guarded
	In       feedback.Incoming
	Notice   *content.Notice
	Item     *content.Item
	Tag      ui.Tag
	Notices  []Choice
	Items    []ItemChoice
	Kinds    []Choice
	Faults   map[string]string
	Errs     []ui.FieldError
	Files    ui.Files
	Alike    []Alike // published ones that are like it
	MaxRunes int
	Strong   string // identity and bank numbers in the text, as they would be kept
}

// ItemChoice is a leaf in the list to choose from, under its problem.
type ItemChoice struct {
	Problem string
	Leaves  []Choice
}

// form shows the empty form. It is made for one reader: it holds a key of its
// own, by which the same form sent twice is one submission.
func (p *Pages) form(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err == nil {
		err = p.closed(q.Get("notice"))
	}
	if err != nil {
		return err
	}
	in := feedback.Incoming{Notice: q.Get("notice"), Item: q.Get("item"), Category: feedback.Category(q.Get("category")), Key: rand.Text()}
	if !in.Category.Valid() {
		in.Category = feedback.Opinion
	}
	if e, ok := p.Library.Snapshot().Notice(in.Notice); !ok {
		in.Notice, in.Item = "", ""
	} else if it := e.Notice.Item(in.Item); it == nil || !it.Leaf() {
		in.Item = ""
	}
	return p.showForm(c, fiber.StatusOK, in, Guarded{}, nil, "")
}

// submit takes the form; on a fault the same form comes back with everything
// that was typed.
func (p *Pages) submit(c *fiber.Ctx) error {
	web.Private(c)
	form, files, err := p.Tray.Receive(c, nil)
	if err != nil {
		return p.notReceived(c, err)
	}
	typed, g := readIncoming(form), readGuarded(form)
	typed.Attachments = files.List
	if err := p.closed(typed.Notice); err != nil {
		return err
	}
	in, faults := typed.Check()
	faults = append(faults, files.Faults...)
	faults = append(faults, body.Target(p.Library.Snapshot(), in)...)
	if len(faults) == 0 {
		in, faults = unstrong(form, in)
	}
	if len(faults) > 0 {
		return p.showForm(c, max(files.Status, fiber.StatusUnprocessableEntity), typed, g, faults, "")
	}
	if !g.Asked && in.Category != feedback.Clue {
		// What cannot be looked up just now keeps nobody from writing.
		if list, err := p.alike(c, p.frame(c, "new"), in.Notice, in.Text); err == nil && len(list) > 0 {
			return p.drawForm(c, fiber.StatusOK, FormPage{In: typed, Guarded: g, Alike: list}, nil, "")
		}
	}
	about, stale := p.arrived(c, in, g)
	if stale {
		return p.showForm(c, fiber.StatusUnprocessableEntity, typed, Guarded{Trap: g.Trap, Again: true, Asked: g.Asked, Whole: g.Whole}, nil, "form.again")
	}
	if in.Attachments, err = p.Tray.File(web.Context(c), files); err != nil {
		return p.notKept(c, typed, g, err)
	}
	in.Told = p.Site.ToldVersion()
	r, err := p.Intake.SubmitUnder(web.Context(c), in, about)
	switch {
	case errors.Is(err, feedback.ErrKeyReused):
		// The same form with another text: a second submission, not a repeat.
		in.Key = rand.Text()
		if r, err = p.Intake.SubmitUnder(web.Context(c), in, about); err != nil {
			return p.notKept(c, typed, g, err)
		}
	case err != nil:
		return p.notKept(c, typed, g, err)
	}
	return p.handOver(c, r, in)
}

// notReceived shows the form again when its files could not be taken in: what
// was typed before they came is in it.
func (p *Pages) notReceived(c *fiber.Ctx, err error) error {
	known, form := web.Classify(err), web.Begun(c)
	if form == nil || known.Status < fiber.StatusInternalServerError && !p.Site.Words.Has("error."+known.Code) {
		return err
	}
	trouble := "error." + known.Code
	if known.Status == fiber.StatusInternalServerError {
		known.Status, trouble = fiber.StatusServiceUnavailable, "form.files-away"
	}
	if known.Status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "30")
	}
	return p.showForm(c, known.Status, readIncoming(form), readGuarded(form), nil, trouble)
}

// notKept shows the form again when the store could not keep it: nothing is
// claimed, nothing is lost, and the key stays, so that trying again is safe.
func (p *Pages) notKept(c *fiber.Ctx, typed feedback.Incoming, g Guarded, err error) error {
	var invalid feedback.Invalid
	if errors.As(err, &invalid) {
		typed.Attachments = nil // the only thing that can be wrong by now
		return p.showForm(c, fiber.StatusUnprocessableEntity, typed, g, []feedback.Invalid{invalid}, "")
	}
	known := web.Classify(err)
	if known.Status < fiber.StatusInternalServerError {
		return err
	}
	c.Set(fiber.HeaderRetryAfter, "30")
	return p.showForm(c, fiber.StatusServiceUnavailable, typed, g, nil, "form.not-kept")
}

func readIncoming(form web.Values) feedback.Incoming {
	return feedback.Incoming{
		Notice: form.Get("notice"), Item: form.Get("item"), Category: feedback.Category(form.Get("category")), Text: form.Get("text"),
		Contact:        feedback.Contact{Name: form.Get("name"), Phone: form.Get("phone"), Email: form.Get("email")},
		ContactConsent: form.On("contact_consent"), PublishConsent: form.On("publish_consent"), FullText: form.On("full_text"), Key: form.Get("idempotency_key"),
	}
}

func (p *Pages) showForm(c *fiber.Ctx, status int, in feedback.Incoming, g Guarded, faults []feedback.Invalid, trouble string) error {
	return p.drawForm(c, status, FormPage{In: in, Guarded: g}, faults, trouble)
}

// drawForm shows the form with what page has of it.
func (p *Pages) drawForm(c *fiber.Ctx, status int, page FormPage, faults []feedback.Invalid, trouble string) error {
	in := &page.In
	web.Private(c)
	f := p.frame(c, "new")
	f.Title, f.Description = f.T("form.title"), f.T("form.description")
	f.Column = column(f, f.T("nav.new"), "feedback")
	f.Failed, f.NoIndex = len(faults) > 0 || trouble != "", true
	if f.Failed {
		f.Path = "/feedback/new"
	}
	if len(in.Key) < 16 || len(in.Key) > 64 {
		in.Key = rand.Text()
	}
	p.stamp(&page.Guarded, in.Key)
	page.Frame, page.MaxRunes = f, feedback.MaxTextRunes
	page.Asked = page.Asked || len(page.Alike) > 0
	page.Faults, page.Errs = ui.FieldErrors(f, faults)
	var err error
	if page.Files, err = p.files(f, "files", in.Attachments, faults); err != nil {
		return err
	}
	page.Strong = strongWords(in.Text)
	if trouble != "" {
		page.Errs = append([]ui.FieldError{{Field: "send", Text: f.T(trouble)}}, page.Errs...)
	}
	p.fillTarget(&page)
	for _, k := range p.Site.Body.Categories {
		term := p.Intake.Clocks.Rules.Answer[k.Code]
		hint := f.T("form.kind."+string(k.Code), f.T("term", term.Days, f.T("clock."+string(term.Clock))))
		page.Kinds = append(page.Kinds, Choice{Value: string(k.Code), Label: p.categoryLabel(f, k.Code), Chosen: k.Code == in.Category, Hint: hint})
	}
	return p.show(c, status, "form", page)
}

// fillTarget shows what the opinion is about, and what else it could be about.
func (p *Pages) fillTarget(page *FormPage) {
	snap := p.Library.Snapshot()
	for _, e := range snap.Entries() {
		page.Notices = append(page.Notices, Choice{Value: e.Notice.Slug, Label: e.Notice.Title, Chosen: e.Notice.Slug == page.In.Notice})
	}
	e, ok := snap.Notice(page.In.Notice)
	if !ok {
		return
	}
	page.Notice = e.Notice
	if it := e.Notice.Item(page.In.Item); it != nil && it.Leaf() {
		page.Item, page.Tag = it, page.StatusTag(it.Ledger)
	}
	for _, l := range e.Notice.Leaves() {
		path := e.Notice.Path(l.ID)
		problem := l.Heading
		if len(path) > 1 {
			problem = path[len(path)-2].Heading
		}
		if k := len(page.Items); k == 0 || page.Items[k-1].Problem != problem {
			page.Items = append(page.Items, ItemChoice{Problem: problem})
		}
		last := &page.Items[len(page.Items)-1]
		last.Leaves = append(last.Leaves, Choice{Value: l.ID, Label: l.ID + "　" + ui.Short(l.Title, 26), Chosen: l.ID == page.In.Item})
	}
}

// ticketLife is how long the answer page of a submission waits to be opened.
const ticketLife = 10 * time.Minute

// slip is what the answer page shows, once.
type slip struct {
	Receipt feedback.Receipt
	Notice  string
	Item    string
	Files   []string
}

// handOver sends the browser to the page that shows number and code once. The
// code itself stands in no address: a ticket does, good for one look.
func (p *Pages) handOver(c *fiber.Ctx, r feedback.Receipt, in feedback.Incoming) error {
	s := slip{Receipt: r, Notice: in.Notice, Item: in.Item}
	for _, a := range in.Attachments {
		s.Files = append(s.Files, a.Name)
	}
	if r.Pending {
		return p.showReceipt(c, s) // the store, where a ticket would be kept, is away
	}
	ticket := rand.Text()
	plain, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	sealed, err := p.Keys.Seal("receipt page", []byte(ticket), plain)
	if err == nil {
		key := sha256.Sum256([]byte(ticket))
		err = p.Vault.Keep(web.Context(c), key[:], sealed, p.Now().Add(ticketLife))
	}
	if err != nil {
		// The submission is kept; only the redirect is not possible. Its code
		// must not be lost for that.
		return p.showReceipt(c, s)
	}
	return web.SeeOther(c, p.Site.Links.To("/feedback/receipt")+"?t="+ticket)
}

// ReceiptPage shows number and code, once.
type ReceiptPage struct {
	ui.Frame
	feedback.Receipt
	Notice *content.Notice
	Item   *content.Item
	Files  []string
	At     time.Time
	Gone   bool
}

// Begun is day zero of the limits on the receipt.
func (p ReceiptPage) Begun() calendar.Day { return calendar.On(p.At) }

func (p *Pages) receipt(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	ticket := q.Get("t")
	if ticket != "" && c.Method() == fiber.MethodHead {
		web.Private(c) // a look at the headers is not the one look (RFC 9110, 9.2.1)
		return nil
	}
	key := sha256.Sum256([]byte(ticket))
	sealed, err := p.Vault.Take(web.Context(c), key[:], p.Now())
	if errors.Is(err, feedback.ErrNotFound) || ticket == "" {
		return p.receiptGone(c)
	}
	if err != nil {
		return err
	}
	plain, err := p.Keys.Open("receipt page", []byte(ticket), sealed)
	if err != nil {
		return p.receiptGone(c)
	}
	var s slip
	if err := json.Unmarshal(plain, &s); err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	return p.showReceipt(c, s)
}

func (p *Pages) showReceipt(c *fiber.Ctx, s slip) error {
	web.Private(c)
	f := p.frame(c, "track")
	f.Title, f.NoIndex, f.Path = f.T("receipt.title"), true, "/track"
	page := ReceiptPage{Frame: f, Receipt: s.Receipt, Files: s.Files, At: p.Now()}
	if e, ok := p.Library.Snapshot().Notice(s.Notice); ok {
		page.Notice, page.Item = e.Notice, e.Notice.Item(s.Item)
	}
	return p.show(c, fiber.StatusOK, "receipt", page)
}

// receiptGone explains that the page was shown before.
func (p *Pages) receiptGone(c *fiber.Ctx) error {
	web.Private(c)
	f := p.frame(c, "track")
	f.Title, f.NoIndex, f.Path = f.T("receipt.gone"), true, "/track"
	return p.show(c, fiber.StatusGone, "receipt", ReceiptPage{Frame: f, Gone: true})
}
