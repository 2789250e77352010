package body

import (
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"rectify/content"
	"rectify/content/strictyaml"
	"rectify/feedback"
	"rectify/feedback/calendar"
)

// File is the name of the settings beside the notices.
const File = "site.yaml"

// Parse reads a site.yaml. The body is never nil: what is wrong or not set has
// its default, and is told.
func Parse(src []byte) (*Body, []content.Diagnostic) {
	b := &Body{Rules: feedback.DefaultRules(), Reminders: DefaultReminders()}
	r := &strictyaml.Reader{File: File}
	p := &settings{Reader: r, b: b}
	r.Read(src, strictyaml.Fields{
		"name": r.Text(&b.Name), "site_name": r.Text(&b.SiteName), "domain": r.Text(&b.Domain),
		"id_code": r.Text(&b.IDCode), "icp": r.Text(&b.ICP), "police": r.Text(&b.Police), "organiser": r.Text(&b.Organiser),
		"contacts": p.contacts, "categories": r.Each(p.category), "limits": p.limits, "holidays": p.holidays,
		"reminders": p.reminders, "offices": r.Texts(&b.Offices), "retention": p.retention, "archived": r.Day(&b.Archived),
	})
	p.defaults()
	for _, x := range []struct{ key, value string }{
		{"name", b.Name}, {"site_name", b.SiteName}, {"domain", b.Domain}, {"id_code", b.IDCode}, {"icp", b.ICP}, {"police", b.Police}, {"organiser", b.Organiser},
	} {
		if x.value == "" {
			p.warn("unset", x.key)
		}
	}
	if b.Contacts.Empty() {
		p.warn("unset", "contacts")
	}
	if b.SiteName == "" {
		b.SiteName = "整改公开"
	}
	return b, r.Found
}

type settings struct {
	*strictyaml.Reader
	b *Body
}

func (p *settings) warn(code string, args ...any) {
	p.Found = append(p.Found, content.Diagnostic{File: File, Line: 1, Severity: content.Warning, Code: code, Args: args})
}

func (p *settings) contacts(n *yaml.Node) {
	c := &p.b.Contacts
	p.Mapping(n, strictyaml.Fields{
		"phone": p.Texts(&c.Phone), "post": p.Text(&c.Post), "postcode": p.Text(&c.Postcode), "email": p.Texts(&c.Email), "hours": p.Text(&c.Hours),
	})
	if c.Postcode != "" && !regexp.MustCompile(`^[0-9]{6}$`).MatchString(c.Postcode) {
		p.Report(n, "postcode", c.Postcode)
	}
}

func (p *settings) category(n *yaml.Node) {
	var code, label string
	var answer feedback.Term
	p.Mapping(n, strictyaml.Fields{"code": p.Text(&code), "label": p.Text(&label), "answer": p.term(&answer)})
	c := feedback.Category(code)
	if !c.Valid() {
		p.Report(n, "category", code)
		return
	}
	if slices.ContainsFunc(p.b.Categories, func(x Category) bool { return x.Code == c }) {
		p.Report(n, "key-twice", code)
		return
	}
	p.b.Categories = append(p.b.Categories, Category{Code: c, Label: label})
	if answer.Days > 0 {
		p.b.Rules.Answer[c] = answer
	}
}

func (p *settings) term(into *feedback.Term) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var clock string
		t := feedback.Term{}
		p.Mapping(n, strictyaml.Fields{"days": p.Number(&t.Days, 1, 365), "clock": p.Text(&clock)})
		t.Clock = feedback.Clock(clock)
		if t.Days == 0 || (t.Clock != feedback.Working && t.Clock != feedback.Calendar) {
			p.Report(n, "term")
			return
		}
		*into = t
	}
}

func (p *settings) limits(n *yaml.Node) {
	rules := &p.b.Rules
	p.Mapping(n, strictyaml.Fields{
		"moderate": p.term(&rules.Moderate), "accept": p.term(&rules.Accept),
		"extension": p.Number(&rules.Extension, 0, 90), "reopen": p.Number(&rules.Reopen, 1, 365),
	})
}

func (p *settings) holidays(n *yaml.Node) {
	p.Mapping(n, strictyaml.Fields{
		"official": p.Each(func(n *yaml.Node) {
			var year int
			p.Number(&year, 2000, 2100)(n)
			p.b.Official = append(p.b.Official, year)
		}),
		"days": p.Each(func(n *yaml.Node) {
			var d content.Day
			var kind, note, source string
			p.Mapping(n, strictyaml.Fields{"day": p.Day(&d), "kind": p.Text(&kind), "note": p.Text(&note), "source": p.Text(&source)})
			k := calendar.Kind(kind)
			if d.IsZero() || (k != calendar.Rest && k != calendar.Work) {
				p.Report(n, "holiday")
				return
			}
			p.b.Holidays = append(p.b.Holidays, calendar.Exception{Day: calendar.Day(d.String()), Kind: k, Note: note, Source: source})
		}),
	})
}

func (p *settings) retention(n *yaml.Node) {
	t := &p.b.Retention
	p.Mapping(n, strictyaml.Fields{"closed_days": p.Number(&t.ClosedDays, 0, 36500), "contact_days": p.Number(&t.ContactDays, 0, 36500),
		"refused_days": p.Number(&t.RefusedDays, 0, 36500), "mail_days": p.Number(&t.MailDays, 0, 36500),
		"files_days": p.Number(&t.FilesDays, 0, 36500), "audit_days": p.Number(&t.AuditDays, 0, 36500)})
}

// defaults fill in the categories where none is named.
func (p *settings) defaults() {
	if len(p.b.Categories) > 0 {
		return
	}
	for _, c := range feedback.Categories() {
		p.b.Categories = append(p.b.Categories, Category{Code: c})
	}
}
