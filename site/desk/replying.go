package desk

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/quality"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// Replying is the part of a submission's page on which it is answered.
type Replying struct {
	Phrases  []PhraseChoice
	Hints    []Advice
	Comments []feedback.Comment // latest first
	Versions []VersionRow       // latest first
	Since    *ui.Marked         // what changed since the draft was last sent back
	Found    []FoundReply       // of earlier published replies
	Asked    string             // what was looked for
	Looked   bool
	Statuses []ui.Option // that the reply may propose for the leaf
	Label    string
	Standing []StandingRow
	Amend    *AmendRow
}

// Advice is a hint about the quality of a reply, in words.
type Advice struct {
	Text  string
	Grave bool
}

// VersionRow is one version of the draft and what it changed.
type VersionRow struct {
	feedback.Version
	Diff *ui.Marked // nil for the first
}

// StandingRow is a published reply that can be corrected, withdrawn, or reviewed.
type StandingRow struct {
	ui.ReplyCard
	Digest, Reason, Author string // of one that one person published
	Due                    ui.DueText
	Waits                  bool // for a second person to look at it
	Mine                   bool // I wrote in it
	Status                 string
	Proposal               string // address of the change of status that it called for, empty when that is done
	MayPropose             bool
	Typed                  web.Values // of the form about this very reply
}

// AmendRow is an amendment that is being written or waits.
type AmendRow struct {
	*feedback.Amendment
	Diff     *ui.Marked
	Mine     bool
	Comments []feedback.Comment
}

// replying fills the part of the page where s is answered.
func (d *Desk) replying(c *fiber.Ctx, page *CasePage) (err error) {
	s, f, who := page.S, page.Frame, auth.Of(c).Actor()
	r := &page.Re
	for _, x := range slices.Backward(s.Comments) {
		r.Comments = append(r.Comments, x)
	}
	r.Versions, r.Since = versions(f, s)
	r.Amend = amending(f, s, who)
	if page.Emergency() && s.Visibility == feedback.Published {
		page.Residue = d.Office.Residue(s, page.Typed.Get("reply"))
	}
	d.statuses(page)
	if r.Standing, err = d.standing(c, page); err != nil {
		return err
	}
	if page.May[string(feedback.ActDraft)] || page.May[string(feedback.ActEmergency)] {
		if r.Phrases, err = d.phraseChoices(c, page); err != nil {
			return err
		}
	}
	if s.State.Open() && (page.DraftText() != "" || s.Draft != nil) {
		r.Hints = d.advice(page, page.DraftText())
	} else if s.Amendment != nil && !s.Amendment.Withdraw {
		r.Hints = d.advice(page, s.Amendment.Text)
	}
	return nil
}

// advice says what could be better about a reply.
func (d *Desk) advice(page *CasePage, text string) (list []Advice) {
	s := page.S
	r := quality.Reply{Question: s.Current(), Thanks: s.Category == feedback.Praise, Number: string(s.Number), Text: text}
	if it := page.Item; it != nil {
		r.Title = it.Title
		for _, m := range it.Measures {
			r.Measures = append(r.Measures, m.Text)
		}
	}
	if d.Office.Seen != nil {
		r.Contacts = d.Office.Seen(text, nil)
	}
	for _, h := range quality.Of(r) {
		args := make([]any, len(h.Args))
		for i, a := range h.Args {
			args[i] = a
		}
		list = append(list, Advice{page.T("quality."+h.Code, args...), h.Grave})
	}
	return list
}

// versions are those of the draft with what each changed, and what changed since
// it was last sent back.
func versions(f ui.Frame, s *feedback.Submission) (rows []VersionRow, since *ui.Marked) {
	for i, v := range s.Versions {
		row := VersionRow{Version: v}
		if i > 0 {
			row.Diff = changed(f, s.Versions[i-1].Text+"\n"+s.Versions[i-1].Office, v.Text+"\n"+v.Office)
		}
		rows = append([]VersionRow{row}, rows...)
	}
	if s.Draft == nil {
		return rows, nil
	}
	for _, x := range slices.Backward(s.Comments) {
		i := slices.IndexFunc(s.Versions, func(v feedback.Version) bool { return v.Digest == x.Digest })
		if x.Return && i >= 0 {
			return rows, changed(f, s.Versions[i].Text+"\n"+s.Versions[i].Office, s.Draft.Text+"\n"+s.Draft.Office)
		}
	}
	return rows, nil
}

// changed marks what sets two texts apart, nil where nothing does.
func changed(f ui.Frame, old, now string) *ui.Marked {
	if old == now {
		return nil
	}
	return &ui.Marked{Frame: f, Bits: ui.WordBits(old, now)}
}

func amending(f ui.Frame, s *feedback.Submission, who feedback.Actor) *AmendRow {
	x := s.Amendment
	if x == nil || x.Of < 1 || x.Of > len(s.Replies) {
		return nil
	}
	row := &AmendRow{Amendment: x, Mine: slices.Contains(x.Drafters, who.ID)}
	for _, y := range slices.Backward(x.Comments) {
		row.Comments = append(row.Comments, y)
	}
	if was := s.Replies[x.Of-1]; !x.Withdraw {
		row.Diff = changed(f, was.Text+"\n"+was.Office, x.Text+"\n"+x.Office)
	}
	return row
}

// standing are the published replies that something can be done with.
func (d *Desk) standing(c *fiber.Ctx, page *CasePage) (rows []StandingRow, err error) {
	s, who, today := page.S, auth.Of(c).Actor(), calendar.On(d.Now())
	for _, card := range page.OwnReplies(page.Replies) {
		if !card.Stands() {
			continue
		}
		r := &s.Replies[card.N-1]
		row := StandingRow{ReplyCard: card, Digest: r.Digest, Mine: slices.Contains(r.Drafters, who.ID) || r.ApprovedBy == who.ID}
		if r.Sole != nil {
			row.Reason, row.Author, row.Waits = r.Sole.Reason, r.ApprovedBy, r.Sole.ReviewedBy == "" && s.Unreviewed() > 0
			row.Due = page.DueOf(d.Clocks.Days, r.Sole.Due.Day, today)
		}
		if act := feedback.Act(page.Typed.Get("act")); (act == feedback.ActAmend || act == feedback.ActRetract) && page.Typed.Get("of") == number(card.N) {
			row.Typed = page.Typed
		}
		if err := d.called(c, page, r, &row); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// Emergency reports whether the form that came back was to publish at once.
func (p CasePage) Emergency() bool {
	return p.Typing(string(feedback.ActDraft)) && p.Typed.Get("how") == string(feedback.ActEmergency)
}

// EmergencyLine is the line that says why one person answers alone.
func (p CasePage) EmergencyLine() ui.Line {
	return p.HintedLine(string(feedback.ActDraft), "emergency", "emergency", "act.emergency.why", "act.emergency.hint")
}

// AmendText is what the box for the new version holds.
func (p CasePage) AmendText(r StandingRow) string {
	switch a := p.S.Amendment; {
	case r.Typed.Get("act") == string(feedback.ActAmend):
		return r.Typed.Get("amended")
	case a != nil && a.Of == r.N:
		return a.Text
	}
	return r.Text
}

// AmendOffice is the office that signs the new version.
func (p CasePage) AmendOffice(r StandingRow) string {
	switch a := p.S.Amendment; {
	case r.Typed.Get("act") == string(feedback.ActAmend):
		return r.Typed.Get("amended-office")
	case a != nil && a.Of == r.N:
		return a.Office
	}
	return r.Office
}

// AmendLine is the line that says why, in the form that was sent, or as kept.
func (p CasePage) AmendLine(r StandingRow, act, name string) ui.Line {
	l := ui.Line{Frame: p.Frame, ID: name + "-" + number(r.N), Name: name, Label: p.T("act." + name), Hint: p.T("act." + name + ".hint")}
	if a := p.S.Amendment; a != nil && a.Of == r.N && act == string(feedback.ActAmend) {
		l.Value = a.Why
	}
	if r.Typed.Get("act") == act {
		l.Value, l.Fault = r.Typed.Get(name), p.Faults[name]
	}
	return l
}

// Hides reports whether the box is ticked that takes the earlier text away.
func (p CasePage) Hides(r StandingRow) bool {
	if r.Typed.Get("act") == string(feedback.ActAmend) {
		return r.Typed.On("hides")
	}
	a := p.S.Amendment
	return a != nil && a.Of == r.N && a.Hides
}

// statuses are what the reply may propose for the leaf.
func (d *Desk) statuses(page *CasePage) {
	if page.Item == nil || !page.Item.Leaf() {
		return
	}
	kept := feedback.Progress{}
	if page.S.Draft != nil {
		kept = page.S.Draft.Progress
	}
	if page.Typing(string(feedback.ActDraft)) {
		kept = progressOf(page.Typed)
	}
	page.Re.Label = kept.Label
	for _, st := range content.Statuses() {
		if st != content.Unstated {
			page.Re.Statuses = append(page.Re.Statuses, ui.Option{Value: st.Code(), Label: page.T("status." + st.Code()), Chosen: st.Code() == kept.Status})
		}
	}
}

// progressOf is the change of status that a form asks for; a word without a
// status is none.
func progressOf(form web.Values) feedback.Progress {
	p := feedback.Progress{Status: form.Get("status"), Label: strings.TrimSpace(form.Get("label"))}
	if _, ok := content.ParseStatus(p.Status); !ok || p.Status == "" {
		return feedback.Progress{}
	}
	return p
}

// mayReply adds to what a person may do with s what hangs on its replies.
func mayReply(may map[string]bool, s *feedback.Submission, who feedback.Actor) {
	amend, standing := s.Amendment, s.LastReply() != nil
	waits := s.Unreviewed()
	hand := waits > 0 && (slices.Contains(s.Replies[waits-1].Drafters, who.ID) || s.Replies[waits-1].ApprovedBy == who.ID)
	for act, also := range map[feedback.Act]bool{
		feedback.ActAnnotate:     s.Draft != nil || amend != nil,
		feedback.ActConfirm:      waits > 0 && !hand,
		feedback.ActAmend:        standing && (amend == nil || !amend.Withdraw),
		feedback.ActRetract:      standing && amend == nil,
		feedback.ActReturnAmend:  amend != nil && amend.Submitted,
		feedback.ActDropAmend:    amend != nil,
		feedback.ActApproveAmend: amend != nil && amend.Submitted && !slices.Contains(amend.Drafters, who.ID),
	} {
		may[string(act)] = may[string(act)] && also
	}
	may["draft-any"] = who.For(s.Notice, feedback.Replier, feedback.Approver)
}
