package mail

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// The digest of a message is SHA-256 over what its sender wrote, so that two
// copies of one message (by To and by Cc, by two mailboxes, sent again after a
// broken connection) are known as one. It covers, in this order:
//
//   - Message-ID, From address (lower case; the whole field if it holds none),
//     Date as an instant, Subject (decoded);
//   - every part in order: its media type, and its bytes after the transfer
//     encoding is undone, without CR, blanks at line ends and empty lines at the end;
//   - of a message without any header field, all its bytes.
//
// It does not cover Received, Return-Path, Delivered-To, To, Cc, authentication
// results, boundaries, transfer encodings, line ends or any other field: relays
// add or change these. Without a Message-ID two messages of one sender with the
// same date, subject and content count as one; with it they are two. A list
// that adds a footer or a tag to the subject makes another message.
func (p *parser) digestEnvelope(raw []byte) {
	m := p.m
	from := strings.ToLower(string(m.From.Addr))
	if from == "" {
		from = m.head.Get("From")
	}
	date := ""
	if !m.Date.IsZero() {
		date = m.Date.UTC().Format(time.RFC3339)
	}
	for _, field := range []string{"rectify mail 1", m.ID, from, date, m.Subject} {
		fmt.Fprintf(p.digest, "%d:%s\n", len(field), field)
	}
	if p.marks[NoHeader] {
		p.digest.Write(raw)
	}
}

// digestLeaf adds one part, line by line, so that it needs no copy.
func (p *parser) digestLeaf(kind string, data []byte) {
	fmt.Fprintf(p.digest, "part %d:%s\n", len(kind), kind)
	empty := 0
	for line := range bytes.Lines(data) {
		line = bytes.TrimRight(line, "\r\n \t")
		if len(line) == 0 {
			empty++
			continue
		}
		for ; empty > 0; empty-- {
			p.digest.Write([]byte("\n"))
		}
		p.digest.Write(line)
		p.digest.Write([]byte("\n"))
	}
	p.digest.Write([]byte{0})
}
