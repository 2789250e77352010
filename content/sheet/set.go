package sheet

import (
	"errors"
	"fmt"

	"rectify/content"
)

// ErrSet means that a value cannot be set: there is no such leaf or key, the
// value is none of that key, or the Markdown would say something else as well.
var ErrSet = errors.New("cannot be set in the notice")

// Set answers the Markdown of n with some values of one leaf changed, by key as
// in an attribute list (status, label, …), and every other byte as it was.
func Set(n *content.Notice, id string, values map[string]string) ([]byte, error) {
	a := &applying{n: n, file: n.Slug + ".md"}
	leaf := n.Item(id)
	if leaf == nil || !leaf.Leaf() {
		return nil, fmt.Errorf("leaf %.40q: %w", id, ErrSet)
	}
	for _, c := range columns() {
		if text, given := values[c.key]; given && c.key != "" {
			a.changed(0, c, leaf, text)
		}
	}
	if len(a.problems) > 0 {
		return nil, fmt.Errorf("%s: %w", a.problems[0].Code, ErrSet)
	}
	src := a.edited()
	if !a.exact(src) {
		return nil, fmt.Errorf("leaf %s: %w", id, ErrSet)
	}
	return src, nil
}
