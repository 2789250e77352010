package topics

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/pii"
)

// Text is what is looked at of one submission: runs of characters that may hold
// words, with everything cut out that looks like personal data or was hidden.
type Text struct {
	notice, item string
	day          calendar.Day
	clue         bool
	kin          string // of near-equal texts
	runs         []string
}

// TextOf makes a text ready; false for one that is not counted: praise, what is
// spam or may be, and what was erased.
func TextOf(s *feedback.Submission, finder pii.Finder) (Text, bool) {
	spam := s.State == feedback.Rejected && s.Rejection == feedback.RejectSpam
	if s.Category == feedback.Praise || spam || (s.State == feedback.Received && s.Suspected()) || s.Erased() {
		return Text{}, false
	}
	t := Text{
		notice: s.Notice, item: s.Item, day: calendar.On(s.Received), clue: s.Category == feedback.Clue, kin: s.Likeness,
		runs: runs(cut(s.Current(), s.Redactions, finder)),
	}
	return t, len(t.runs) > 0
}

// cut is the beginning of a text with gaps in the place of what is hidden or
// looks like personal data.
func cut(text string, hidden []feedback.Redaction, finder pii.Finder) []rune {
	runes := []rune(text)
	blank := func(from, to int) {
		for i := max(from, 0); i < min(to, len(runes)); i++ {
			runes[i] = '\n'
		}
	}
	for _, f := range finder.Find(text) {
		blank(f.From, f.To)
	}
	for _, r := range hidden {
		blank(r.From, r.To)
	}
	return runes[:min(len(runes), maxRunes)]
}

// little are characters that part words and belong to none that tells anything.
const little = "的了着过是在和与及或也都就还又把被让给对从到向为以于而但吗呢吧啊呀哦嘛请您你我他她它们这那哪个些么什怎样很太更最没不有要能可应该得将并其之等再才只已每两几一二三四五六七八九十零年月日"

// runs are the stretches of Chinese characters without those, and words of
// letters, which stand for themselves.
func runs(text []rune) []string {
	var list []string
	var b strings.Builder
	han := false
	end := func() {
		if utf8.RuneCountInString(b.String()) > 1 {
			list = append(list, b.String())
		}
		b.Reset()
	}
	for _, r := range width.Fold.String(string(text)) {
		switch chinese := unicode.Is(unicode.Han, r); {
		case chinese && !strings.ContainsRune(little, r):
			if !han {
				end()
			}
			han = true
			b.WriteRune(r)
		case !chinese && unicode.IsLetter(r):
			if han {
				end()
			}
			han = false
			b.WriteRune(unicode.ToLower(r))
		default:
			end()
		}
	}
	end()
	return list
}

// apart leaves one text of those that are nearly equal and came in one month.
func apart(list []Text) []Text {
	type key struct {
		kin   string
		month string
	}
	seen := make(map[key]bool)
	out := make([]Text, 0, len(list))
	for _, t := range list {
		k := key{t.kin, string(t.day[:7])}
		if t.kin != "" && seen[k] {
			continue
		}
		seen[k] = true
		out = append(out, t)
	}
	return out
}
