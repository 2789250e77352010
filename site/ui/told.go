package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"rectify/site/i18n"
)

// Told is the privacy notice that stands above the form (告知, 个人信息保护法第17条):
// who keeps what, why, how and how long, and what its sender may ask. It is made
// of the catalogue and the body's settings.
type Told struct {
	Parts []Part
}

// Told is the notice as it is now, in one language.
func (s *Site) Told(lang i18n.Lang) Told {
	t := func(code string, args ...any) string { return s.Words.Text(lang, code, args...) }
	join := func(list []string) string { return strings.Join(list, t("sep.list")) }
	who := []string{t("told.who.1", s.Body.Name)}
	for code, value := range map[string]string{"phone": join(s.Body.Contacts.Phone), "email": join(s.Body.Contacts.Email), "post": s.Body.Contacts.Post} {
		if value != "" {
			who = append(who, t("told.who."+code, value))
		}
	}
	sortTail(who)
	return Told{Parts: []Part{
		{Title: t("told.who"), Lines: who},
		{Title: t("told.why"), Lines: []string{t("told.why.1"), t("told.why.2")}},
		{Title: t("told.what"), Lines: []string{t("told.what.1"), t("told.what.2"), t("told.what.3")}},
		{Title: t("told.how"), Lines: []string{t("told.how.1"), t("told.how.2")}},
		{Title: t("told.long"), Lines: s.toldLong(t)},
		{Title: t("told.rights"), Lines: []string{t("told.rights.1"), t("told.rights.2"), t("told.rights.3")}},
	}}
}

// sortTail puts all lines but the first in order: they come out of a map.
func sortTail(lines []string) {
	for i := 1; i < len(lines); i++ {
		for j := i; j > 1 && lines[j] < lines[j-1]; j-- {
			lines[j], lines[j-1] = lines[j-1], lines[j]
		}
	}
}

// toldLong says how long each kind of data is kept.
func (s *Site) toldLong(t func(string, ...any) string) []string {
	r := s.Body.Retention
	var lines []string
	for _, x := range []struct {
		code string
		days int
	}{{"contact", r.ContactDays}, {"files", r.FilesDays}, {"mail", r.MailDays}, {"refused", r.RefusedDays}, {"closed", r.ClosedDays}} {
		if x.days > 0 {
			lines = append(lines, t("told.long."+x.code, x.days))
		}
	}
	if r.ClosedDays == 0 {
		lines = append(lines, t("told.long.none"))
	}
	return append(lines, t("told.long.key"), t("told.long.backup"))
}

// Text is the notice as plain text.
func (t Told) Text() string {
	var b strings.Builder
	for _, p := range t.Parts {
		b.WriteString(p.Title + "\n")
		for _, l := range p.Lines {
			b.WriteString(l + "\n")
		}
	}
	return b.String()
}

// ToldVersion names the notice by a short digest of its Chinese text: it is kept
// with every submission whose sender was shown it.
func (s *Site) ToldVersion() string {
	s.told.Do(func() {
		sum := sha256.Sum256([]byte(s.Told(i18n.Chinese).Text()))
		s.version = hex.EncodeToString(sum[:5])
	})
	return s.version
}

// ToldShort is the line above the form.
func (f Frame) ToldShort() string {
	if days := f.Body.Retention.ContactDays; days > 0 {
		return f.T("form.told", days)
	}
	return f.T("form.told.kept")
}
