package feedback

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/width"
)

// Incoming (来件) is what a sender, or staff on a sender's behalf, hands in. It
// has no field that a sender may not set, but for the files: those the program
// has looked at and kept.
type Incoming struct {
	Notice, Item string
	Category     Category // empty: Opinion
	Text         string
	Contact
	ContactConsent bool
	PublishConsent bool
	FullText       bool         `json:",omitempty"`
	Key            string       // idempotency key, 16 to 64 characters, or empty
	Told           string       // version of the privacy notice that stood above the form
	Attachments    []Attachment `json:",omitempty"`
}

// Bounds of what names a notice and an item of it.
const (
	maxSlugRunes = 120
	maxItemRunes = 20
)

// maxMarks is how many combining marks one base may carry (UAX #15, stream-safe).
const maxMarks = 30

// Check answers the input tidied; or, with every fault in it, the input as it
// was typed. Whether the notice and item exist is for the caller to say, who
// knows notices.
func (in Incoming) Check() (Incoming, []Invalid) {
	typed := in
	var faults []Invalid
	note := func(err error) {
		if v, ok := err.(Invalid); ok { //nolint:errorlint // made just here, never wrapped
			faults = append(faults, v)
		}
	}
	var err error
	if in.Category == "" {
		in.Category = Opinion
	}
	if !in.Category.Valid() {
		note(Invalid{Field: "category", Rule: "unknown"})
	}
	in.Text, err = checkText(in.Text)
	note(err)
	in.Name, err = line("name", in.Name, MaxNameRunes)
	note(err)
	in.Phone, err = checkPhone(in.Phone)
	note(err)
	in.Email, err = checkEmail(in.Email)
	note(err)
	in.Notice, err = line("notice", in.Notice, maxSlugRunes)
	note(err)
	in.Item, err = line("item", in.Item, maxItemRunes)
	note(err)
	note(checkAttachments(in.Attachments))
	if n := len(in.Key); n != 0 && (n < 16 || n > 64 || !printable(in.Key)) {
		note(Invalid{Field: "idempotency_key", Rule: "length", Args: []any{16, 64}})
	}
	if len(faults) > 0 {
		return typed, faults
	}
	return in, nil
}

// checkText checks the one field that is required. Characters are counted as
// readers count them.
func checkText(text string) (string, error) {
	if len(text) > MaxTextBytes*2 {
		return text, Invalid{Field: "text", Rule: "too-long", Args: []any{MaxTextRunes, utf8.RuneCountInString(text) - MaxTextRunes}}
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return text, Invalid{Field: "text", Rule: "encoding"}
	}
	text = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
	if blank(text) {
		return text, Invalid{Field: "text", Rule: "required"}
	}
	if tooManyMarks(text) {
		return text, Invalid{Field: "text", Rule: "marks"}
	}
	if n := uniseg.GraphemeClusterCount(text); n > MaxTextRunes || len(text) > MaxTextBytes {
		return text, Invalid{Field: "text", Rule: "too-long", Args: []any{MaxTextRunes, max(n-MaxTextRunes, 1)}}
	}
	return text, nil
}

func tooManyMarks(text string) bool {
	marks := 0
	for _, r := range text {
		if !unicode.Is(unicode.M, r) && r != 0x200d {
			marks = 0
			continue
		}
		if marks++; marks > maxMarks {
			return true
		}
	}
	return false
}

// line checks a short text that stands on one line.
func line(field, s string, most int) (string, error) {
	if len(s) > most*8 {
		return s, Invalid{Field: field, Rule: "too-long", Args: []any{most, utf8.RuneCountInString(s) - most}}
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, breaksLine) {
		return s, Invalid{Field: field, Rule: "encoding"}
	}
	if blank(s) {
		return "", nil
	}
	s = strings.TrimSpace(Visible(s))
	if tooManyMarks(s) {
		return s, Invalid{Field: field, Rule: "marks"}
	}
	if n := uniseg.GraphemeClusterCount(s); n > most {
		return s, Invalid{Field: field, Rule: "too-long", Args: []any{most, n - most}}
	}
	return s, nil
}

// breaksLine reports what has no place on one line: controls, and the line and
// paragraph separators, which some mail programs take for line ends.
func breaksLine(r rune) bool {
	return unicode.IsControl(r) || r == 0x2028 || r == 0x2029
}

// checkPhone takes numbers as people write them, also with the direction marks
// that address books copy along, tidies them silently, and asks for a plausible
// count of digits: 11 for a mobile number of the mainland. An extension (分机)
// stands behind 转.
func checkPhone(s string) (string, error) {
	fault := Invalid{Field: "phone", Rule: "phone"}
	if len(s) > 100 || !utf8.ValidString(s) {
		return s, fault
	}
	s = strings.TrimSpace(width.Narrow.String(s))
	if strings.ContainsFunc(s, breaksLine) {
		return s, fault
	}
	if s = Visible(s); blank(s) {
		return "", nil
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r == '+' && b.Len() == 0:
			b.WriteRune(r)
		case r == '转' || r == '轉' || r == '#':
			b.WriteRune('转')
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), strings.ContainsRune("().,", r):
		default:
			return s, fault
		}
	}
	tidy := strings.TrimSuffix(b.String(), "转")
	number, extension, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(tidy, "+86"), "+"), "转")
	mobile := strings.HasPrefix(number, "1") && !strings.HasPrefix(number, "100") && !strings.HasPrefix(number, "12")
	if len(number) < 7 || len(number)+len(extension) > 18 || (mobile && len(number) != 11) || strings.Contains(extension, "转") {
		return s, fault
	}
	return tidy, nil
}

// TidyEmail checks an address as Check does; an empty one stays empty.
func TidyEmail(s string) (string, error) { return checkEmail(s) }

// checkEmail asks for local@domain with a dot in the domain, plain ASCII, no
// quoting, comments or address literals: what a person's mailbox looks like.
func checkEmail(s string) (string, error) {
	if len(s) > 400 || !utf8.ValidString(s) {
		return s, Invalid{Field: "email", Rule: "email"}
	}
	s = strings.TrimSpace(width.Narrow.String(s))
	if strings.ContainsFunc(s, breaksLine) {
		return s, Invalid{Field: "email", Rule: "email"}
	}
	if s = Visible(s); blank(s) {
		return "", nil
	}
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > 254 || len(local) == 0 || len(local) > 64 || !mailLocal(local) || !mailDomain(domain) {
		return s, Invalid{Field: "email", Rule: "email"}
	}
	return local + "@" + strings.ToLower(domain), nil
}

func mailLocal(s string) bool {
	if s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !alnum(r) && !strings.ContainsRune("!#$%&'*+/=?^_`{|}~.-", r)
	})
}

func mailDomain(s string) bool {
	labels := strings.Split(s, ".")
	if len(labels) < 2 || len(s) > 253 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' ||
			strings.ContainsFunc(l, func(r rune) bool { return !alnum(r) && r != '-' }) {
			return false
		}
	}
	return true
}

func alnum(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x21 || r > 0x7e })
}
