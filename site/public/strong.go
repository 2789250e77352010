package public

import (
	"maps"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/pii"
	"rectify/site/web"
)

// What the sender chose to do with identity and bank numbers in the text.
const (
	strongMask = "mask" // the default
	strongKeep = "keep"
)

// unstrong hides identity and bank numbers before anything is stored, unless
// the sender insists. Where the sender was not asked yet it answers a fault and
// the form asks.
func unstrong(form web.Values, in feedback.Incoming) (feedback.Incoming, []feedback.Invalid) {
	masked, found := pii.MaskStrong(in.Text)
	switch {
	case len(found) == 0 || form.Get("strong") == strongKeep:
		return in, nil
	case form.Get("strong") == strongMask:
		in.Text = masked
		return in, nil
	}
	return in, []feedback.Invalid{{Field: "strong", Rule: "choose"}}
}

// strongWords are the numbers in a text as they would be kept.
func strongWords(text string) string {
	masked, found := pii.MaskStrong(text)
	runes := []rune(masked)
	var words []string
	for _, f := range found {
		words = append(words, string(runes[f.From:f.To]))
	}
	return strings.Join(words, "、")
}

// masked is a form without identity and bank numbers in what was typed: they
// are not kept.
func masked(form web.Values) web.Values {
	form = maps.Clone(form)
	for _, box := range []string{"text", "word"} {
		if typed, ok := form[box]; ok && len(typed) > 0 {
			hidden, _ := pii.MaskStrong(typed[0])
			form[box] = []string{hidden}
		}
	}
	return form
}

// doneWords say what was done, and which numbers were not kept.
func (p *Pages) doneWords(c *fiber.Ctx, act feedback.Act, form web.Values) string {
	f := p.frame(c, "track")
	said := f.T("track.done." + string(act))
	if words := strongWords(form.Get("text") + "\n" + form.Get("word")); words != "" {
		said += f.T("track.masked", words)
	}
	return said
}
