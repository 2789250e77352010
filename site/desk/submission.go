package desk

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/outbox"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// CasePage is one submission with its history, beside its item of the notice.
type CasePage struct {
	ui.Frame
	S        *feedback.Submission
	State    string
	Due      ui.DueText
	Standing *ui.Standing // nil: no clock stands still
	Text     []feedback.Segment
	Notice   *content.Notice
	Item     *content.Item
	May      map[string]bool // by act
	Places   []Place         // of the form of redactions
	Named    []feedback.Mark // likewise: words of which every place is hidden
	Seen     string          // the text as readers see it, to mark in
	TextMark string
	Preview  *Preview    // what the public would see
	Residue  []string    // what looks like personal data and would be public
	Kinds    []ui.Option // of hidden things
	Reasons  []ui.Option
	Cats     []ui.Option // with the limit that each would have
	Ways     []ForwardForm
	Rows     []PieceRow
	People   []Colleague // whom a note can call on
	Called   bool        // a note calls on me
	Owners   []ui.Option
	Offices  []string
	Like     []Row
	Beside   Beside
	Kin      int    // near-equal ones that wait, itself among them
	Suspect  string // why it is suspected, in words
	Log      []LogRow
	Contact  *feedback.Contact // only just after it was revealed
	Errs     []ui.FieldError
	Faults   map[string]string
	Typed    web.Values // what was typed into a form that did not get through
	Conflict []LogRow   // what somebody else did meanwhile
	Unseen   int        // characters that nobody can see and that pages leave out
	MyDraft  bool       // I had part in the draft, so I may not approve it
	Replies  []feedback.PublicReply
	Lost     string      // why the last letter to the sender did not arrive
	Targets  []ui.Option // what it could be about
	Target   string      // what it is about, in the words of Targets
	Guesses  []Guess
	Files    []CaseFile
	Others   int64 // who have the same concern
	Re       Replying
	Add      ui.Files // where more of them can be added
	Here     HereBox  // who else is on this page
	Asked    string   // order that is asked for
}

// Guess is where something might belong, to be accepted by a press.
type Guess struct {
	Label, Target, URL string
}

// LogRow is one line of the history.
type LogRow struct {
	feedback.Event
	Who, What, More string
}

// load answers a submission that the asker may see; one that they may not is
// as if it were not there.
func (d *Desk) load(c *fiber.Ctx) (feedback.Submission, error) {
	n, ok := feedback.ParseNumber(web.Param(c, "number"))
	if !ok {
		return feedback.Submission{}, web.NotFound()
	}
	s, err := d.Store.Get(web.Context(c), n)
	if err != nil {
		return s, err
	}
	if !auth.Of(c).Actor().MaySee(&s) {
		return feedback.Submission{}, web.NotFound()
	}
	return s, nil
}

func (d *Desk) submission(c *fiber.Ctx) error {
	s, err := d.load(c)
	if err != nil {
		return err
	}
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	page := CasePage{}
	page.Flash, page.Asked = q.Get("done"), q.Get("order")
	return d.showCase(c, fiber.StatusOK, s, page)
}

// showCase fills the page of s; what the caller set of it stays.
func (d *Desk) showCase(c *fiber.Ctx, status int, s feedback.Submission, page CasePage) error {
	who, today := auth.Of(c).Actor(), calendar.On(d.Now())
	f := d.frame(c)
	f.Title, f.Flash, f.Failed = f.T("case.title", s.Number), said(f, page.Flash), len(page.Errs) > 0 || len(page.Conflict) > 0
	f.Script = "mark.js reply.js"
	f.Crumbs = []ui.Crumb{{Label: f.T("desk.queue"), URL: d.Site.Links.To("/desk")}, {Label: string(s.Number)}}
	page.Frame, page.S = f, &s
	page.State, page.Due = stateWord(f, &s), f.DueOf(d.Clocks.Days, s.Due, today)
	page.Text, page.Replies = feedback.Segments(s.Current(), s.Redactions), s.PublicReplies()
	if e, ok := d.Library.Snapshot().Notice(s.Notice); ok {
		whole, err := e.Open()
		if err != nil {
			return err
		}
		page.Notice, page.Item = whole.Notice, whole.Notice.Item(s.Item)
	}
	page.Standing = f.StandingOf(d.Clocks, &s, today)
	page.Unseen = feedback.HiddenRunes(s.Current())
	page.May = d.may(&s, who)
	page.Log = d.log(f, s.Events)
	page.Lost = lostLetter(page.Frame, &s)
	page.MyDraft = s.Draft != nil && slices.Contains(s.Draft.Drafters, who.ID)
	page.Seen, page.TextMark = feedback.Visible(s.Current()), textMark(&s)
	page.Places, page.Named = d.places(&s, page.Typed), lines(page.Typed)
	page.Called = s.CalledOn(who.ID)
	page.Residue = d.residue(web.Context(c), &s, page.Typed)
	page.Files = d.files(web.Context(c), &page, who)
	one := []Row{{Number: s.Number}}
	if err := d.concerned(web.Context(c), one); err != nil {
		return err
	}
	page.Others = one[0].Others
	if d.Tray != nil && page.May[string(feedback.ActAddScan)] && page.Add.Most == 0 {
		page.Add = d.scans(f, "files", "", nil, nil)
	}
	if err := d.choices(c, &page); err != nil {
		return err
	}
	beside, err := d.beside(c, f, &s)
	if err != nil {
		return err
	}
	page.Beside = beside
	if err := d.replying(c, &page); err != nil {
		return err
	}
	if page.Here, err = d.here(c, f, &s, page.Asked); err != nil {
		return err
	}
	page.Suspect = reasonWords(f, &s)
	if s.Likeness != "" && s.State == feedback.Received {
		kin := veil(feedback.Query{States: []feedback.State{feedback.Received}, Likeness: s.Likeness}, who)
		n, err := d.Store.Count(web.Context(c), kin)
		if err != nil {
			return err
		}
		page.Kin = n
	}
	if s.Item != "" {
		like, _, err := d.Store.List(web.Context(c), veil(feedback.Query{Notice: s.Notice, Item: s.Item, Sort: feedback.ByNewest, Limit: 6}, who))
		if err != nil {
			return err
		}
		for i := range like {
			if like[i].Number != s.Number && !page.Beside.has(like[i].Number) {
				page.Like = append(page.Like, d.row(f, &like[i], today))
			}
		}
	}
	return d.show(c, status, "case", page)
}

// may answers which acts the table of moves allows here and now, to this person.
func (d *Desk) may(s *feedback.Submission, who feedback.Actor) map[string]bool {
	may := make(map[string]bool)
	for _, m := range feedback.Moves() {
		may[string(m.Act)] = m.Roles != nil && slices.Contains(m.From, s.State) && who.For(s.Notice, m.Roles...) &&
			(!s.Withdrawn() || m.Act == feedback.ActNote || m.Act == feedback.ActHeed)
	}
	published, submitted := s.Visibility == feedback.Published, s.Draft != nil && s.Draft.Submitted
	for act, also := range map[feedback.Act]bool{
		feedback.ActPublish:       !published && s.PublishConsent && s.Category != feedback.Clue && !s.Moderated.IsZero(),
		feedback.ActUnpublish:     published,
		feedback.ActExtend:        s.Extension == nil && d.Clocks.Rules.Extension > 0,
		feedback.ActDecline:       s.Extension != nil && s.Extension.Grant == "" && (s.Extension.By == who.ID || who.For(s.Notice, feedback.Approver)),
		feedback.ActGrant:         s.Extension != nil && s.Extension.Grant == "" && s.Extension.By != who.ID,
		feedback.ActApprove:       submitted && !slices.Contains(s.Draft.Drafters, who.ID),
		feedback.ActReturn:        submitted,
		feedback.ActRevealContact: !s.Contact.Empty() && who.MaySeeContact(s),
		feedback.ActClear:         s.Suspected(),
		feedback.ActRedact:        s.State != feedback.Received,
		feedback.ActAsk:           s.OpenEnquiry() == nil,
		feedback.ActHeed:          s.CalledOn(who.ID),
		feedback.ActSplit:         len(s.Pieces) < feedback.MaxPieces,
	} {
		may[string(act)] = may[string(act)] && also
	}
	mayReply(may, s, who)
	return may
}

func (d *Desk) choices(c *fiber.Ctx, page *CasePage) error {
	f, s := page.Frame, page.S
	for _, k := range feedback.HiddenKinds() {
		page.Kinds = append(page.Kinds, ui.Option{Value: string(k), Label: f.T("hidden." + string(k))})
	}
	page.Reasons = d.reasons(f, page.Typed.Get("reason"))
	page.Cats = d.categories(f, s, auth.Of(c).Actor(), orTyped(page.Typed.Get("category"), s.Category))
	page.Offices = d.Site.Body.Offices
	d.located(page)
	if page.May[string(feedback.ActForward)] {
		page.Ways = d.forwards(page)
	}
	if page.May[string(feedback.ActSplit)] {
		page.Rows = d.pieceRowsOf(f, s, page.Typed)
	}
	if page.May[string(feedback.ActNote)] {
		people, err := d.colleagues(c, s)
		if err != nil {
			return err
		}
		page.People = people
	}
	if !page.May[string(feedback.ActAssign)] {
		return nil
	}
	accounts, err := d.Keeper.Accounts(web.Context(c))
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if mayTake(a, s) {
			page.Owners = append(page.Owners, ui.Option{Value: a.Name, Label: ownerLabel(a), Chosen: a.Name == s.Owner})
		}
	}
	return nil
}

// reasons are those for which a matter can be declined.
func (d *Desk) reasons(f ui.Frame, chosen string) (list []ui.Option) {
	for _, r := range feedback.Rejections() {
		list = append(list, ui.Option{Value: string(r), Label: f.T("reject.short." + string(r)), Chosen: chosen == string(r)})
	}
	return list
}

func ownerLabel(a staff.Account) string {
	if a.Office != "" {
		return a.Display + "（" + a.Office + "）"
	}
	return a.Display
}

// log says the history in words, newest first.
func (d *Desk) log(f ui.Frame, events []feedback.Event) []LogRow {
	rows := make([]LogRow, 0, len(events))
	for _, e := range events {
		row := LogRow{Event: e, Who: e.By, What: f.T("log." + string(e.Act)), More: e.Note}
		switch e.Kind {
		case feedback.Citizen:
			row.Who = f.T("log.sender")
		case feedback.System:
			row.Who = f.T("log.system")
		}
		switch e.Act {
		case feedback.ActReceive:
			if e.Note != "" {
				row.What = f.T("log.receive.split")
			}
		case feedback.ActApprove, feedback.ActRedact, feedback.ActDraft, feedback.ActConfirm, feedback.ActShared:
			row.More = ""
			if e.Act == feedback.ActDraft && e.Note == "submit" {
				row.What = f.T("log.submit")
			}
		case feedback.ActAmend:
			if row.More = ""; e.Note == "submit" {
				row.What = f.T("log.submit-amend")
			}
		case feedback.ActClear:
			row.More = "" // codes
		case feedback.ActUndelivered:
			row.More = lostWords(f, e.Note)
		case feedback.ActRedate:
			row.More = f.Moved(e)
		case feedback.ActClassify, feedback.ActAccept:
			if e.Note != "" {
				row.More = f.T("category."+e.Note) + movedWords(f, e)
			}
		}
		rows = append(rows, row)
	}
	slices.Reverse(rows)
	return rows
}

// isConflict answers what a lost race left, if err is one.
func isConflict(err error) (feedback.Conflict, bool) {
	var lost feedback.Conflict
	return lost, errors.As(err, &lost)
}

// lostLetter is what the post said of a letter to the sender that did not
// arrive, if none was handed over since.
func lostLetter(f ui.Frame, s *feedback.Submission) string {
	for _, e := range slices.Backward(s.Events) {
		switch e.Act {
		case feedback.ActUndelivered:
			return lostWords(f, e.Note)
		case feedback.ActQueued:
			return ""
		}
	}
	return ""
}

// lostWords says which letter did not arrive, and the post's code.
func lostWords(f ui.Frame, note string) string {
	kind, code, _ := strings.Cut(note, " ")
	if !outbox.Kind(kind).Valid() {
		return note
	}
	return f.T("letter.kind."+kind) + f.T("sep") + code
}
