package public

import (
	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/suspect"
	"rectify/site/guard"
	"rectify/site/web"
)

// trapField is the name of the field that people are asked to leave empty, and
// that programs fill in because forms have it.
const trapField = "subject"

// Guarded is what the form carries beside what its sender writes.
type Guarded struct {
	Stamp string // when the form was opened and what it asks for, sealed
	Bits  int    // of work; 0: none, and no script either
	Proof string
	Trap  string
	Asked bool // whether it is the same as something published was asked
	Again bool // it was shown again because its proof was no longer good
	Whole bool // identity and bank numbers in the text are kept as they are
}

func readGuarded(form web.Values) Guarded {
	return Guarded{Stamp: form.Get("stamp"), Proof: form.Get("proof"), Trap: form.Get(trapField), Again: form.On("again"), Asked: form.On("asked"), Whole: form.Get("strong") == strongKeep}
}

// stamp gives the form its stamp: the one it came with, while that is good.
func (p *Pages) stamp(g *Guarded, key string) {
	old := g.Stamp
	g.Stamp, g.Bits = p.Watch.Stamp(key, old)
	if g.Stamp != old {
		g.Proof = ""
	}
}

// arrived says how a text came. Stale means that its browser does the work that
// is asked for, but did it for a form that is too old or too easy by now.
func (p *Pages) arrived(c *fiber.Ctx, in feedback.Incoming, g Guarded) (about feedback.Circumstances, stale bool) {
	a := p.Watch.Arrive(c.Context(), guard.Sent{Key: in.Key, Stamp: g.Stamp, Proof: g.Proof, Text: in.Text})
	if a.Stale && !g.Again {
		return about, true
	}
	return p.Screen.Look(in.Text, suspect.Signs{
		Trapped: g.Trap != "", Unseen: p.Watch != nil && !a.Ours, Reused: a.Reused, Open: a.Open, Dated: a.Dated, Asked: a.Asked, Proved: a.Proved, Crowded: a.Crowded,
	}), false
}
