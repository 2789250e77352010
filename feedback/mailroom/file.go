package mailroom

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"rectify/feedback"
	"rectify/feedback/mail"
)

// followUp adds a message to the submission that it answers, if it proves to
// answer one: by the address that only our letter had, or by the Message-ID of
// our letter and the same sender. Never by the number alone.
func (r *Room) followUp(ctx context.Context, in *incoming, v mail.Verdict) error {
	for _, c := range v.Claims {
		if c.Purpose == mail.ForReturn {
			continue
		}
		s, ok, err := r.proved(ctx, c)
		if err != nil {
			return err
		}
		if !ok || (c.Purpose == mail.ForID && !in.m.From.Addr.Same(mail.Addr(s.Contact.Email))) {
			continue
		}
		added, err := r.add(ctx, s, in)
		if added || err != nil {
			return err
		}
		in.about = s.Number // answered, ended or full: a matter of its own
	}
	return r.file(ctx, in, v.Kind)
}

// add tells a submission what its sender wrote; false when its state has no
// place for it any more.
func (r *Room) add(ctx context.Context, s feedback.Submission, in *incoming) (bool, error) {
	x := r.incoming(in)
	if len(bad(x.Check())) > 0 {
		return true, r.hold(ctx, in, mail.Broken, true)
	}
	if s.HasMail(in.digest) {
		return true, nil
	}
	files, err := r.files(ctx, in, feedback.MaxAllAttachments-len(s.Attachments))
	if err != nil {
		return false, err
	}
	m := r.record(in)
	if !in.m.From.Addr.Same(mail.Addr(s.Contact.Email)) {
		m.Marks = append(m.Marks, feedback.MailOther)
	}
	var action feedback.Action = feedback.FollowUp{Text: x.Text, Mail: &m, Files: files}
	switch {
	case s.OpenEnquiry() != nil:
		action = feedback.Explain{Text: x.Text, Mail: &m, Files: files}
	case s.State.Open():
		action = feedback.AddRemark{Text: x.Text, Mail: &m, Files: files}
	}
	_, err = r.Office.DoBySender(ctx, s.Number, action)
	for _, no := range []error{feedback.ErrMove, feedback.ErrTooLate, feedback.ErrFull} {
		if errors.Is(err, no) {
			return false, nil
		}
	}
	if err != nil {
		return false, fmt.Errorf("add mail to %s: %w", s.Number, err)
	}
	return true, nil
}

// file makes a new submission of a message.
func (r *Room) file(ctx context.Context, in *incoming, kind mail.Kind) error {
	x := r.incoming(in)
	if len(bad(x.Check())) > 0 {
		return r.hold(ctx, in, kind, true) // words that no submission can hold
	}
	_, err := r.File(ctx, in, x)
	return err
}

// File files a message under its digest and answers the number.
func (r *Room) File(ctx context.Context, in *incoming, x feedback.Incoming) (feedback.Number, error) {
	around := feedback.Circumstances{}
	if r.Screen != nil {
		around = r.Screen(x.Text)
	}
	var err error
	if x.Attachments, err = r.files(ctx, in, feedback.MaxAttachments); err != nil {
		return "", err
	}
	receipt, err := r.Intake.File(ctx, x, r.record(in), r.guesses(ctx, in), around)
	if err != nil {
		return "", fmt.Errorf("file mail: %w", err)
	}
	return receipt.Number, nil
}

// files keeps the attachments that a submission may have, at most so many. What
// is not taken is still in the raw form, and a mark says so.
func (r *Room) files(ctx context.Context, in *incoming, most int) ([]feedback.Attachment, error) {
	var list []feedback.Attachment
	for _, a := range in.m.Attachments {
		if len(a.Data) == 0 || a.Mark == mail.SignedMark || a.Mark == mail.Nested { // a message inside speaks by its words and files
			continue
		}
		if len(list) >= min(most, feedback.MaxAttachments) || len(a.Data) > feedback.MaxAttachmentBytes {
			in.left = true
			continue
		}
		kept, err := r.Keep(ctx, a.Name, a.Data)
		var refused feedback.Invalid
		if errors.As(err, &refused) {
			in.left = true
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("keep attachment of a mail: %w", err)
		}
		list = append(list, kept)
	}
	return list, nil
}

// incoming is what a message says as a sender's input. Who writes by e-mail
// may be answered by e-mail, and has not agreed to publication.
func (r *Room) incoming(in *incoming) feedback.Incoming {
	m := in.m
	text := strings.TrimSpace(m.Text)
	if text == "" {
		text = m.Subject
	}
	if strings.TrimSpace(text) == "" && len(m.Attachments) > 0 {
		text = r.NoText
	}
	if r.Mask != nil {
		masked := r.Mask(text)
		in.masked, text = masked != text, masked
	}
	x := feedback.Incoming{
		Category: feedback.Opinion, Text: r.fit(text), ContactConsent: m.From.Addr != "",
		Contact: feedback.Contact{Name: cut(m.From.Name, feedback.MaxNameRunes), Email: string(m.From.Addr)}, Key: "mail." + in.digest[:56],
	}
	if len(bad((feedback.Incoming{Text: "。", Contact: feedback.Contact{Name: x.Name}}).Check())) > 0 {
		x.Name = ""
	}
	if len(bad((feedback.Incoming{Text: "。", Contact: feedback.Contact{Email: x.Email}}).Check())) > 0 {
		x.Email, x.ContactConsent = "", false
	}
	return x
}

func bad(_ feedback.Incoming, faults []feedback.Invalid) []feedback.Invalid { return faults }

// fit shortens a text to what a submission may hold; all of it is in the raw
// form.
func (r *Room) fit(text string) string {
	runes := []rune(text)
	if len(runes) <= feedback.MaxTextRunes && len(text) <= feedback.MaxTextBytes {
		return text
	}
	room := feedback.MaxTextBytes - len(r.Cut) - 1
	n := 0
	for i, c := range runes {
		if room -= utf8.RuneLen(c); room < 0 || i == feedback.MaxTextRunes-len([]rune(r.Cut))-1 {
			break
		}
		n++
	}
	return string(runes[:n]) + "\n" + r.Cut
}

// record is how a message stands in its submission.
func (r *Room) record(in *incoming) feedback.Mail {
	marks := marks(in.m)
	if in.left {
		marks = append(marks, feedback.MailFilesLeft)
	}
	if in.masked {
		marks = append(marks, feedback.MailMasked)
	}
	return feedback.Mail{
		Folded: r.folded(in.m), Digest: in.digest, MessageID: cut(in.m.ID, 200), At: in.ReceivedAt, Subject: cut(in.m.Subject, 200), Auth: r.auth(in.m), Raw: string(in.raw), Marks: marks,
	}
}

// folded is what a message holds beside its sender's own words.
func (r *Room) folded(m *mail.Message) string {
	var pieces []string
	for _, s := range []string{m.Signature, m.Quoted, m.Hidden} {
		if s != "" {
			pieces = append(pieces, cut(s, feedback.MaxFolded))
		}
	}
	text := strings.Join(pieces, "\n\n")
	if r.Mask != nil {
		text = r.Mask(text)
	}
	return cut(text, feedback.MaxFolded)
}

// auth is what our own relay found of the sender, in one line.
func (r *Room) auth(m *mail.Message) string {
	if r.Relay == "" {
		return ""
	}
	a := m.Auth(r.Relay)
	if !a.Known {
		return ""
	}
	line := []string{}
	say := func(name string, c mail.Check) {
		if c.Result != "" && c.Result != mail.ResultNone {
			line = append(line, name+"="+string(c.Result))
		}
	}
	say("spf", a.SPF)
	for _, c := range a.DKIM {
		say("dkim", c)
	}
	say("dmarc", a.DMARC)
	return strings.Join(line[:min(len(line), 6)], " ")
}

var quotedNumber = regexp.MustCompile(`\b20\d{2}-\d{6,9}\b`)

// guesses are where a message might belong: submissions whose number it
// quotes, then notices and items whose words it shares.
func (r *Room) guesses(ctx context.Context, in *incoming) []feedback.Guess {
	var list []feedback.Guess
	seen := map[feedback.Number]bool{}
	suggest := func(n feedback.Number, score float64) {
		if seen[n] || len(list) == feedback.MaxGuesses {
			return
		}
		seen[n] = true
		if _, err := r.Office.Store.Get(ctx, n); err == nil {
			list = append(list, feedback.Guess{Number: n, Score: score})
		}
	}
	if in.about != "" {
		suggest(in.about, 1)
	}
	for _, text := range []string{in.m.Subject, in.m.Text, in.m.Quoted} {
		for _, s := range quotedNumber.FindAllString(text, 3) {
			if n, ok := feedback.ParseNumber(s); ok {
				suggest(n, 0.9)
			}
		}
	}
	if r.Candidates == nil {
		return list
	}
	for _, g := range mail.Guess(in.m.Subject, in.m.Text, in.m.Quoted, r.Candidates()) {
		if len(list) == feedback.MaxGuesses {
			break
		}
		list = append(list, feedback.Guess{Notice: g.Candidate.Notice, Item: g.Candidate.Item, Score: g.Score})
	}
	return list
}
