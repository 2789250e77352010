package desk

import (
	"strings"

	"golang.org/x/text/width"

	"rectify/content/library"
	"rectify/feedback"
	"rectify/site/body"
	"rectify/site/ui"
)

// maxTargets bounds the list of leaves to choose from.
const maxTargets = 600

// maxFits is how many of them are offered again where what staff typed fits
// several.
const maxFits = 12

// targets are what something can be about, each in the words that are offered
// while staff type: id and title of a leaf, title of a notice. Where there are
// several notices a leaf names its own, for they count alike.
func targets(f ui.Frame, snap *library.Snapshot) []ui.Option {
	var list []ui.Option
	for _, e := range snap.Entries() {
		n := e.Notice
		of := ""
		if len(snap.Entries()) > 1 {
			of = f.T("enter.target.of", subject(n.Title))
		}
		list = append(list, ui.Option{Value: n.Slug + "|", Label: f.T("enter.target.whole", n.Title)})
		for _, l := range n.Leaves() {
			list = append(list, ui.Option{Value: n.Slug + "|" + l.ID, Label: l.ID + " " + l.Title + of})
		}
		if len(list) >= maxTargets {
			return list[:maxTargets]
		}
	}
	return list
}

// subject is what a notice is about, without who says it (关于…的通报).
func subject(title string) string {
	if _, after, ok := strings.Cut(title, "关于"); ok {
		title = strings.TrimSuffix(after, "的通报")
	}
	return ui.Short(title, 14)
}

// fits lists what staff can mean: words that were offered, the code of a printed
// form, an item's id, or a piece of a title; the first of these that fits
// anything.
func fits(snap *library.Snapshot, offered []ui.Option, typed string) []ui.Option {
	if notice, item, ok := body.FindPaper(snap, typed); ok {
		return []ui.Option{{Value: notice + "|" + item, Label: targetWords(offered, notice, item)}}
	}
	for _, fit := range []func(o ui.Option) bool{
		func(o ui.Option) bool { return o.Value == typed || o.Label == typed },
		func(o ui.Option) bool {
			_, id, _ := strings.Cut(o.Value, "|")
			return id != "" && id == width.Narrow.String(typed)
		},
		func(o ui.Option) bool { return strings.Contains(o.Label, typed) },
	} {
		var found []ui.Option
		for _, o := range offered {
			if fit(o) {
				found = append(found, o)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// targetWords are the words under which a target is offered.
func targetWords(offered []ui.Option, notice, item string) string {
	for _, o := range offered {
		if o.Value == notice+"|"+item {
			return o.Label
		}
	}
	return ""
}

// aim turns what was typed into notice and item of in. What fits several is
// answered with them, to choose from.
func (d *Desk) aim(f ui.Frame, in *feedback.Incoming, typed string) ([]ui.Option, []feedback.Invalid) {
	if typed = strings.TrimSpace(typed); typed == "" {
		return nil, nil
	}
	snap := d.Library.Snapshot()
	found := fits(snap, targets(f, snap), typed)
	switch n := len(found); {
	case n == 0:
		return nil, []feedback.Invalid{{Field: "target", Rule: "no-target"}}
	case n > maxFits:
		return nil, []feedback.Invalid{{Field: "target", Rule: "vague", Args: []any{n}}}
	case n > 1:
		return found, []feedback.Invalid{{Field: "target", Rule: "several", Args: []any{n}}}
	}
	in.Notice, in.Item, _ = strings.Cut(found[0].Value, "|")
	return nil, nil
}
