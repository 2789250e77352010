package desk

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/site/auth"
	"rectify/site/body"
	"rectify/site/ui"
	"rectify/site/web"
)

// SettingsPage shows the settings of the body as a form, what a change would do,
// and what they were before.
type SettingsPage struct {
	ui.Frame
	Groups   []SettingsGroup
	More     []ui.Option // pages that hold more settings
	Was      string
	Note     string
	Preview  []SettingsChange // what would change; with Sure it may be saved
	Limits   []LimitSample
	Sure     bool
	Restores int // version that the values come from; 0: none
	Broken   bool
	Unset    []string
	History  []SettingsVersion
	Errs     []ui.FieldError
	Faults   map[string]string
}

// SettingsGroup is a part of the form.
type SettingsGroup struct {
	Key    string
	Fields []SettingsField
}

// SettingsField is a field with what stands in it.
type SettingsField struct {
	body.Field
	ID, Label, Hint, Value, Fault string
}

// SettingsChange is a value before and after.
type SettingsChange struct{ Label, Old, New string }

// LimitSample says what a limit would be for what comes in today.
type LimitSample struct{ Category, Old, New string }

// SettingsVersion is one version in the list.
type SettingsVersion struct {
	body.Revision
	Who     string
	Changed []string
	Current bool
}

func (d *Desk) settings(c *fiber.Ctx) error {
	if d.Settings == nil {
		return web.NotFound()
	}
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	text, was, err := d.Settings.Load(web.Context(c))
	if err != nil {
		return err
	}
	page := SettingsPage{Was: was}
	page.Flash = q.Get("done")
	return d.showSettings(c, fiber.StatusOK, page, text, nil)
}

// showSettings fills the form with values, or with those of text.
func (d *Desk) showSettings(c *fiber.Ctx, status int, page SettingsPage, text []byte, values body.Values) error {
	done := page.Flash
	page.Frame = d.frame(c)
	page.Path = "/desk/settings"
	page.Title, page.Flash, page.Failed = page.T("settings.title"), said(page.Frame, done), len(page.Errs) > 0
	if values == nil {
		var err error
		if values, err = body.Read(text); err != nil {
			page.Broken, values = true, body.Values{}
		}
	}
	page.groups(values)
	_, found := body.Parse(text)
	for _, x := range found {
		if x.Code == "unset" {
			page.Unset = append(page.Unset, settingName(page.Frame, body.FieldOf(text, x)))
		}
	}
	for _, r := range d.Routes() {
		if slices.Contains([]string{"/desk/letters", "/desk/calendar", "/desk/phrases"}, r.Path) && r.Method == fiber.MethodGet {
			page.More = append(page.More, ui.Option{Value: d.Site.Links.To(r.Path), Label: page.T("settings.link." + strings.TrimPrefix(r.Path, "/desk/"))})
		}
	}
	list, err := d.Settings.History(web.Context(c))
	if err != nil {
		return err
	}
	current, _, err := d.Settings.Load(web.Context(c))
	if err != nil {
		return err
	}
	page.History = d.revisions(page.Frame, list, string(current))
	return d.show(c, status, "settings", page)
}

func (p *SettingsPage) groups(values body.Values) {
	for _, f := range body.Fields() {
		if len(p.Groups) == 0 || p.Groups[len(p.Groups)-1].Key != f.Group {
			p.Groups = append(p.Groups, SettingsGroup{Key: f.Group})
		}
		g := &p.Groups[len(p.Groups)-1]
		field := SettingsField{Field: f, ID: fieldID(f.Key), Label: settingName(p.Frame, f.Key), Value: values[f.Key], Fault: p.Faults[fieldID(f.Key)]}
		if code := "settings.hint." + f.Key; p.Words.Has(code) {
			field.Hint = p.T(code)
		} else if def := defaultOf(p.Frame, f.Key); def != "" {
			field.Hint = p.T("settings.default.is", def)
		}
		g.Fields = append(g.Fields, field)
	}
}

// defaultOf is what counts where a number of days is left empty; "" where nothing
// does.
func defaultOf(f ui.Frame, key string) string {
	rules := feedback.DefaultRules()
	term := func(t feedback.Term) string { return f.T("term", t.Days, f.T("clock."+string(t.Clock))) }
	switch parts := strings.Split(key, "."); {
	case key == "limits.moderate.days":
		return term(rules.Moderate)
	case key == "limits.accept.days":
		return term(rules.Accept)
	case key == "limits.extension":
		return strconv.Itoa(rules.Extension)
	case key == "limits.reopen":
		return strconv.Itoa(rules.Reopen)
	case parts[0] == "categories" && strings.HasSuffix(key, ".days"):
		return term(rules.Answer[feedback.Category(parts[1])])
	}
	return ""
}

func fieldID(key string) string { return strings.NewReplacer(".", "-", "_", "-").Replace(key) }

// settingName is a field in words; categories by their own name.
func settingName(f ui.Frame, key string) string {
	parts := strings.Split(key, ".")
	if parts[0] == "categories" && len(parts) > 2 {
		return f.T("settings.category."+strings.Join(parts[2:], "."), f.T("category."+parts[1]))
	}
	return f.T("settings." + key)
}

func (d *Desk) revisions(f ui.Frame, list []body.Revision, current string) []SettingsVersion {
	var rows []SettingsVersion
	for i, r := range list {
		if r.Text == "" && r.By == "" { // beyond what the list reads
			break
		}
		row := SettingsVersion{Revision: r, Who: r.By, Current: r.Text == current}
		if r.By == body.ByHand {
			row.Who = f.T("settings.by-hand")
		}
		if i+1 < len(list) {
			for _, key := range body.Changed(list[i+1].Text, r.Text) {
				row.Changed = append(row.Changed, settingName(f, key))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// settingsAct shows what a change would do, saves it, or brings an earlier
// version into the form.
func (d *Desk) settingsAct(c *fiber.Ctx) error {
	if d.Settings == nil {
		return web.NotFound()
	}
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	text, was, err := d.Settings.Load(web.Context(c))
	if err != nil {
		return err
	}
	page := SettingsPage{Was: form.Get("was"), Note: strings.TrimSpace(form.Get("note"))}
	switch form.Get("act") {
	case "restore":
		return d.settingsRestore(c, form, text, was)
	case "preview", "save":
	default:
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	values := body.Values{}
	for _, f := range body.Fields() {
		values[f.Key] = form.Get(fieldID(f.Key))
	}
	next, err := body.Write(text, values)
	if errors.Is(err, body.ErrBroken) {
		return d.showSettings(c, fiber.StatusConflict, page, text, nil)
	}
	if err != nil {
		return err
	}
	if page.Errs, page.Faults = d.settingsFaults(c, next, page.Note); len(page.Errs) > 0 {
		return d.showSettings(c, fiber.StatusUnprocessableEntity, page, text, values)
	}
	if page.Was != was {
		page.Was = was
		page.Errs = []ui.FieldError{{Field: "main", Text: d.frame(c).T("settings.conflict")}}
		page.previewOf(d, c, text, next)
		return d.showSettings(c, fiber.StatusConflict, page, text, values)
	}
	if form.Get("act") == "preview" {
		page.previewOf(d, c, text, next)
		return d.showSettings(c, fiber.StatusOK, page, text, values)
	}
	return d.settingsSave(c, form, page, text, next, values)
}

// settingsSave keeps a change, on record, by somebody who showed who they are.
func (d *Desk) settingsSave(c *fiber.Ctx, form web.Values, page SettingsPage, text, next []byte, values body.Values) error {
	changed := body.Changed(string(text), string(next))
	if len(changed) == 0 {
		return web.SeeOther(c, d.Site.Links.To("/desk/settings")+"?done=settings-same")
	}
	if done, err := d.unsure(c, form); done || err != nil {
		return err
	}
	if err := d.record(c, audit.Settings, strings.Join(changed, ", "), page.Note); err != nil {
		return err
	}
	err := d.Settings.Save(web.Context(c), next, page.Was, auth.Of(c).Account.Name, page.Note)
	if errors.Is(err, shelf.ErrConflict) {
		page.Errs = []ui.FieldError{{Field: "main", Text: d.frame(c).T("settings.conflict")}}
		return d.showSettings(c, fiber.StatusConflict, page, text, values)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.To("/desk/settings")+"?done=settings")
}

// settingsRestore brings an earlier version into the form; what of it no form
// shows, holidays above all, stays as it is now.
func (d *Desk) settingsRestore(c *fiber.Ctx, form web.Values, text []byte, was string) error {
	n, err := strconv.Atoi(form.Get("n"))
	if err != nil {
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	r, err := d.Settings.Revision(web.Context(c), n)
	if errors.Is(err, shelf.ErrNotFound) {
		return web.NotFound()
	}
	if err != nil {
		return err
	}
	values, err := body.Read([]byte(r.Text))
	if err != nil {
		return web.Error{Status: fiber.StatusConflict, Code: "bad-request", Detail: err}
	}
	next, err := body.Write(text, values)
	if err != nil {
		return err
	}
	page := SettingsPage{Was: was, Restores: n}
	page.Note = d.frame(c).T("settings.restored", n)
	page.previewOf(d, c, text, next)
	return d.showSettings(c, fiber.StatusOK, page, text, values)
}

// settingsFaults says what is wrong with a text, by field.
func (d *Desk) settingsFaults(c *fiber.Ctx, next []byte, note string) ([]ui.FieldError, map[string]string) {
	f, by := d.frame(c), map[string]string{}
	var list []ui.FieldError
	_, found := body.Parse(next)
	for _, x := range found {
		if x.Severity != content.Error {
			continue
		}
		id := "main"
		if key := body.FieldOf(next, x); key != "" {
			id = fieldID(key)
		}
		if by[id] == "" {
			by[id] = f.T("check."+x.Code, x.Args...)
			list = append(list, ui.FieldError{Field: id, Text: by[id]})
		}
	}
	if n := utf8.RuneCountInString(note); n > body.MaxNote {
		by["note"] = f.T("fault.too-long", body.MaxNote, n-body.MaxNote)
		list = append(list, ui.FieldError{Field: "note", Text: by["note"]})
	}
	return list, by
}

// previewOf says what a change would do.
func (p *SettingsPage) previewOf(d *Desk, c *fiber.Ctx, text, next []byte) {
	f := d.frame(c)
	old, errOld := body.Read(text)
	now, errNow := body.Read(next)
	if errOld != nil || errNow != nil {
		return
	}
	p.Sure = true
	for _, key := range body.Changed(string(text), string(next)) {
		p.Preview = append(p.Preview, SettingsChange{settingName(f, key), inOneLine(f, old[key]), inOneLine(f, now[key])})
	}
	before, _ := body.Parse(text)
	after, _ := body.Parse(next)
	for _, k := range feedback.Categories() {
		a, b := before.Clocks().Limits(k, d.Now()).Answer, after.Clocks().Limits(k, d.Now()).Answer
		if a.Day != b.Day {
			p.Limits = append(p.Limits, LimitSample{f.T("category." + string(k)), f.DateWeek(a.Day), f.DateWeek(b.Day)})
		}
	}
}

// inOneLine is a value in the list of changes.
func inOneLine(f ui.Frame, value string) string {
	switch value {
	case "":
		return f.T("settings.none")
	case string(feedback.Working), string(feedback.Calendar):
		return f.T("clock." + value)
	}
	return strings.ReplaceAll(value, "\n", f.T("sep"))
}
