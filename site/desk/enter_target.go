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

// targets are what something can be about, each in the words that are offered
// while staff type: id and title of a leaf, title of a notice.
func targets(f ui.Frame, snap *library.Snapshot) []ui.Option {
	var list []ui.Option
	for _, e := range snap.Entries() {
		n := e.Notice
		list = append(list, ui.Option{Value: n.Slug + "|", Label: f.T("enter.target.whole", n.Title)})
		for _, l := range n.Leaves() {
			list = append(list, ui.Option{Value: n.Slug + "|" + l.ID, Label: l.ID + " " + l.Title})
		}
		if len(list) >= maxTargets {
			return list[:maxTargets]
		}
	}
	return list
}

// findTarget says what staff mean: words that were offered, the code of a
// printed form, an item's id, or a piece of a title, as long as that fits only
// one. It answers false when it fits none or several.
func findTarget(snap *library.Snapshot, offered []ui.Option, typed string) (notice, item string, ok bool) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return "", "", true
	}
	if notice, item, ok := body.FindPaper(snap, typed); ok {
		return notice, item, true
	}
	for _, fits := range []func(o ui.Option) bool{
		func(o ui.Option) bool { return o.Value == typed || o.Label == typed },
		func(o ui.Option) bool {
			_, id, _ := strings.Cut(o.Value, "|")
			return id != "" && id == width.Narrow.String(typed)
		},
		func(o ui.Option) bool { return strings.Contains(o.Label, typed) },
	} {
		var found []string
		for _, o := range offered {
			if fits(o) {
				found = append(found, o.Value)
			}
		}
		if len(found) == 1 {
			notice, item, _ = strings.Cut(found[0], "|")
			return notice, item, true
		}
		if len(found) > 1 {
			return "", "", false
		}
	}
	return "", "", false
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

// aim turns what was typed into notice and item of in.
func (d *Desk) aim(f ui.Frame, in *feedback.Incoming, typed string) []feedback.Invalid {
	snap := d.Library.Snapshot()
	notice, item, ok := findTarget(snap, targets(f, snap), typed)
	if !ok {
		return []feedback.Invalid{{Field: "target", Rule: "no-target"}}
	}
	in.Notice, in.Item = notice, item
	return nil
}
