package public

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/history"
	"rectify/content/library"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/ui"
	"rectify/site/web"
)

// Amend is what a page says about the newest change of its notice or leaf, and
// where older versions are.
type Amend struct {
	ui.Frame
	N          int // of the newest change; 0: there is none
	At         time.Time
	Note       string
	Minor      bool
	What       []string
	Told       *ui.Changes // the first of what changed, with old and new words; nil where the sum must do
	Rest       int         // how many places are not told
	Changes    string      // address of the difference
	History    string      // address of the versions; empty where none are kept
	Versions   int
	Replaces   *content.Notice
	ReplacedBy *content.Notice
}

// amend tells of the newest change of a notice. Versions that cannot be read
// take nothing from the page but this box.
func (p *Pages) amend(c *fiber.Ctx, f ui.Frame, n *content.Notice) Amend {
	a := Amend{Frame: f}
	snap := p.Library.Snapshot()
	if old, ok := snap.Notice(n.Supersedes); ok && n.Supersedes != "" {
		a.Replaces = old.Notice
	}
	a.ReplacedBy = replacing(snap, n.Slug)
	if p.History == nil {
		return a
	}
	versions, _, err := p.versionsOf(web.Context(c), n.Slug)
	if err != nil {
		web.Lack(c, err)
		return a
	}
	if a.Versions = len(versions); a.Versions == 0 {
		return a
	}
	a.History = f.Links.History(n.Slug)
	i := slices.IndexFunc(versions, func(v history.Version) bool { return v.N == standingVersion(versions, n.Digest) })
	if i < 1 || versions[i].Digest != n.Digest {
		return a
	}
	changes := ""
	if versions[i-1].Concealed == nil {
		changes = f.Links.Changes(n.Slug, versions[i-1].N, versions[i].N)
	}
	a.tell(versions[i], changes)
	if old := p.read(c, versions[i-1]); old != nil {
		told, rest := ui.ChangesOf(f, history.Diff(old, n), f.Links.Notice(n.Slug)).First(amendPlaces)
		a.What, a.Told, a.Rest = told.Sum, &told, rest
	}
	return a
}

// amendPlaces is how many places of a change a notice's own page tells.
const amendPlaces = 3

// replacing is the notice that supersedes another; nil where none does.
func replacing(s *library.Snapshot, slug string) *content.Notice {
	for _, e := range s.Entries() {
		if e.Notice.Supersedes == slug {
			return e.Notice
		}
	}
	return nil
}

func (a *Amend) tell(v history.Version, changes string) {
	a.N, a.At, a.Note, a.Minor, a.Changes = v.N, v.At, v.Note, v.Minor, changes
}

// leafPast is how a leaf came to be as it is.
type leafPast struct {
	line     history.Timeline
	versions []history.Version
}

func (p *Pages) leafPast(c *fiber.Ctx, slug, id string) leafPast {
	if p.History == nil {
		return leafPast{}
	}
	line, versions, err := p.History.Leaf(web.Context(c), slug, id)
	if err != nil {
		web.Lack(c, err)
		return leafPast{}
	}
	return leafPast{line, versions}
}

// amend tells of the newest change of a leaf.
func (l leafPast) amend(f ui.Frame, slug, id string) Amend {
	a := Amend{Frame: f, Versions: len(l.versions)}
	if a.Versions == 0 {
		return a
	}
	a.History = f.Links.History(slug)
	if k := len(l.line) - 1; k >= 0 && l.line[k].Version.N > l.versions[0].N {
		m := l.line[k]
		a.tell(m.Version, f.Links.Changes(slug, m.Version.N-1, m.Version.N)+"#i"+id)
		a.What = momentText(f, m)
	}
	return a
}

// momentText says what a version changed about a leaf.
func momentText(f ui.Frame, m history.Moment) []string {
	var list []string
	add := func(is bool, text string) {
		if is {
			list = append(list, text)
		}
	}
	add(m.Appeared, f.T("diff.mark.added"))
	add(m.Gone, f.T("diff.mark.removed"))
	add(m.Status, f.T("amend.status", f.StatusTag(m.Before.Ledger).Label, f.StatusTag(m.After.Ledger).Label))
	add(m.Reworded, f.T("diff.mark.text"))
	add(m.Ledger, f.T("diff.mark.ledger"))
	return list
}

// first is the leaf's ledger as the notice was first published, which is now
// where nothing else is known; false where the leaf came later.
func (l leafPast) first(now content.Ledger) (content.Ledger, bool) {
	if len(l.line) == 0 {
		return now, true
	}
	return l.line[0].After.Ledger, l.line[0].Version.N == l.versions[0].N
}

// times are the changes of a leaf as steps of its timeline, newest first.
func (l leafPast) times(f ui.Frame) []Moment {
	var list []Moment
	for _, m := range slices.Backward(l.line) {
		if m.Version.N == l.versions[0].N {
			break // told by the date on which the notice was published
		}
		text := f.T("amend.at", m.Version.N)
		for k, what := range momentText(f, m) {
			if k > 0 {
				text += f.T("sep.list")
			}
			text += what
		}
		list = append(list, Moment{Day: calendar.On(m.Version.At), Text: text})
	}
	return list
}

// madeOn notes on which version each opinion was made, where the leaf's words
// have changed since.
func (l leafPast) madeOn(talks []ui.Talk, list []feedback.Submission) {
	received := make(map[feedback.Number]time.Time, len(list))
	for i := range list {
		received[list[i].Number] = list[i].Received
	}
	for i := range talks {
		talks[i].MadeOn = l.line.MadeOn(l.versions, received[talks[i].Number])
	}
}

// remembered are the moves of one version of a notice; they do not change.
type remembered struct {
	version int
	moves   []Move
}

// movedLast answers the leaves whose status the shown version of a notice moved.
func (p *Pages) movedLast(slug string) []Move {
	e, ok := p.Library.Snapshot().Notice(slug)
	if !ok || e.Version < 2 || p.History == nil {
		return nil
	}
	if known, ok := p.moved.Load(slug); ok {
		if r, is := known.(remembered); is && r.version == e.Version {
			return r.moves
		}
	}
	ctx, cancel := p.briefly()
	defer cancel()
	moved, err := p.History.Moves(ctx, slug, e.Version)
	if err != nil {
		return nil // the picture is left out; the notice itself stands
	}
	moves := make([]Move, 0, len(moved))
	for _, m := range moved {
		moves = append(moves, Move{ID: m.ID, From: m.From, To: m.To})
	}
	p.moved.Store(slug, remembered{e.Version, moves})
	return moves
}

// changed is when a notice last changed: when its newest version was first
// shown, or else when it was published.
func (p *Pages) changed(n *content.Notice) time.Time {
	last := n.Published
	for _, v := range p.laterVersions(n.Slug) {
		if v.At.After(last) {
			last = v.At
		}
	}
	return last
}

// laterVersions answers the versions of a notice after the first.
func (p *Pages) laterVersions(slug string) []Version {
	e, ok := p.Library.Snapshot().Notice(slug)
	if !ok || e.Version < 2 || p.History == nil {
		return nil
	}
	ctx, cancel := p.briefly()
	defer cancel()
	versions, _, err := p.versionsOf(ctx, slug)
	if err != nil {
		return nil
	}
	var list []Version
	for _, v := range versions {
		if v.N > 1 {
			list = append(list, Version{N: v.N, At: v.At, Note: v.Note, Minor: v.Minor})
		}
	}
	return list
}
