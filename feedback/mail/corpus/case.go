package corpus

import (
	"fmt"
	"math/rand/v2"

	"rectify/feedback"
	"rectify/feedback/mail"
)

// Size is the number of cases.
const Size = 300

// Case is one message and what must become of it.
type Case struct {
	Name    string
	Make    func() []byte // anew each time: some are 25 MB
	From    string        // return path of the envelope
	Null    bool          // the return path is <>
	Rcpt    []string      // recipients of the envelope
	Kind    mail.Kind
	Outcome mail.Outcome
	Text    string // must stand in Message.Text
	NotText string // must not
	Quoted  string // must stand in Message.Quoted
	Marks   []mail.Mark
	Files   int    // attachments
	Twin    string // another case that must have the same digest
}

// Envelope is the case as a transport would hand it over.
func (c Case) Envelope() mail.Envelope {
	raw := c.Make()
	return mail.Envelope{Raw: raw, Size: int64(len(raw)), Mailbox: "corpus", From: c.From, NullFrom: c.Null, Rcpt: c.Rcpt}
}

// World is the site that the messages are written to.
type World struct {
	Address mail.Address
	Number  feedback.Number // a submission that letters went out about
	ID      string          // its random ID
}

// Cases makes the corpus.
func Cases(seed uint64, w World) []Case {
	//nolint:gosec // the same messages for the same seed are the point
	g := &generator{world: w, rand: rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15)), used: map[string]int{}}
	g.charsets()
	g.clients()
	g.followUps()
	g.bounces()
	g.programs()
	g.lists()
	g.broken()
	g.huge()
	g.files()
	g.sealed()
	g.names()
	g.copies()
	for i := 0; len(g.cases) < Size; i++ {
		g.letter(i)
	}
	return g.cases[:Size]
}

type generator struct {
	world World
	rand  *rand.Rand
	cases []Case
	used  map[string]int
	n     int
}

// add files a case under a name of its own; what it does not say is File by a Human.
func (g *generator) add(c Case) {
	g.used[c.Name]++
	if n := g.used[c.Name]; n > 1 {
		c.Name = fmt.Sprintf("%s %d", c.Name, n)
	}
	if c.Kind == "" {
		c.Kind = mail.Human
	}
	if c.Outcome == "" {
		c.Outcome = map[mail.Kind]mail.Outcome{mail.Human: mail.File, mail.Broken: mail.Hold, mail.Empty: mail.Hold}[c.Kind]
	}
	if c.Outcome == "" {
		c.Outcome = mail.Drop
	}
	if len(c.Rcpt) == 0 {
		c.Rcpt = []string{string(g.world.Address.Plain())}
	}
	if c.From == "" && !c.Null {
		c.From = "citizen@example.net"
	}
	g.cases = append(g.cases, c)
}

func fixed(raw []byte) func() []byte {
	return func() []byte { return append([]byte(nil), raw...) }
}
