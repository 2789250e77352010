package public

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/site/ui"
	"rectify/site/web"
)

// Own is everything that is kept about a sender, as the sender may have it
// (查阅、复制, 个人信息保护法第45条). Who of the staff did what is not in it.
type Own struct {
	Number         feedback.Number        `json:"number"`
	Received       time.Time              `json:"received"`
	Channel        feedback.Channel       `json:"channel"`
	Category       feedback.Category      `json:"category"`
	State          feedback.State         `json:"state"`
	Published      bool                   `json:"published"`
	Notice         string                 `json:"notice,omitempty"`
	Item           string                 `json:"item,omitempty"`
	Text           string                 `json:"text,omitempty"`
	Corrections    []feedback.Remark      `json:"corrections,omitempty"`
	Remarks        []feedback.Remark      `json:"remarks,omitempty"`
	Contact        feedback.Contact       `json:"contact,omitzero"`
	ContactConsent bool                   `json:"contact_consent"`
	PublishConsent bool                   `json:"publish_consent"`
	Told           string                 `json:"privacy_notice,omitempty"`
	Files          []string               `json:"files,omitempty"`
	Mails          []OwnMail              `json:"mails,omitempty"`
	Enquiries      []OwnEnquiry           `json:"enquiries,omitempty"`
	Rating         *feedback.Rating       `json:"rating,omitempty"`
	Review         *feedback.Review       `json:"review,omitempty"`
	Replies        []feedback.PublicReply `json:"replies,omitempty"`
	Parts          []feedback.Number      `json:"parts,omitempty"` // split off it; each can be had by itself
	Sent           *OwnSent               `json:"sent,omitempty"`
	Steps          []OwnStep              `json:"steps"`
}

// OwnMail is one e-mail of the sender.
type OwnMail struct {
	At      time.Time `json:"at"`
	Subject string    `json:"subject,omitempty"`
}

// OwnEnquiry is a question and its answer.
type OwnEnquiry struct {
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
	Answer string    `json:"answer,omitempty"`
}

// OwnSent is where it went, and what its sender was told of that.
type OwnSent struct {
	At   time.Time `json:"at"`
	To   string    `json:"to"`
	Text string    `json:"text"`
}

// OwnStep is one thing that was done, also each look at the contact details.
type OwnStep struct {
	At  time.Time    `json:"at"`
	Act feedback.Act `json:"act"`
}

func ownOf(s *feedback.Submission) Own {
	o := Own{
		Number: s.Number, Received: s.Received, Channel: s.Channel, Category: s.Category, State: s.State, Published: s.Visibility == feedback.Published,
		Notice: s.Notice, Item: s.Item, Text: s.Text, Corrections: s.Corrections, Remarks: s.Remarks, Contact: s.Contact,
		ContactConsent: s.ContactConsent, PublishConsent: s.PublishConsent, Told: s.Told, Rating: s.Rating, Review: s.Review, Replies: s.PublicReplies(),
	}
	for i := range s.Attachments {
		o.Files = append(o.Files, s.Attachments[i].Name)
	}
	for i := range s.Mails {
		o.Mails = append(o.Mails, OwnMail{s.Mails[i].At, s.Mails[i].Subject})
	}
	for _, q := range s.Enquiries {
		o.Enquiries = append(o.Enquiries, OwnEnquiry{q.At, q.Text, q.Answer})
	}
	for _, x := range s.Pieces {
		o.Parts = append(o.Parts, x.Number)
	}
	if x := s.Forwarded; x != nil {
		o.Sent = &OwnSent{x.At, x.Name, x.Text}
	}
	for _, e := range s.Events {
		o.Steps = append(o.Steps, OwnStep{e.At, e.Act})
	}
	return o
}

// own hands the sender everything that is kept, as a file for machines or for
// people.
func (p *Pages) own(c *fiber.Ctx) error {
	web.Private(c)
	form, s, err := p.ownForm(c)
	if errors.Is(err, feedback.ErrNotFound) {
		return p.wrongCode(c, nil)
	}
	if err != nil {
		return err
	}
	if err := p.Audit.Add(web.Context(c), audit.Sender, audit.Access, string(s.Number), ""); err != nil {
		return err
	}
	o := ownOf(&s)
	name, kind, body := "json", "application/json", []byte(nil)
	if form.Get("as") == "text" {
		name, kind, body = "txt", "text/plain; charset=utf-8", []byte(ownText(p.frame(c, "track"), o))
	} else if body, err = json.MarshalIndent(o, "", "  "); err != nil {
		return fmt.Errorf("own data: %w", err)
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s.%s"`, s.Number, name))
	c.Response().SetBodyRaw(append(body, '\n'))
	return nil
}

// ownForm reads a form on an opened submission.
func (p *Pages) ownForm(c *fiber.Ctx) (web.Values, feedback.Submission, error) {
	form, err := web.Form(c)
	if err != nil {
		return nil, feedback.Submission{}, err
	}
	s, err := p.opened(c, form.Get("pass"))
	if errors.Is(err, feedback.ErrNotFound) && form.Get("pass") != "" {
		err = web.Error{Status: fiber.StatusForbidden, Code: "pass"} // it was open for too long
	}
	return form, s, err
}

// ownText is the same for people.
func ownText(f ui.Frame, o Own) string {
	var b strings.Builder
	line := func(code, value string) {
		if value != "" {
			b.WriteString(f.T("own."+code) + f.T("colon") + feedback.Visible(value) + "\n")
		}
	}
	yes := func(is bool) string {
		if is {
			return f.T("own.yes")
		}
		return f.T("own.no")
	}
	said := func(code string, list []feedback.Remark) {
		for _, r := range list {
			line(code, f.DateTime(r.At)+"\n"+r.Text)
		}
	}
	line("number", string(o.Number))
	line("received", f.DateTime(o.Received))
	line("channel", f.T("channel."+string(o.Channel)))
	line("category", f.T("category."+string(o.Category)))
	line("state", f.T("state."+string(o.State)))
	line("published", yes(o.Published))
	line("about", strings.TrimSpace(o.Notice+" "+o.Item))
	line("text", o.Text)
	said("correction", o.Corrections)
	said("remark", o.Remarks)
	line("name", o.Contact.Name)
	line("phone", o.Contact.Phone)
	line("email", o.Contact.Email)
	line("contact-consent", yes(o.ContactConsent))
	line("publish-consent", yes(o.PublishConsent))
	line("told", o.Told)
	for _, name := range o.Files {
		line("file", name)
	}
	for _, m := range o.Mails {
		line("mail", f.DateTime(m.At)+" "+m.Subject)
	}
	for _, q := range o.Enquiries {
		line("enquiry", f.DateTime(q.At)+"\n"+q.Text)
		line("answer", q.Answer)
	}
	if o.Rating != nil {
		line("rating", f.T(fmt.Sprintf("solved.%d", o.Rating.Solved))+" "+o.Rating.Word)
	}
	if o.Review != nil {
		line("review", f.DateTime(o.Review.At)+"\n"+o.Review.Reason)
	}
	for _, r := range feedback.Standing(o.Replies) {
		line("reply", string(r.Answered)+" "+r.Office+"\n"+r.Text)
	}
	for _, n := range o.Parts {
		line("part", string(n))
	}
	if o.Sent != nil {
		line("sent", f.DateTime(o.Sent.At)+" "+o.Sent.To+"\n"+o.Sent.Text)
	}
	b.WriteString("\n")
	for _, s := range o.Steps {
		b.WriteString(f.DateTime(s.At) + " " + f.T("log."+string(s.Act)) + "\n")
	}
	return b.String()
}

// erase takes out everything that tells of the sender.
func (p *Pages) erase(c *fiber.Ctx) error {
	web.Private(c)
	form, s, err := p.ownForm(c)
	if errors.Is(err, feedback.ErrNotFound) {
		return p.wrongCode(c, nil)
	}
	if err != nil {
		return err
	}
	if !form.On("erase") {
		return p.open(c, fiber.StatusUnprocessableEntity, s, "", "", back{faults: []feedback.Invalid{{Field: "erase", Rule: "required"}}, typed: form})
	}
	next, err := p.wipe(c, s)
	if err != nil {
		return err
	}
	return p.open(c, fiber.StatusOK, next, "", p.frame(c, "track").T("track.done.erase"), back{})
}

// wipe erases a submission and all that was split off it: the sender wrote one
// letter. Cut off in between, it is done again from the start.
func (p *Pages) wipe(c *fiber.Ctx, s feedback.Submission) (feedback.Submission, error) {
	ctx := web.Context(c)
	s, err := p.Office.Branch(ctx, s.Number) // or what has no number yet would be forgotten
	if err != nil {
		return s, err
	}
	for _, x := range s.Pieces {
		part, err := p.Store.Get(ctx, x.Number)
		if err == nil {
			_, err = p.wipeOne(c, part)
		}
		if err != nil {
			return s, err
		}
	}
	return p.wipeOne(c, s)
}

func (p *Pages) wipeOne(c *fiber.Ctx, s feedback.Submission) (feedback.Submission, error) {
	ctx := web.Context(c)
	next, err := p.Office.DoBySender(ctx, s.Number, feedback.Erase{})
	if err != nil {
		return s, err
	}
	if err := p.Audit.Add(ctx, audit.Sender, audit.Erase, string(s.Number), ""); err != nil {
		return s, err
	}
	if p.Blobs != nil {
		for _, id := range s.Blobs() {
			if err := p.Blobs.Delete(ctx, id); err != nil {
				return s, fmt.Errorf("erase %s: %w", s.Number, err) // what is left the nightly sweep takes
			}
		}
	}
	return next, nil
}
