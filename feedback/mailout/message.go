package mailout

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	mail "github.com/wneessen/go-mail"

	mailread "rectify/feedback/mail"
	"rectify/feedback/outbox"
)

// errMessage means that a letter cannot be put into the form of a message.
var errMessage = errors.New("not a message")

// build makes the message: one sender, one recipient, text and HTML, every line
// short and plain ASCII on the wire.
func build(m outbox.Message, from string) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithEncoding(mail.EncodingB64), mail.WithCharset(mail.CharsetUTF8), mail.WithNoDefaultUserAgent())
	if strings.ContainsFunc(m.To, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`<>,;:"()[]\`, r) }) {
		return nil, fmt.Errorf("%w: recipient", errMessage)
	}
	back := m.Return
	if back == "" {
		back = from
	}
	err := errors.Join(msg.FromFormat(line(m.From), from), msg.EnvelopeFrom(back), msg.To(m.To))
	if m.ReplyTo != "" {
		err = errors.Join(err, msg.ReplyTo(m.ReplyTo))
	}
	if err != nil {
		return nil, fmt.Errorf("%w: address", errMessage) // the library's words hold it
	}
	if to, err := msg.GetRecipients(); err != nil || len(to) != 1 {
		return nil, fmt.Errorf("%w: %d recipients", errMessage, len(to))
	}
	msg.Subject(line(m.Subject))
	msg.SetDate()
	msg.SetMessageIDWithValue(m.ID)
	headers(msg, m)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}

// headers say that a program wrote it (RFC 3834), what it answers, and how it is
// ended (RFC 2369, RFC 8058).
func headers(msg *mail.Msg, m outbox.Message) {
	how := "auto-generated"
	if m.Answer {
		how = "auto-replied"
	}
	msg.SetGenHeader("Auto-Submitted", how)
	msg.SetGenHeader(mailread.LoopHeader, "1") // gateways take the others out
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	if m.Bulk {
		msg.SetGenHeader(mail.HeaderPrecedence, "bulk")
	}
	var refs []string
	for _, id := range m.References {
		if messageID(id) {
			refs = append(refs, "<"+id+">")
		}
	}
	if n := len(refs); n > 0 {
		msg.SetGenHeaderPreformatted(mail.HeaderInReplyTo, refs[n-1])
		msg.SetGenHeaderPreformatted(mail.HeaderReferences, strings.Join(refs, "\r\n "))
	}
	if m.UnsubscribeAt != "" {
		msg.SetGenHeaderPreformatted(mail.HeaderListUnsubscribe, "<"+m.UnsubscribeAt+">")
		msg.SetGenHeaderPreformatted(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
}

// messageID reports whether an id, which a stranger may have chosen, can stand
// in a header.
func messageID(id string) bool {
	left, right, ok := strings.Cut(id, "@")
	return ok && left != "" && right != "" && len(id) <= 250 &&
		!strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' })
}

// line is text that stands in a header: nothing in it can end the header.
func line(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || r == 0x2028 || r == 0x2029
	}), " ")
}
