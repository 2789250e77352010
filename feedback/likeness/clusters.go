package likeness

import (
	"math"
	"sync"
	"time"
)

// What counts as near-equal. Two texts that share half of their bigrams differ
// in about 16 bits of their prints, unrelated ones in 32 ± 4. A short text
// shares half of its bigrams with another one by its set phrases alone.
const (
	near       = 20   // bits
	share      = 0.5  // of the bigrams
	shortShare = 0.75 // of a text with fewer bigrams than
	short      = 24
)

// A group keeps its first text and a few that drifted away from it: without
// them the far ends of a campaign would not find it, without a bound to the
// first one group could creep from text to text for ever.
const (
	maxKept  = 8
	drifted  = 0.8  // less like any kept one than this: worth keeping
	tethered = 0.35 // at least this like the first
)

// lately is the time in which a past text loses most of its weight for
// Group.Lately.
const lately = time.Hour

// Group is where a text belongs.
type Group struct {
	ID     string // the print of its first text; "" for a text without letters
	Lately int    // near-equal texts that came about an hour before this one
}

// Clusters groups near-equal texts. It is bounded: of the texts kept, at most
// as many as it was made for, the one that was not met for longest gives way.
// The members of a campaign are hardly kept at all, because they resemble what
// is there. It is safe for concurrent use.
//
// The prints lie in one row and every one of them is looked at: at the
// distances that matter a table of bands would either miss one text in five or
// name nearly all of them, and 100,000 prints are compared in well under a
// millisecond.
type Clusters struct {
	mu     sync.Mutex
	max    int
	prints []Print
	texts  []kept // beside prints
	hand   int    // where to look next for a text to give up
	groups map[string]*cluster
}

type kept struct {
	grams Grams
	of    *cluster
	met   bool // since the hand last passed
}

type cluster struct {
	id     string
	first  Grams
	kept   int
	weight float64 // of the texts before at, each less the longer ago it came
	at     time.Time
}

// NewClusters makes an index that keeps up to max texts, each of 2 KB at most.
func NewClusters(most int) *Clusters {
	return &Clusters{max: max(most, 1), groups: make(map[string]*cluster)}
}

// Add takes in a text that came at a time and answers its group.
func (c *Clusters) Add(text string, at time.Time) Group {
	g := GramsOf(text)
	if len(g) == 0 {
		return Group{}
	}
	p := g.Print()
	c.mu.Lock()
	defer c.mu.Unlock()
	in := c.place(p, g, "")
	before := in.weight * fade(at.Sub(in.at))
	if at.After(in.at) {
		in.at = at
	}
	in.weight = before + 1
	return Group{ID: in.id, Lately: int(math.Round(before))}
}

// Learn takes in a text of which another index, or this one before a restart,
// said that it belongs to the group id. Where both gave a group a name of their
// own the lower one wins, here and there, so that they soon agree.
func (c *Clusters) Learn(id, text string) {
	if id == "" {
		return
	}
	c.mu.Lock()
	_, known := c.groups[id]
	c.mu.Unlock()
	if known {
		return
	}
	g := GramsOf(text)
	if len(g) == 0 {
		return
	}
	p := g.Print()
	c.mu.Lock()
	defer c.mu.Unlock()
	in := c.place(p, g, id)
	if _, taken := c.groups[id]; id < in.id && !taken {
		delete(c.groups, in.id)
		in.id = id
		c.groups[id] = in
	}
}

// Len is how many texts are kept.
func (c *Clusters) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.prints)
}

// place finds the group of a text, or makes one under the name id.
func (c *Clusters) place(p Print, g Grams, id string) *cluster {
	best, like := -1, 0.0
	for i, q := range c.prints {
		if p.Distance(q) > near {
			continue
		}
		if j := g.Jaccard(c.texts[i].grams); j > like && j >= asked(g, c.texts[i].grams) {
			best, like = i, j
		}
	}
	if best < 0 {
		in := &cluster{id: c.free(id, p), first: g}
		c.groups[in.id] = in
		c.keep(p, g, in)
		return in
	}
	in := c.texts[best].of
	c.texts[best].met = true
	if like < drifted && in.kept < maxKept && g.Jaccard(in.first) >= tethered {
		c.keep(p, g, in)
	}
	return in
}

// asked is the share that makes two texts near-equal.
func asked(a, b Grams) float64 {
	if min(len(a), len(b)) < short {
		return shortShare
	}
	return share
}

// free is the name of a new group: the one asked for, or its first print. Two
// different texts of one print, which only somebody who wants them makes, get
// names side by side.
func (c *Clusters) free(id string, p Print) string {
	if id != "" {
		return id
	}
	for ; ; p++ {
		if _, taken := c.groups[p.String()]; !taken {
			return p.String()
		}
	}
}

// keep remembers a text, in the place of one that was not met for a while when
// there is no room.
func (c *Clusters) keep(p Print, g Grams, in *cluster) {
	in.kept++
	if len(c.prints) < c.max {
		c.prints = append(c.prints, p)
		c.texts = append(c.texts, kept{grams: g, of: in})
		return
	}
	for c.texts[c.hand].met {
		c.texts[c.hand].met = false
		c.hand = (c.hand + 1) % c.max
	}
	old := c.texts[c.hand].of
	if old.kept--; old.kept == 0 {
		delete(c.groups, old.id)
	}
	c.prints[c.hand], c.texts[c.hand] = p, kept{grams: g, of: in}
	c.hand = (c.hand + 1) % c.max
}

// fade is what is left of a weight after a while; a clock that goes back
// changes nothing.
func fade(d time.Duration) float64 {
	return math.Exp(-float64(max(d, 0)) / float64(lately))
}
