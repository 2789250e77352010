package feedback

import (
	"reflect"
	"strings"

	"rectify/feedback/calendar"
)

// Gone says why a submission that was public is so no more; its address stays.
type Gone string

// The reasons of a tombstone.
const (
	NotGone     Gone = ""
	Taken       Gone = "withdrawn"   // 应留言人要求撤回
	Unpublished Gone = "unpublished" // 由本单位撤下
	Wiped       Gone = "erased"      // 应留言人要求删除，或者到期删除
	Joined      Gone = "merged"      // 并入另一件
)

// Public is what everybody may see of a submission. It has no sender, no
// original, and no time finer than a day.
type Public struct {
	Number   Number
	Rev      int64
	Notice   string
	Item     string
	Channel  Channel
	Category Category // empty for a tombstone
	State    State    // empty for a tombstone: what is private now is worked on in private
	Received calendar.Day
	Shown    calendar.Day // first published
	Text     []Segment    // empty for a tombstone
	Replies  []PublicReply
	Files    []PublicFile
	Solved   int   // the sender's rating, 0 if none
	Sent     *Sent // it went to another body, and ended here by that
	Owes     *Owed // nil: no answer is owed
	Gone     Gone
	GoneOn   calendar.Day
	Into     Number
}

// Owed is the answer that a public matter waits for.
type Owed struct {
	Limit Limit
	Count Count
	Asked bool // a question to the sender is open: the clock stands still
}

// PublicFile is an attachment that was cleared for the public. It has no time
// and not the name that its sender gave it.
type PublicFile struct {
	N             int // among all of the submission, from 1
	Title         string
	Kind          AttachmentKind
	Type          string
	Size          int64
	Digest        string
	Width, Height int
}

// Ext is how the name of the file ends, by what it is.
func (f PublicFile) Ext() string {
	media, _, _ := strings.Cut(f.Type, ";")
	switch media {
	case "image/jpeg":
		return ".jpg"
	case "image/png":
		return ".png"
	case "application/pdf":
		return ".pdf"
	case "text/plain":
		return ".txt"
	case "application/msword":
		return ".doc"
	}
	return ".docx" // a document with macros is never cleared
}

// Name is the name to save the file under.
func (f PublicFile) Name() string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, f.Title) + f.Ext()
}

// PublicReply is the reply card's five things, with the number of the
// submission that it answers: accepted on, answered on, office, text. Each
// version of a reply is one of its own, which others name by N.
type PublicReply struct {
	Accepted calendar.Day
	Answered calendar.Day
	Office   string
	Text     string // empty: it is shown no more
	Number   Number

	N        int          // which reply to the submission, from 1
	Corrects int          // whose place it takes, 0: none's
	Why      string       // of the correction
	Heir     int          // which takes its place, 0: none does
	Alone    bool         // one person published it
	Reviewed calendar.Day // when a second one had looked at that
	Gone     calendar.Day // when it was withdrawn
	GoneWhy  string
	Hidden   bool // its text is shown no more
}

// Stands reports whether it is what the body says now.
func (r PublicReply) Stands() bool { return r.Heir == 0 && r.Gone == "" }

// Unreviewed reports whether one person published it and no second one has
// looked at it yet.
func (r PublicReply) Unreviewed() bool { return r.Alone && r.Reviewed == "" && r.Stands() }

// Public answers what everybody may see, and false for a submission that never
// was public.
func (s *Submission) Public() (Public, bool) {
	if s.PublishedAt.IsZero() || s.Category == Clue {
		return Public{}, false
	}
	p := Public{
		Number: s.Number, Rev: s.Rev, Notice: s.Notice, Item: s.Item, Channel: s.Channel,
		Received: calendar.On(s.Received), Shown: calendar.On(s.PublishedAt),
	}
	if s.Visibility != Published {
		p.Gone, p.GoneOn, p.Into = Unpublished, calendar.On(s.PublicAt), s.MergedInto
		switch {
		case s.Erased():
			p.Gone = Wiped
		case s.Withdrawn():
			p.Gone = Taken
		case s.MergedInto != "":
			p.Gone = Joined
		}
		return p, true
	}
	p.Category, p.State = s.Category, s.State
	p.Text = Segments(s.Current(), s.Redactions)
	p.Replies = s.PublicReplies()
	p.Files = s.publicFiles()
	p.Sent = s.Forwarded.public()
	if s.State.Open() {
		p.Owes = &Owed{Limit: s.Limits.Answer, Count: s.CountAnswer(), Asked: s.Paused() != nil}
	}
	if s.Rating != nil {
		p.Solved = s.Rating.Solved
	}
	return p, true
}

// PublicReplies are the approved replies as reply cards, every version, oldest
// first. The text of one that was withdrawn is not in them.
func (s *Submission) PublicReplies() []PublicReply {
	replies := s.GivenReplies()
	for i := range replies {
		if r := &replies[i]; r.Hidden {
			r.Text, r.Office = "", ""
		}
	}
	return replies
}

// GivenReplies are PublicReplies as they were given: none of their texts is
// left out. They are for holding the public log to.
func (s *Submission) GivenReplies() []PublicReply {
	replies := make([]PublicReply, 0, len(s.Replies))
	for i := range s.Replies {
		r := &s.Replies[i]
		p := PublicReply{
			Accepted: calendar.On(s.AcceptedAt), Answered: calendar.On(r.ApprovedAt),
			Office: Visible(r.Office), Text: Visible(r.Text), Number: s.Number, N: i + 1,
			Corrects: r.Corrects, Why: Visible(r.Why), Heir: s.heir(i + 1), Alone: r.Sole != nil, Hidden: s.hidden(i + 1),
		}
		if r.Sole != nil && r.Sole.ReviewedBy != "" {
			p.Reviewed = calendar.On(r.Sole.ReviewedAt)
		}
		if x := r.Withdrawn; x != nil {
			p.Gone, p.GoneWhy = calendar.On(x.At), Visible(x.Why)
		}
		replies = append(replies, p)
	}
	return replies
}

// Standing are the replies among them that hold now.
func Standing(replies []PublicReply) (standing []PublicReply) {
	for _, r := range replies {
		if r.Stands() {
			standing = append(standing, r)
		}
	}
	return standing
}

// faceChanged reports whether the public sees something else than before.
func faceChanged(before, after *Submission) bool {
	if after.PublishedAt.IsZero() {
		return false
	}
	was, wasThere := before.Public()
	is, isThere := after.Public()
	return wasThere != isThere || !reflect.DeepEqual(was, is)
}
