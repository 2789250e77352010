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
// submission that it answers: accepted on, answered on, office, text.
type PublicReply struct {
	Accepted calendar.Day
	Answered calendar.Day
	Office   string
	Text     string
	Number   Number
}

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
	if s.State.Open() {
		p.Owes = &Owed{Limit: s.Limits.Answer, Count: s.CountAnswer(), Asked: s.Paused() != nil}
	}
	if s.Rating != nil {
		p.Solved = s.Rating.Solved
	}
	return p, true
}

// PublicReplies are the approved replies as reply cards, oldest first.
func (s *Submission) PublicReplies() []PublicReply {
	var replies []PublicReply
	for _, r := range s.Replies {
		replies = append(replies, PublicReply{
			Accepted: calendar.On(s.AcceptedAt), Answered: calendar.On(r.ApprovedAt),
			Office: Visible(r.Office), Text: Visible(r.Text), Number: s.Number,
		})
	}
	return replies
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
