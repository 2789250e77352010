package library

import (
	"errors"
	"fmt"
	"os"

	"rectify/content"
	"rectify/content/parse"
	"rectify/content/render"
	"rectify/content/shelf"
)

// wholes is how many whole notices stay in memory, each near 150 kB. Finished
// pages are kept by the site; this spares a second rendering for a leaf's page.
const wholes = 100

// errMoved means that neither the folder nor what was kept holds the version
// that is published.
var errMoved = errors.New("the published version is not on disk any more")

func (l *Library) whole(e *Entry) (*Whole, error) {
	if w, ok := l.opened.Get(e.Notice.Digest); ok {
		return w, nil
	}
	src, err := l.source(e)
	if err != nil {
		return nil, fmt.Errorf("open notice %s: %w", e.Notice.Slug, err)
	}
	n, found := parse.Notice(e.Notice.Slug+".md", src)
	if content.HasErrors(found) {
		return nil, fmt.Errorf("open notice %s: %v", e.Notice.Slug, found)
	}
	return l.render(n)
}

// render makes a whole of a notice that is known to be good.
func (l *Library) render(n *content.Notice) (*Whole, error) {
	doc, err := render.Notice(n)
	if err != nil {
		return nil, fmt.Errorf("open notice: %w", err)
	}
	w := &Whole{Notice: n, Doc: doc}
	l.opened.Add(n.Digest, w)
	return w, nil
}

// source is the Markdown of the published version: from memory, from what was
// kept, or from the folder while it still holds that very version.
func (l *Library) source(e *Entry) ([]byte, error) {
	if e.src != nil {
		return e.src, nil
	}
	if src, err := os.ReadFile(l.kept(e.Notice.Slug)); err == nil && shelf.Digest(src) == e.Notice.Digest {
		return src, nil
	}
	fsys := l.folder.Load()
	if fsys == nil {
		return nil, errMoved
	}
	src, err := readFile(*fsys, e.Notice.Slug+".md")
	if err != nil {
		return nil, err
	}
	if shelf.Digest(src) != e.Notice.Digest {
		return nil, errMoved
	}
	return src, nil
}
