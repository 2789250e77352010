package desk

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// Place is one stretch of the text, as readers see it, that is hidden or that
// looks as if it should be, with the words around it.
type Place struct {
	Value                string // 12-15-phone: from, to and kind, as the form sends it
	Kind                 feedback.Hidden
	Before, Words, After string
	Found                bool // by the program
	Taken                bool
}

// around is how many characters are shown on either side of a place.
const around = 12

// places are what the form of redactions offers: what is hidden now, what looks
// as if it should be, and what was marked in a form that came back.
func (d *Desk) places(s *feedback.Submission, typed web.Values) []Place {
	text := s.Current()
	taken := feedback.SeenSpans(text, s.Redactions)
	var found []feedback.Redaction
	if s.State == feedback.Received {
		found = d.found(s)
		taken = append(taken, found...)
	}
	offered := slices.Clone(taken)
	if typed.Get("text") == textMark(s) { // else what was marked was marked in another text
		taken = marked(typed)
		offered = append(offered, taken...)
	}
	slices.SortFunc(offered, func(a, b feedback.Redaction) int {
		return cmp.Or(a.From-b.From, a.To-b.To, cmp.Compare(a.Kind, b.Kind))
	})
	seen := []rune(feedback.Visible(text))
	var list []Place
	for _, r := range slices.Compact(offered) {
		if r.From < 0 || r.To > len(seen) || r.From >= r.To {
			continue
		}
		list = append(list, Place{
			Value: fmt.Sprintf("%d-%d-%s", r.From, r.To, r.Kind), Kind: r.Kind, Words: string(seen[r.From:r.To]),
			Before: oneLine(seen[max(r.From-around, 0):r.From]), After: oneLine(seen[r.To:min(r.To+around, len(seen))]),
			Found: slices.Contains(found, r), Taken: slices.Contains(taken, r),
		})
	}
	return list
}

func oneLine(runes []rune) string { return strings.ReplaceAll(string(runes), "\n", " ") }

// found are the stretches that look like personal data, to be confirmed: what is
// hidden is a person's decision.
func (d *Desk) found(s *feedback.Submission) []feedback.Redaction {
	text := s.Current()
	var spans []feedback.Redaction
	for _, f := range d.Finder().Find(text) {
		if len(spans) < feedback.MaxRedactions/2 {
			spans = append(spans, feedback.Redaction{From: f.From, To: f.To, Kind: f.Kind})
		}
	}
	slices.SortFunc(spans, func(a, b feedback.Redaction) int { return a.From - b.From })
	list := feedback.SeenSpans(text, spans)
	for words, kind := range map[string]feedback.Hidden{s.Contact.Name: feedback.HiddenName, s.Contact.Phone: feedback.HiddenPhone, s.Contact.Email: feedback.HiddenEmail} {
		own, missing := feedback.FindMarks(text, []feedback.Mark{{Words: words, Kind: kind}})
		if words == "" || len(missing) > 0 {
			continue
		}
		for _, r := range feedback.SeenSpans(text, own) {
			if !slices.ContainsFunc(list, func(x feedback.Redaction) bool { return x.From <= r.From && r.To <= x.To }) {
				list = append(list, r)
			}
		}
	}
	return list
}

// textMark tells one text from another, so that places marked in one are never
// taken for places in another.
func textMark(s *feedback.Submission) string {
	sum := sha256.Sum256([]byte(s.Current()))
	return hex.EncodeToString(sum[:8])
}

// marked are the places that a form names, what is none left out.
func marked(form web.Values) (list []feedback.Redaction) {
	for _, v := range form.All("place") {
		var r feedback.Redaction
		if n, err := fmt.Sscanf(v, "%d-%d-%s", &r.From, &r.To, &r.Kind); n == 3 && err == nil && slices.Contains(feedback.HiddenKinds(), r.Kind) && r.From >= 0 && r.From < r.To {
			list = append(list, r)
		}
	}
	return list
}

// lines are the rows for words of which every place is hidden: what was typed,
// and some to type into.
func lines(typed web.Values) []feedback.Mark {
	var list []feedback.Mark
	kinds := typed.All("kind")
	for i, w := range typed.All("hide") {
		m := feedback.Mark{Words: w}
		if i < len(kinds) {
			m.Kind = feedback.Hidden(kinds[i])
		}
		if strings.TrimSpace(w) != "" {
			list = append(list, m)
		}
	}
	return append(list, feedback.Mark{}, feedback.Mark{}, feedback.Mark{})
}

// redactions turns the places that staff marked and the words that they named
// into spans of the text. Words that do not occur are a fault: nobody must
// believe them hidden; and so are places in another text than is kept.
func redactions(s *feedback.Submission, form web.Values) ([]feedback.Redaction, []feedback.Invalid) {
	places := marked(form)
	if len(places) > 0 && form.Get("text") != textMark(s) {
		return nil, fault("hide", "other-text")
	}
	var list []feedback.Mark
	for _, m := range lines(form) {
		m.Words = strings.TrimSpace(m.Words)
		if m.Words == "" {
			continue
		}
		if !slices.Contains(feedback.HiddenKinds(), m.Kind) {
			m.Kind = feedback.HiddenOther
		}
		list = append(list, m)
	}
	spans, missing := feedback.HidePlaces(s.Current(), places, list)
	if len(missing) > 0 {
		return nil, fault("hide", "missing-words", strings.Join(missing, "、"))
	}
	return spans, nil
}

// Preview is a submission as the public would see it after an act that was not
// done yet.
type Preview struct {
	Talk    ui.Talk
	Clue    bool     // it is never public: only the sender sees the text so
	Consent bool     // the sender agreed to publication
	Residue []string // what still looks like personal data
}

// preview does to a copy what the form asks for and draws what the public would
// see of it, by the part that draws the public page.
func (d *Desk) preview(c *fiber.Ctx, s feedback.Submission, form web.Values) error {
	action, faults := d.action(c, &s, form)
	var shown *Preview
	if len(faults) == 0 {
		switch action.(type) {
		case feedback.Accept, feedback.Redact:
		default:
			return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
		}
		next, err := d.Office.Clocks.Apply(s, action, auth.Of(c).Actor(), d.Now())
		if err != nil {
			return d.notDone(c, s, s.Rev, form, err)
		}
		shown = d.asPublic(d.frame(c), next)
	}
	if form.On("piece") {
		return d.previewPiece(c, shown, faults)
	}
	if len(faults) > 0 {
		return d.again(c, s, form, faults)
	}
	return d.showCase(c, fiber.StatusOK, s, CasePage{Typed: form, Preview: shown})
}

func (d *Desk) asPublic(f ui.Frame, s feedback.Submission) *Preview {
	p := &Preview{Clue: s.Category == feedback.Clue, Consent: s.PublishConsent, Residue: d.Office.Residue(&s)}
	if p.Clue {
		s.Category = feedback.Opinion // of this copy, or there would be nothing to see
	}
	s.Visibility = feedback.Published
	if s.PublishedAt.IsZero() {
		s.PublishedAt = d.Now()
	}
	public, _ := s.Public()
	p.Talk = ui.Talk{Frame: f, Public: public, Plain: true}
	if p.Clue {
		p.Talk.Category = feedback.Clue
	}
	if e, ok := d.Library.Snapshot().Notice(s.Notice); ok {
		if it := e.Notice.Item(s.Item); it != nil {
			p.Talk.ItemTitle = it.Title
		}
	}
	return p
}

// PreviewPiece is the piece of the page that is drawn anew while staff mark.
type PreviewPiece struct {
	ui.Frame
	Preview *Preview
	Errs    []ui.FieldError
}

func (d *Desk) previewPiece(c *fiber.Ctx, shown *Preview, faults []feedback.Invalid) error {
	page := PreviewPiece{Frame: d.frame(c), Preview: shown}
	_, page.Errs = ui.FieldErrors(page.Frame, faults)
	web.Private(c)
	piece, err := d.Engine.Render("case-preview", "desk/case", page)
	if err != nil {
		return err
	}
	return web.HTML(c, fiber.StatusOK, piece)
}
