package ui

import (
	"html/template"
	"strconv"
	"strings"
	"sync"
	"time"

	"rectify/content"
	"rectify/content/render"
	"rectify/feedback/calendar"
	"rectify/site/body"
	"rectify/site/i18n"
	"rectify/site/web"
)

// Site is what every page of one site shares.
type Site struct {
	Body   *body.Body
	Links  Links
	Assets *Assets
	Words  *i18n.Catalogue
	Demo   bool // everything in it is made up, and every public page says so

	told    sync.Once // every form and every submission asks for the
	version string    // version of the notice at collection
}

// Frame is what every page has; pages embed it.
type Frame struct {
	*Site
	Mode        web.Mode
	Path        string // of this page, without the base path; where the mode switch comes back to
	Title       string // the h1, and with the site's name the title
	Of          string // what it is about, where the h1 alone would be the title of several pages
	Description string
	Nav         string // the entry of the main navigation that is current
	Crumbs      []Crumb
	Column      *Column  // head fields of a list page, and of the column in which a content page stands
	Article     *Article // head fields of a content page
	Failed      bool     // a form came back with faults: 错误： stands before the title
	Flash       string   // what was just done, said once
	NoIndex     bool
	Shut        bool        // the whole site is archived: nothing leads to the form
	Archived    content.Day // 归档时间: from then on what is shown does not change and takes no opinions
	Updated     time.Time   // when what is shown last changed
	Staff       *StaffLine
	Tour        *Tour   // of the desk; nil: it was ended
	Alerts      []Alert // at the desk
	Script      string  // the page's own scripts, parted by spaces, for what is nicer with one
	Feed        string  // address of the feed of what is shown, beside those of the whole site
	Topic       string  // by which what is shown can be followed
	Refresh     string  // address of this site that the browser goes on to at once; empty for none
}

// Crumb is one step of the breadcrumb; the last has no address.
type Crumb struct{ Label, URL string }

// Column holds the head fields of a list page (国办发〔2017〕47号): Type comes
// from the fixed vocabulary.
type Column struct{ Name, Description, Keywords, Type string }

// Article holds the head fields of a content page. Published is the real
// moment of publication.
type Article struct {
	Title, Source string
	Published     time.Time
}

// StaffLine is who is signed in, on pages of the desk.
type StaffLine struct {
	Name, Display, CSRF string
	Admin               bool
	Enter               bool // may key in what came by phone, post or visit
	Moderates           bool
	Auditor             bool // may read the audit records
	NoKeys              bool // single keys do nothing in this browser
	Places              []Place
}

// Place is a part of the desk that somebody may go to: its address, the code of
// its name, the field that one begins with there and the key that leads to it, if
// there is one, and how many things wait there for this person.
type Place struct {
	Path, Code string
	First, Key string
	N          int
}

// Mark says how many things wait at a place.
func (s *StaffLine) Mark(path string, n int) {
	for i := range s.Places {
		if s.Places[i].Path == path {
			s.Places[i].N = n
		}
	}
}

// At reports whether the page belongs to a place of the desk.
func (f Frame) At(p Place) bool {
	path, _, _ := strings.Cut(f.Path, "?")
	if p.Path == "/desk" {
		return path == p.Path || strings.HasPrefix(path, "/desk/submissions/") || strings.HasPrefix(path, "/desk/campaigns") || strings.HasPrefix(path, "/desk/orders/")
	}
	if p.Path == "/desk/insight" && strings.HasPrefix(path, "/desk/reports") {
		return true
	}
	return path == p.Path || strings.HasPrefix(path, p.Path+"/")
}

// Scripts are the names in Script.
func (f Frame) Scripts() []string { return strings.Fields(f.Script) }

// T says a code of the catalogue in the reader's language.
func (f Frame) T(code string, args ...any) string { return f.Words.Text(f.Mode.Lang, code, args...) }

// Lang is the lang attribute of the page.
func (f Frame) Lang() string { return string(f.Mode.Lang) }

// English reports whether the interface is in English.
func (f Frame) English() bool { return f.Mode.Lang == i18n.English }

// Date writes a day for running text: 2026年11月23日.
func (f Frame) Date(d calendar.Day) string { return f.date(d.Time(), d == "") }

// DateTime writes an instant in Beijing time, to the minute.
func (f Frame) DateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(calendar.Beijing())
	return f.date(t, false) + t.Format(" 15:04")
}

// DateWeek is Date with the day of the week, for limits.
func (f Frame) DateWeek(d calendar.Day) string {
	if d == "" {
		return ""
	}
	week := f.T("weekday." + strconv.Itoa(int(d.Weekday())))
	if f.English() {
		return week + ", " + f.Date(d)
	}
	return f.Date(d) + "，" + week
}

func (f Frame) date(t time.Time, none bool) string {
	switch {
	case none || t.IsZero():
		return ""
	case f.English():
		return t.Format("2 January 2006")
	default:
		return t.Format("2006年1月2日")
	}
}

// PubDate is the form that the head fields ask for: YYYY-MM-DD HH:MM.
func (f Frame) PubDate(t time.Time) string {
	return t.In(calendar.Beijing()).Format("2006-01-02 15:04")
}

// Phrases sets a title so that it turns its lines between phrases.
func (f Frame) Phrases(title string) template.HTML {
	parts := render.Phrases(title)
	for i, p := range parts {
		parts[i] = template.HTMLEscapeString(p)
	}
	return template.HTML(strings.Join(parts, "<wbr>")) //nolint:gosec // each part is escaped just above
}

// Lines breaks plain text into paragraphs at its line ends.
func (f Frame) Lines(text string) []string {
	var lines []string
	for l := range strings.SplitSeq(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// Tel is a phone number as a tel: address.
func (f Frame) Tel(phone string) template.URL {
	keep := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '-' || r == '+' {
			return r
		}
		return -1
	}, phone)
	return template.URL("tel:" + keep) //nolint:gosec // digits, hyphen and plus only
}
