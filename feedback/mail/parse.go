package mail

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	netmail "net/mail"
	"slices"
	"strings"
	"time"
)

// ErrTooLarge means that a message is longer than Limits.Bytes; nothing of it
// was read.
var ErrTooLarge = errors.New("message too large")

// Bounds of single fields, in bytes.
const (
	maxSubject = 1000
	maxID      = 998 // RFC 5322, 2.1.1
	maxName    = 200
)

// Parse reads one message. It fails only with ErrTooLarge: whatever else is
// wrong with it is in Marks, and what could be read is there. The result may
// share memory with raw, which must not be changed afterwards.
func Parse(raw []byte, lim Limits) (*Message, error) {
	lim = lim.filled()
	if len(raw) > lim.Bytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(raw))
	}
	p := &parser{lim: lim, marks: markSet{}, digest: sha256.New(), m: &Message{}}
	h, body := p.splitHeader(raw)
	p.m.head = h
	if h.Len() == 0 {
		p.marks.add(NoHeader)
	}
	p.envelope(h)
	p.digestEnvelope(raw)
	p.finishText(p.part(h, body, place{kind: "text/plain"}))
	p.m.Marks = p.marks.list()
	if p.m.Report == nil {
		p.m.Report = proseReport(p.m)
	}
	p.digest.Sum(p.m.Digest[:0])
	return p.m, nil
}

// Read parses a message as a transport handed it over: what the SMTP envelope
// knew of return path and recipients stands above what the header claims.
func Read(e Envelope, lim Limits) (*Message, error) {
	m, err := Parse(e.Raw, lim)
	if err != nil {
		return nil, err
	}
	if e.NullFrom || e.From != "" {
		m.NullReturn, m.ReturnPath = e.NullFrom, oneLine(e.From, maxAddr)
	}
	for _, r := range e.Rcpt[:min(len(e.Rcpt), 100)] {
		m.Delivered = append(m.Delivered, oneLine(r, maxAddr))
	}
	if e.Cut {
		m.Marks = append(m.Marks, HeadOnly)
		slices.Sort(m.Marks)
	}
	if m.Report == nil {
		m.Report = proseReport(m)
	}
	return m, nil
}

// parser is the state of one Parse.
type parser struct {
	lim    Limits
	marks  markSet
	digest hash.Hash
	m      *Message
	parts  int
	hidden strings.Builder
	nested []string // text of messages inside, for the history, outer ones first
}

// envelope reads the fields that say who, to whom, when and about what.
func (p *parser) envelope(h header) {
	m := p.m
	m.ID = firstID(h.Get("Message-Id"))
	m.InReplyTo = ids(h.values("In-Reply-To"), p.lim.References)
	m.References = ids(h.values("References"), p.lim.References)
	from, _ := mailboxes(h.Get("From"), 10)
	if len(from) > 0 {
		m.From = from[0]
	}
	reply, _ := mailboxes(h.Get("Reply-To"), 1)
	if len(reply) > 0 {
		m.ReplyTo = reply[0]
	}
	var cutTo, cutCc bool
	m.To, cutTo = mailboxes(strings.Join(h.values("To"), ","), p.lim.Addresses)
	m.Cc, cutCc = mailboxes(strings.Join(h.values("Cc"), ","), p.lim.Addresses)
	for _, key := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Rcpt-To"} {
		all := h.values(key)
		for _, v := range all[:min(len(all), 20)] {
			m.Delivered = append(m.Delivered, oneLine(strings.Trim(rawText(v[:min(len(v), maxAddr+2)]), "<> "), maxAddr))
		}
	}
	if path := strings.TrimSpace(h.Get("Return-Path")); h.Has("Return-Path") {
		m.NullReturn = path == "<>" || path == ""
		m.ReturnPath = oneLine(strings.Trim(path[:min(len(path), maxAddr+2)], "<> "), maxAddr)
	}
	m.Subject = h.text("Subject", maxSubject)
	m.Date = parseDate(h.Get("Date"))
	p.markIf(m.From.Addr == "", FromInvalid)
	p.markIf(len(from) > 1 || len(h.values("From")) > 1, FromSeveral)
	p.markIf(cutTo || cutCc, AddressesCut)
	p.markIf(m.Date.IsZero(), DateInvalid)
	p.markIf(m.ID == "", NoMessageID)
}

func (p *parser) markIf(odd bool, m Mark) {
	if odd {
		p.marks.add(m)
	}
}

// parseDate reads a claimed date; zero when it cannot be, or names no time that
// a mail could have.
func parseDate(s string) time.Time {
	if len(s) > 200 {
		return time.Time{}
	}
	t, err := netmail.ParseDate(strings.TrimSpace(s))
	if err != nil || t.Year() < 1980 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

// firstID is a Message-ID without brackets. Some programs leave them out.
func firstID(field string) string {
	if list := ids([]string{field}, 1); len(list) > 0 {
		return list[0]
	}
	field = strings.TrimSpace(field)
	if len(field) > maxID || strings.ContainsAny(field, " <>\t") {
		return ""
	}
	return oneLine(field, maxID)
}

// ids are the ids in brackets, in order, at most max: the last ones, which are
// the nearest in the thread.
func ids(fields []string, max int) []string {
	var list []string
	for _, f := range fields {
		for {
			_, after, ok := strings.Cut(f, "<")
			if !ok {
				break
			}
			id, rest, ok := strings.Cut(after, ">")
			if !ok {
				break
			}
			if id = oneLine(id[:min(len(id), maxID+1)], maxID+1); id != "" && len(id) <= maxID {
				list = append(list, id)
			}
			f = rest
		}
	}
	return list[max0(len(list)-max):]
}

func max0(n int) int { return max(n, 0) }

// finishText takes the readable text apart and cleans each piece.
func (p *parser) finishText(text string) {
	m := p.m
	p.markIf(strings.ContainsRune(text, 0), NulBytes)
	text = p.clean(text)
	if m.Encrypted == "" && strings.Contains(text, "-----BEGIN PGP MESSAGE-----") {
		m.Encrypted = PGP
	}
	if m.Signed == "" && strings.Contains(text, "-----BEGIN PGP SIGNED MESSAGE-----") {
		m.Signed = PGP
	}
	p.markIf(m.Encrypted != "", EncryptedMark)
	p.markIf(m.Signed != "", SignedMark)
	text, armour := cutArmour(text)
	own, quoted := Fold(text)
	own, m.Signature = cutSignature(own)
	quoted = joinBlocks(quoted, p.clean(strings.Join(p.nested, "\n\n")))
	if own == "" && quoted != "" {
		p.marks.add(OnlyQuoted)
		own, quoted = quoted, ""
	}
	m.Text, m.Quoted, m.Signature = own, quoted, joinBlocks(m.Signature, armour)
	m.Hidden = p.clean(p.hidden.String())
	p.markIf(m.Hidden != "", HiddenText)
}

// clean makes text that is safe to show: one kind of line end, no controls, no
// invisible letters, no run of empty lines, at most lim.TextBytes.
func (p *parser) clean(s string) string {
	out, cut := cleanText(s, p.lim.TextBytes)
	p.markIf(cut, TextCut)
	return out
}

func joinBlocks(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n\n" + b
}
