package content

import (
	"regexp"
	"strings"

	"golang.org/x/text/width"
)

// Mention is a way to reach somebody that stands in running text.
type Mention struct {
	Kind MentionKind
	Text string // tidied: half width, without spaces
}

// MentionKind says what a Mention is.
type MentionKind string

// The kinds of mention.
const (
	MentionPhone    MentionKind = "phone"
	MentionEmail    MentionKind = "email"
	MentionPostcode MentionKind = "postcode"
)

var (
	phoneText = regexp.MustCompile(`(?:^|[^0-9A-Za-z.\-])(1[3-9][0-9]{9}|0[0-9]{2,3}[-— ]?[0-9]{7,8}(?:[-转][0-9]{1,6})?|0[0-9]{3}-[0-9]{3}-[0-9]{4}|[48]00-?[0-9]{3}-?[0-9]{4})(?:[^0-9A-Za-z]|$)`)
	faxAhead  = regexp.MustCompile(`传 *真(?:号码|电话)?[: 为]{0,3}$`)
	emailText = regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+`)
	postText  = regexp.MustCompile(`(?:邮 *编|邮政编码)[:： 为是]{0,3}([0-9]{6})`)
)

// faxReach is how many bytes before a number may call it that of a fax.
const faxReach = 32

// Mentions finds phones, mailboxes and postcodes in running text.
func Mentions(text string) []Mention {
	text = width.Narrow.String(text)
	var found []Mention
	for at := 0; at < len(text); {
		m := phoneText.FindStringSubmatchIndex(text[at:])
		if m == nil {
			break
		}
		before := text[:at+m[2]]
		if !faxAhead.MatchString(before[max(0, len(before)-faxReach):]) {
			found = append(found, Mention{MentionPhone, text[at+m[2] : at+m[3]]})
		}
		at += m[3]
	}
	for _, m := range emailText.FindAllString(text, -1) {
		found = append(found, Mention{MentionEmail, strings.TrimRight(m, ".")})
	}
	for _, m := range postText.FindAllStringSubmatch(text, -1) {
		found = append(found, Mention{MentionPostcode, m[1]})
	}
	return found
}

// Holds reports whether c names the way that m mentions.
func (c Contacts) Holds(m Mention) bool {
	var have []string
	switch m.Kind {
	case MentionPhone:
		have = c.Phone
	case MentionEmail:
		have = c.Email
	case MentionPostcode:
		have = []string{c.Postcode}
	}
	bare := func(s string) string {
		return strings.ToLower(strings.NewReplacer("-", "", "—", "", " ", "", "转", "").Replace(width.Narrow.String(s)))
	}
	for _, h := range have {
		if bare(h) == bare(m.Text) {
			return true
		}
	}
	return false
}
