package body

import (
	"rectify/content/library"
	"rectify/feedback"
)

// Target asks the library whether the notice and the leaf that a submission is
// about exist: the one thing that its own check cannot know.
func Target(snap *library.Snapshot, in feedback.Incoming) []feedback.Invalid {
	if in.Notice == "" {
		if in.Item != "" {
			return []feedback.Invalid{{Field: "item", Rule: "no-item"}}
		}
		return nil
	}
	e, ok := snap.Notice(in.Notice)
	if !ok {
		return []feedback.Invalid{{Field: "notice", Rule: "no-notice"}}
	}
	if in.Item == "" {
		return nil
	}
	if it := e.Notice.Item(in.Item); it == nil || !it.Leaf() {
		return []feedback.Invalid{{Field: "item", Rule: "no-item"}}
	}
	return nil
}
