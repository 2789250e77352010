// Package quality says what a reply could do better before it is approved: does
// it answer what was asked, name what was done and when, spare a person's
// contact details, and read easily. All of it is advice; a person decides.
//
// It must not know submissions, notices, stores or words for people: it gets
// texts and answers codes with values.
//
// Start reading at this file; the words that it looks for stand in words.go.
package quality

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"rectify/feedback/likeness"
)

// Bounds of a reply that reads easily, in characters.
const (
	Short        = 30
	Long         = 1200
	LongSentence = 80
	quote        = 18 // of a sentence that is named
	named        = 3  // sentences or words that are named of one kind
)

// Shares of pairs of characters under which two texts have nothing in common,
// and how many pairs a text must have to be judged by them.
const (
	leastShare = 0.05
	leastGrams = 8
)

// Reply is what is looked at.
type Reply struct {
	Question string   // what the sender wrote
	Thanks   bool     // nothing is asked and nothing need be done: praise
	Title    string   // of the leaf that it is about, empty where it is about none
	Measures []string // of that leaf
	Number   string   // of the submission
	Text     string
	Contacts []string // what in it looks like a person's contact detail
}

// Hint is one piece of advice: a code and the values that its sentence needs.
type Hint struct {
	Code  string
	Args  []string
	Grave bool // whoever approves should look twice
}

// Of lists what could be better about a reply, what weighs most first. An empty
// one gets no advice.
func Of(r Reply) (hints []Hint) {
	if strings.TrimSpace(r.Text) == "" {
		return nil
	}
	add := func(is, grave bool, code string, args ...string) {
		if is {
			hints = append(hints, Hint{code, args, grave})
		}
	}
	add(len(r.Contacts) > 0, true, "contact", strings.Join(first(r.Contacts), "、"))
	others := slices.DeleteFunc(numbers.FindAllString(r.Text, -1), func(n string) bool { return n == r.Number })
	add(len(others) > 0, true, "number", strings.Join(first(others), "、"))
	if !r.Thanks {
		for _, q := range questions() {
			add(q.asked.MatchString(r.Question) && !q.answered.MatchString(r.Text), true, "asked."+q.code)
		}
		add(apart(r.Question, r.Text), true, "apart")
		add(!dates.MatchString(r.Text), false, "date")
		add(!r.namesMeasure(), false, "measure")
	}
	n := utf8.RuneCountInString(r.Text)
	add(n < Short, false, "short", number(n))
	add(n > Long, false, "long", number(n), number(Long))
	long := sentences(r.Text)
	add(len(long) > 0, false, "sentence", number(len(long)), strings.Join(first(long), "；"))
	hollow := slices.DeleteFunc(slices.Clone(phrases()), func(w string) bool { return !strings.Contains(r.Text, w) })
	add(len(hollow) > 0, false, "hollow", strings.Join(first(hollow), "、"))
	return hints
}

func first(list []string) []string { return list[:min(len(list), named)] }

// apart reports whether two texts have next to nothing in common.
func apart(question, text string) bool {
	q, t := likeness.GramsOf(question), likeness.GramsOf(text)
	return len(q) >= leastGrams && len(t) >= leastGrams && q.Share(t) < leastShare
}

// namesMeasure reports whether a reply says what was done: by a word for doing,
// or in the words of a measure of the leaf.
func (r Reply) namesMeasure() bool {
	if deeds.MatchString(r.Text) {
		return true
	}
	mine := likeness.GramsOf(r.Text)
	return slices.ContainsFunc(r.Measures, func(m string) bool {
		g := likeness.GramsOf(m)
		return len(g) >= leastGrams && g.Share(mine) >= 4*leastShare
	})
}

var stops = regexp.MustCompile(`[。！？；!?;\n]+`)

// sentences are the beginnings of those that are too long.
func sentences(text string) (long []string) {
	for _, s := range stops.Split(text, -1) {
		s = strings.TrimSpace(s)
		if utf8.RuneCountInString(s) > LongSentence {
			long = append(long, string([]rune(s)[:quote])+"…")
		}
	}
	return long
}
