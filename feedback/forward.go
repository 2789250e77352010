package feedback

import (
	"slices"
	"time"

	"rectify/feedback/calendar"
)

// Place (转送去向) is the kind of body that a matter is passed on to.
type Place string

// The places that a matter can go to.
const (
	ToPetition   Place = "petition"   // 信访
	ToHotline    Place = "hotline"    // 12345
	ToDiscipline Place = "discipline" // 12388，纪检监察
	ToBody       Place = "body"       // 其他单位
)

// Places lists every place.
func Places() []Place { return []Place{ToPetition, ToHotline, ToDiscipline, ToBody} }

// Forwarding (转送) is where a matter went and what its sender was told of it. The
// public sees place and day, the sender the text as well.
type Forwarding struct {
	At    time.Time `json:"at"`
	By    string    `json:"by,omitempty"`
	Where Place     `json:"where"`
	Name  string    `json:"name,omitempty"` // of the body that it went to
	Text  string    `json:"text,omitempty"` // to the sender: where it is, and how to follow it there
}

// Forward passes a matter on to another body (转送), which ends it here: the clock
// of the answer stops, as somebody else owes it now. The sender may ask for a
// review, and staff can take it up again when it comes back.
type Forward struct {
	Where      Place
	Name, Text string
	Cleared    []string // as Publish
}

// Act names the row of the action in the table of moves.
func (Forward) Act() Act { return ActForward }

func (a Forward) apply(w *work) error {
	if !slices.Contains(Places(), a.Where) {
		return Invalid{Field: "where", Rule: "required"}
	}
	name, err := line("name", a.Name, MaxNameRunes)
	if err != nil {
		return err
	}
	if name == "" {
		return Invalid{Field: "name", Rule: "required"}
	}
	text, err := words("told", a.Text, MaxNoteRunes, true)
	if err != nil {
		return err
	}
	if err := w.cleared(a.Cleared); err != nil {
		return err
	}
	w.s.Forwarded = &Forwarding{At: w.now, By: w.who.ID, Where: a.Where, Name: name, Text: text}
	w.s.Draft, w.s.ClosedAt, w.s.Suspect = nil, w.now, nil
	w.note = name
	return nil
}

// Sent is what everybody may see of a forwarding.
type Sent struct {
	On    calendar.Day
	Where Place
	Name  string
}

func (f *Forwarding) public() *Sent {
	if f == nil {
		return nil
	}
	return &Sent{On: calendar.On(f.At), Where: f.Where, Name: Visible(f.Name)}
}
