package desk

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/calendar"
	"rectify/site/auth"
	"rectify/site/i18n"
	"rectify/site/phrase"
	"rectify/site/ui"
	"rectify/site/web"
)

// PhrasesPage lists the phrases of the office and one's own, or edits one.
type PhrasesPage struct {
	ui.Frame
	Shared, Own []phrase.Phrase
	Gone        []PhraseKey // taken away, to be brought back
	MayShare    bool
	Edit        bool
	Of          string // shared, own
	P           phrase.Phrase
	Was         string
	Preview     string
	Broken      []string
	Errs        []ui.FieldError
	Faults      map[string]string
}

// PhraseKey names a phrase by whose it is and its id.
type PhraseKey struct {
	Of string
	phrase.Phrase
}

// PhraseChoice is a phrase as it can be put into a reply, filled in.
type PhraseChoice struct {
	Key, Name, Text string
	Own             bool
}

// phraseFiles are those of phrases that an account sees.
func phraseFiles(account string) map[string]string {
	return map[string]string{"shared": phrase.Shared, "own": phrase.OwnFile(account)}
}

func (d *Desk) phrases(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	page := PhrasesPage{Of: q.Get("of"), Edit: q.Get("of") != ""}
	page.Flash = q.Get("done")
	if page.Edit {
		b, err := d.phraseBook(c, page.Of)
		if err != nil {
			return err
		}
		page.Was = b.Was
		if id := q.Get("id"); id != "" {
			p := b.Find(id)
			if p == nil {
				return web.NotFound()
			}
			page.P = *p
		}
	}
	return d.showPhrases(c, fiber.StatusOK, page)
}

// phraseBook is one of the two files that an account may change.
func (d *Desk) phraseBook(c *fiber.Ctx, of string) (phrase.Book, error) {
	who := auth.Of(c).Account
	file, ok := phraseFiles(who.Name)[of]
	if !ok {
		return phrase.Book{}, web.NotFound()
	}
	if of == "shared" && !who.Actor().May(feedback.RightShare) {
		return phrase.Book{}, feedback.ErrRole
	}
	return phrase.Load(web.Context(c), d.Press.Notices, file)
}

func (d *Desk) showPhrases(c *fiber.Ctx, status int, page PhrasesPage) error {
	f, who := d.frame(c), auth.Of(c).Account
	f.Title, f.Flash, f.Failed = f.T("phrases.title"), said(f, page.Flash), len(page.Errs) > 0
	if page.Edit {
		f.Title = f.T("phrases.edit." + page.Of)
		f.Crumbs = []ui.Crumb{{Label: f.T("phrases.title"), URL: d.Site.Links.To("/desk/phrases")}, {Label: f.Title}}
	}
	page.Frame, page.MayShare = f, who.Actor().May(feedback.RightShare)
	for of, into := range map[string]*[]phrase.Phrase{"shared": &page.Shared, "own": &page.Own} {
		b, err := phrase.Load(web.Context(c), d.Press.Notices, phraseFiles(who.Name)[of])
		if errors.Is(err, phrase.ErrBroken) {
			page.Broken = append(page.Broken, f.T("phrases.broken", phraseFiles(who.Name)[of]))
			continue
		}
		if err != nil {
			return err
		}
		for _, p := range b.Phrases {
			if !p.Gone {
				*into = append(*into, p)
			} else if of == "own" || page.MayShare {
				page.Gone = append(page.Gone, PhraseKey{of, p})
			}
		}
	}
	return d.show(c, status, "phrases", page)
}

// phrasesAct saves a phrase, shows how it would look, or takes it away.
func (d *Desk) phrasesAct(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	b, err := d.phraseBook(c, form.Get("of"))
	if err != nil {
		return err
	}
	who, id := auth.Of(c).Account.Name, form.Get("id")
	page := PhrasesPage{Of: form.Get("of"), Edit: true, Was: form.Get("was")}
	page.P = phrase.Phrase{ID: id, Name: strings.TrimSpace(form.Get("name")), Text: tidyBody(form.Get("body"))}
	if old := b.Find(id); old != nil {
		page.P.Was = old.Was
	}
	act := form.Get("act")
	if act == "save" || act == "preview" {
		if faults := phrase.Check(page.P.Name, page.P.Text); len(faults) > 0 {
			return d.phraseFaults(c, page, faults)
		}
	}
	b.Was = page.Was
	switch act {
	case "preview":
		page.Preview = phrase.Fill(page.P.Text, sampleValue(d.frame(c)), missingName(d.frame(c)))
		return d.showPhrases(c, fiber.StatusOK, page)
	case "save":
		err = b.Set(id, page.P.Name, page.P.Text, who, d.now())
	case "drop":
		err = b.Drop(id, who, d.now())
	default:
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	if err == nil {
		err = b.Save(web.Context(c), d.Press.Notices, phraseFiles(who)[page.Of])
	}
	f := d.frame(c)
	switch {
	case errors.Is(err, shelf.ErrConflict):
		now, loadErr := d.phraseBook(c, page.Of)
		if loadErr != nil {
			return loadErr
		}
		page.Was, page.Errs = now.Was, []ui.FieldError{{Field: "body", Text: f.T("letters.conflict")}}
		return d.showPhrases(c, fiber.StatusConflict, page)
	case errors.Is(err, phrase.ErrFull):
		page.Errs = []ui.FieldError{{Field: "name", Text: f.T("phrases.full", phrase.MaxPhrases)}}
		return d.showPhrases(c, fiber.StatusConflict, page)
	case errors.Is(err, phrase.ErrGone):
		return web.NotFound()
	case err != nil:
		return err
	}
	if page.Of == "shared" {
		if err := d.record(c, audit.Phrases, page.P.Name, ""); err != nil {
			return err
		}
	}
	return web.SeeOther(c, d.Site.Links.To("/desk/phrases")+"?done=phrase-"+act)
}

func (d *Desk) phraseFaults(c *fiber.Ctx, page PhrasesPage, faults []phrase.Fault) error {
	var list []feedback.Invalid
	for _, x := range faults {
		list = append(list, feedback.Invalid{Field: x.Field, Rule: x.Rule, Args: x.Args})
	}
	page.Faults, page.Errs = ui.FieldErrors(d.frame(c), list)
	return d.showPhrases(c, fiber.StatusUnprocessableEntity, page)
}

// Variables are what a phrase may name, with what each is.
func (p PhrasesPage) Variables() (list []ui.Option) {
	for _, name := range phrase.Variables() {
		list = append(list, ui.Option{Value: name, Label: p.T("phrase.var." + name)})
	}
	return list
}

// PhraseRows are the phrases of one file, ready to be listed.
type PhraseRows struct {
	ui.Frame
	Of   string
	List []phrase.Phrase
	May  bool // be changed
}

// Rows makes the phrases of one file ready.
func (p PhrasesPage) Rows(of string, list []phrase.Phrase, may bool) PhraseRows {
	return PhraseRows{p.Frame, of, list, may}
}

// PhrasePast is what a phrase was before.
type PhrasePast struct {
	ui.Frame
	List []phrase.Past
}

// Past makes what a phrase was ready.
func (p PhraseRows) Past(x phrase.Phrase) PhrasePast { return PhrasePast{p.Frame, x.Was} }

// Past makes what the phrase that is edited was ready.
func (p PhrasesPage) Past(x phrase.Phrase) PhrasePast { return PhrasePast{p.Frame, x.Was} }

// sampleValue shows variables by what they are, in the preview.
func sampleValue(f ui.Frame) func(string) string {
	return func(name string) string { return f.T("phrase.sample." + name) }
}

// missingName is what stands in a place that has to be filled in by hand.
func missingName(f ui.Frame) func(string) string {
	return func(name string) string { return f.T("phrase.missing", f.T("phrase.var."+name)) }
}

// phraseChoices are the phrases that can be put into the reply to s, filled in.
func (d *Desk) phraseChoices(c *fiber.Ctx, page *CasePage) (list []PhraseChoice, err error) {
	who := auth.Of(c).Account.Name
	f := ui.Frame{Site: d.Site, Mode: web.Mode{Lang: i18n.Chinese}} // replies are in Chinese
	value := d.caseValue(f, page)
	for _, of := range []string{"own", "shared"} {
		b, err := phrase.Load(web.Context(c), d.Press.Notices, phraseFiles(who)[of])
		if errors.Is(err, phrase.ErrBroken) {
			continue // its page says so
		}
		if err != nil {
			return nil, err
		}
		for _, p := range b.Phrases {
			if !p.Gone {
				list = append(list, PhraseChoice{Key: of + " " + p.ID, Name: p.Name, Text: phrase.Fill(p.Text, value, missingName(f)), Own: of == "own"})
			}
		}
	}
	return list, nil
}

// phraseText is the phrase that a form chose, filled in.
func (d *Desk) phraseText(c *fiber.Ctx, s *feedback.Submission, form web.Values) (string, error) {
	page := CasePage{S: s, Typed: form}
	if e, ok := d.Library.Snapshot().Notice(s.Notice); ok {
		page.Notice, page.Item = e.Notice, e.Notice.Item(s.Item)
	}
	list, err := d.phraseChoices(c, &page)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(list, func(p PhraseChoice) bool { return p.Key == form.Get("phrase") })
	if i < 0 {
		return "", nil // none was chosen, or it was taken away meanwhile
	}
	return list[i].Text, nil
}

// caseValue is what variables stand for on the page of a submission.
func (d *Desk) caseValue(f ui.Frame, page *CasePage) func(string) string {
	s := page.S
	values := map[string]string{
		"number": string(s.Number), "category": f.T("category." + string(s.Category)), "received": f.Date(calendar.On(s.Received)),
		"office": page.DraftOffice(), "body": d.Site.Body.Name, "today": f.Date(calendar.On(d.Now())),
	}
	if !s.AcceptedAt.IsZero() {
		values["accepted"] = f.Date(calendar.On(s.AcceptedAt))
	}
	if s.State.Open() {
		values["due"] = f.Date(s.Limits.Answer.Day)
	}
	if n := page.Notice; n != nil {
		values["notice"] = n.Title
	}
	if it := page.Item; it != nil {
		values["item"], values["item_title"], values["status"] = it.ID, it.Title, it.Ledger.Label
		if it.Leaf() && values["status"] == "" && it.Ledger.Status != "" {
			values["status"] = f.T("status." + it.Ledger.Status.Code())
		}
	}
	return func(name string) string { return values[name] }
}
