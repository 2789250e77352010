package desk

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/auth"
	"rectify/site/web"
)

// Colleague is somebody whom a note can call on.
type Colleague struct{ Name, Display string }

// colleagues are those who may see s, but for the one who asks.
func (d *Desk) colleagues(c *fiber.Ctx, s *feedback.Submission) ([]Colleague, error) {
	accounts, err := d.Keeper.Accounts(web.Context(c))
	if err != nil {
		return nil, err
	}
	var list []Colleague
	for _, a := range accounts {
		if !a.Disabled && a.Actor().MaySee(s) && a.Name != auth.Of(c).Account.Name {
			list = append(list, Colleague{a.Name, a.Display})
		}
	}
	return list, nil
}

// note reads a note and whom it calls on. A name that nobody bears, or nobody who
// may see the submission, is a fault: else its writer would wait for an answer.
func (d *Desk) note(c *fiber.Ctx, s *feedback.Submission, text string) (feedback.Action, []feedback.Invalid) {
	a := feedback.Note{Text: text}
	if !strings.ContainsAny(text, "@＠") {
		return a, nil
	}
	list, err := d.colleagues(c, s)
	if err != nil {
		return a, fault("note", "busy")
	}
	own := auth.Of(c).Account
	list = append(list, Colleague{own.Name, own.Display})
	calls, unknown := called(text, list)
	if unknown != "" {
		return a, fault("note", "no-colleague", unknown)
	}
	a.Calls = calls
	return a, nil
}

// called finds the names after an @ in a note. A name may be followed by anything,
// as Chinese leaves no space: the longest that fits is meant, by account or by a
// display name that only one bears. An @ inside an e-mail address calls nobody.
func called(text string, people []Colleague) (names []string, unknown string) {
	last := ' '
	for i, r := range text {
		at := (r == '@' || r == '＠') && !wordRune(last)
		last = r
		if !at {
			continue
		}
		rest := text[i+utf8.RuneLen(r):]
		name := longest(rest, people)
		if word := firstWord(rest); name == "" && word != "" {
			return nil, word
		}
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, ""
}

// wordRune is what stands before the @ of a mailbox.
func wordRune(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-+", r))
}

func longest(rest string, people []Colleague) (name string) {
	length := 0
	for _, p := range people {
		for _, word := range []string{p.Name, spoken(p.Display)} {
			fits := word != "" && len(word) > length && len(word) <= len(rest) && strings.EqualFold(rest[:len(word)], word)
			if fits && !goesOn(rest, len(word)) && (word == p.Name || alone(word, people)) {
				name, length = p.Name, len(word)
			}
		}
	}
	return name
}

// goesOn reports whether the Latin word that ends at i does not end there: @li does
// not call on li in @lisi.
func goesOn(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	return i < len(s) && wordRune(before) && wordRune(after) && !strings.ContainsRune(".-+", after)
}

// spoken is a display name without what stands in brackets behind it, as offices
// write them: 王某（审核）.
func spoken(display string) string {
	name, _, _ := strings.Cut(strings.ReplaceAll(display, "(", "（"), "（")
	return strings.TrimSpace(name)
}

func alone(display string, people []Colleague) bool {
	n := 0
	for _, p := range people {
		if spoken(p.Display) == display {
			n++
		}
	}
	return n == 1
}

// firstWord is what was written after an @, as far as it looks like a name.
func firstWord(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		end = len(s)
	}
	return cutRunes(s[:end], 20)
}
