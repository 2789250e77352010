package desk

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content/shelf"
	"rectify/feedback/outbox"
	"rectify/site/letter"
	"rectify/site/ui"
	"rectify/site/web"
)

// LettersPage lists the letters with their words, or edits one.
type LettersPage struct {
	ui.Frame
	Kinds   []LetterKind
	Kind    outbox.Kind // empty: the list
	Must    []string
	May     []string
	Forms   []LetterForm
	Was     string
	Broken  []string // what is wrong with the file
	Preview *outbox.Message
	Faults  map[string]string
	Errs    []ui.FieldError
}

// LetterKind is a line of the list.
type LetterKind struct {
	Kind    outbox.Kind
	Subject string
	Own     bool
}

// LetterForm is the words of a letter in one language, as they are edited.
type LetterForm struct {
	Lang string
	letter.Text
}

func (d *Desk) letters(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	kept, err := letter.Load(web.Context(c), d.Press.Notices)
	if err != nil {
		return err
	}
	page := LettersPage{Kind: outbox.Kind(q.Get("kind")), Was: kept.Was}
	page.Flash = q.Get("done")
	if page.Kind != "" && !page.Kind.Valid() {
		return web.NotFound()
	}
	for _, lang := range letter.Langs() {
		if page.Kind != "" {
			page.Forms = append(page.Forms, LetterForm{lang, kept.Texts.Of(d.Site.Words, page.Kind, lang)})
		}
	}
	return d.showLetters(c, fiber.StatusOK, kept, page)
}

func (d *Desk) showLetters(c *fiber.Ctx, status int, kept letter.Kept, page LettersPage) error {
	f := d.frame(c)
	f.Title, f.Flash, f.Failed = f.T("letters.title"), said(f, page.Flash), len(page.Errs) > 0
	if page.Kind != "" {
		f.Title = f.T("letter.kind." + string(page.Kind))
		f.Crumbs = []ui.Crumb{{Label: f.T("letters.title"), URL: d.Site.Links.To("/desk/letters")}, {Label: f.Title}}
		fields := letter.Fields(page.Kind)
		n := letter.Must(page.Kind)
		page.Must, page.May = fields[:n], fields[n:]
	}
	page.Frame = f
	for _, kind := range outbox.Kinds() {
		page.Kinds = append(page.Kinds, LetterKind{kind, kept.Texts.Of(d.Site.Words, kind, "zh").Subject, len(kept.Texts[kind]) > 0})
	}
	for _, found := range kept.Found {
		page.Broken = append(page.Broken, f.T("check."+found.Code, found.Args...))
	}
	return d.show(c, status, "letters", page)
}

// lettersAct saves, shows or takes back the words of one letter.
func (d *Desk) lettersAct(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	kept, err := letter.Load(web.Context(c), d.Press.Notices)
	if err != nil {
		return err
	}
	page := LettersPage{Kind: outbox.Kind(form.Get("kind")), Was: form.Get("was")}
	if !page.Kind.Valid() {
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	act := form.Get("act")
	page.Faults = map[string]string{}
	for _, lang := range letter.Langs() {
		text := letter.Text{Subject: strings.TrimSpace(form.Get(lang + "_subject")), Body: tidyBody(form.Get(lang + "_body"))}
		page.Forms = append(page.Forms, LetterForm{lang, text})
		d.letterFaults(c, &page, lang, text)
		if act == "reset" || text == letter.Default(d.Site.Words, page.Kind, lang) {
			text = letter.Text{}
		}
		kept.Texts.Set(page.Kind, lang, text)
	}
	switch {
	case act != "reset" && len(page.Errs) > 0:
		return d.showLetters(c, fiber.StatusUnprocessableEntity, kept, page)
	case act == "preview":
		m := d.Letters.Preview(page.Kind, kept.Texts)
		page.Preview = &m
		return d.showLetters(c, fiber.StatusOK, kept, page)
	case act != "save" && act != "reset":
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	err = letter.Save(web.Context(c), d.Press.Notices, kept.Texts, page.Was)
	if errors.Is(err, shelf.ErrConflict) {
		page.Was = kept.Was
		page.Errs = []ui.FieldError{{Field: "zh_body", Text: d.frame(c).T("letters.conflict")}}
		return d.showLetters(c, fiber.StatusConflict, kept, page)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.To("/desk/letters")+"?done=letters")
}

// letterFaults says what is wrong with the words of one language.
func (d *Desk) letterFaults(c *fiber.Ctx, page *LettersPage, lang string, text letter.Text) {
	f := d.frame(c)
	note := func(field, code string, args ...any) {
		said := f.T(code, args...)
		if page.Faults[field] == "" {
			page.Faults[field] = said
			page.Errs = append(page.Errs, ui.FieldError{Field: field, Text: f.T("letters."+lang) + f.T("colon") + said})
		}
	}
	if text.Subject == "" {
		note(lang+"_subject", "fault.required")
	}
	if text.Body == "" {
		note(lang+"_body", "fault.required")
	}
	for _, fault := range letter.Check(page.Kind, letter.Text{Subject: text.Subject}) {
		note(lang+"_subject", "check."+fault[0], d.part(f, fault[1]))
	}
	for _, fault := range letter.Check(page.Kind, letter.Text{Body: text.Body}) {
		note(lang+"_body", "check."+fault[0], d.part(f, fault[1]))
	}
}

// part names a part of a letter in the reader's language; anything else is said
// as it is.
func (d *Desk) part(f ui.Frame, what string) string {
	if what == "subject" || what == "body" {
		return f.T("letters." + what)
	}
	return what
}

func tidyBody(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
