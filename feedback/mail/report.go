package mail

import (
	"bytes"
	"regexp"
	"strings"
)

// maxFailures bounds the recipients of one delivery report.
const maxFailures = 20

// Report is what a message says about the delivery of another (RFC 3464, or
// the prose of programs that know no such form). It is a claim: only a return
// address or Message-ID of ours proves which letter it is about.
type Report struct {
	Standard   bool // multipart/report with a delivery-status part
	Recipients []Failure
	OriginalID string // Message-ID of the returned letter, without brackets
}

// Failure is one recipient of a report.
type Failure struct {
	Addr       Addr
	Action     string // failed, delayed, delivered, relayed, expanded; lower case
	Status     string // enhanced status code like 5.1.1, empty when none was given
	Diagnostic string // the other server's words, one line
}

// Failed reports whether any recipient is said to be unreachable for good:
// action failed, or no action and a status of class 5.
func (r *Report) Failed() bool {
	for _, f := range r.Recipients {
		if f.Action == "failed" || (f.Action == "" && strings.HasPrefix(f.Status, "5")) {
			return true
		}
	}
	return false
}

func (p *parser) report() *Report {
	if p.m.Report == nil {
		p.m.Report = &Report{}
	}
	return p.m.Report
}

var statusCode = regexp.MustCompile(`\b([245]\.\d{1,3}\.\d{1,3})\b`)

// deliveryStatus reads a message/delivery-status part: a block about the
// message and one for each recipient.
func (p *parser) deliveryStatus(data []byte) {
	r := p.report()
	r.Standard = true
	data = data[:min(len(data), p.lim.HeaderBytes)]
	for range maxFailures + 1 {
		data = bytes.TrimLeft(data, "\r\n \t")
		if len(data) == 0 {
			return
		}
		var h header
		h, data = p.splitHeader(data)
		if !h.Has("Final-Recipient") && !h.Has("Original-Recipient") && !h.Has("Action") {
			continue
		}
		f := Failure{
			Addr:       typedAddr(h.Get("Original-Recipient")),
			Action:     oneLine(h.token("Action"), 20),
			Status:     statusCode.FindString(h.Get("Status")),
			Diagnostic: h.text("Diagnostic-Code", 500),
		}
		if final := typedAddr(h.Get("Final-Recipient")); f.Addr == "" {
			f.Addr = final
		}
		if f.Status == "" {
			f.Status = statusCode.FindString(f.Diagnostic)
		}
		r.Recipients = append(r.Recipients, f)
	}
}

// typedAddr reads rfc822;a@b.
func typedAddr(s string) Addr {
	kind, addr, ok := strings.Cut(s, ";")
	if !ok {
		addr = kind
	}
	a, _ := ParseAddr(strings.Trim(addr, "<> \t"))
	return a
}

// originalHeader reads the head of the returned letter.
func (p *parser) originalHeader(data []byte) {
	h, _ := p.splitHeader(data)
	if r := p.report(); r.OriginalID == "" {
		r.OriginalID = firstID(h.Get("Message-Id"))
	}
}
