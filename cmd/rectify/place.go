package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rectify/content/builtin"
	"rectify/content/history"
	"rectify/content/proposal"
	"rectify/content/shelf"
	"rectify/content/shelf/mongoshelf"
	"rectify/site/body"
)

// Names of the shelves: folders under --data, collections of a MongoDB.
const (
	shelfNotices  = "notices"
	shelfVersions = "versions"
	shelfDrafts   = "proposals"
)

// place is where notices stand, with their versions and proposals.
type place struct {
	notices, versions, drafts shelf.Shelf

	dir    string // folder of notices on this machine, empty for a database
	lent   bool   // whether the built-in notices are shown while there are none
	view   func(context.Context) (fs.FS, error)
	closes []func() error
}

// openPlace opens the folder or database where notices stand. Without
// --content that is a folder under --data, or the MongoDB; while it holds no
// notice, those built into the program are shown.
func openPlace(ctx context.Context, s stored, dir string) (*place, error) {
	p := &place{}
	if err := p.open(ctx, s, dir); err != nil {
		return nil, errors.Join(fmt.Errorf("notices: %w", err), p.Close())
	}
	return p, nil
}

// openPlaceToRead is openPlace where nothing may be made: every folder that it
// needs is there, or is left out.
func openPlaceToRead(ctx context.Context, s stored, dir string) (*place, error) {
	if s.Mongo != "" {
		return openPlace(ctx, s, dir)
	}
	p := &place{lent: dir == ""}
	if dir == "" {
		dir = filepath.Join(s.Data, "content")
	}
	d, err := shelf.OpenDir(dir)
	if err != nil {
		return nil, fmt.Errorf("notices: %w", err)
	}
	p.dir, p.notices, p.closes = dir, d, append(p.closes, d.Close)
	p.view = func(context.Context) (fs.FS, error) { return d.FS(), nil }
	return p, nil
}

func (p *place) open(ctx context.Context, s stored, dir string) error {
	if s.Mongo != "" {
		client, err := mongoshelf.Connect(ctx, s.Mongo, s.database())
		if err != nil {
			return err
		}
		p.closes = append(p.closes, client.Close)
		notices := client.Shelf(shelfNotices)
		p.notices, p.versions, p.drafts = notices, client.Shelf(shelfVersions), client.Shelf(shelfDrafts)
		p.view = notices.FS
	} else {
		for name, to := range map[string]*shelf.Shelf{shelfVersions: &p.versions, shelfDrafts: &p.drafts} {
			d, err := p.folder(filepath.Join(s.Data, name))
			if err != nil {
				return err
			}
			*to = d
		}
	}
	switch {
	case dir != "":
		if info, err := os.Stat(dir); err != nil {
			return err
		} else if !info.IsDir() {
			return fmt.Errorf("%s is no folder: %w", dir, errUsage)
		}
	case s.Mongo != "":
		p.lent = true
		return nil
	default:
		p.lent = true
		dir = filepath.Join(s.Data, "content")
	}
	d, err := p.folder(dir)
	if err != nil {
		return err
	}
	p.dir, p.notices = dir, d
	p.view = func(context.Context) (fs.FS, error) { return d.FS(), nil }
	return nil
}

func (p *place) folder(dir string) (*shelf.Dir, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	d, err := shelf.OpenDir(dir)
	if err != nil {
		return nil, err
	}
	p.closes = append(p.closes, d.Close)
	return d, nil
}

// Close gives folders and connections back.
func (p *place) Close() error {
	var errs []error
	for _, f := range p.closes {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}

// FS is the folder of notices as it stands now.
func (p *place) FS(ctx context.Context) (fs.FS, error) {
	own, err := p.view(ctx)
	if err != nil || !p.lent {
		return own, err
	}
	files, err := fs.ReadDir(own, ".")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".md") {
			return withSettings{own}, nil
		}
	}
	return lentNotices{own}, nil
}

// lentNotices are the built-in notices beside the body's own settings, once it
// has some.
type lentNotices struct{ own fs.FS }

// Open implements fs.FS.
func (l lentNotices) Open(name string) (fs.File, error) {
	if name == body.File {
		if f, err := l.own.Open(name); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return builtin.FS().Open(name)
}

// standing is the built-in site.yaml where it counts until the body has its own.
func (p *place) standing() []byte {
	if !p.lent {
		return nil
	}
	src, err := fs.ReadFile(builtin.FS(), body.File)
	if err != nil {
		return nil
	}
	return src
}

// withSettings is a folder whose site.yaml is the built-in one until it has its
// own: the first notice does not change whose site this is.
type withSettings struct{ fs.FS }

// Open implements fs.FS.
func (w withSettings) Open(name string) (fs.File, error) {
	f, err := w.FS.Open(name)
	if name == body.File && errors.Is(err, fs.ErrNotExist) {
		return builtin.FS().Open(name)
	}
	return f, err
}

// press publishes what two people agreed on.
func (p *place) press(archive *history.Archive) *proposal.Press {
	press := &proposal.Press{Notices: p.notices, Archive: archive, Book: &proposal.Book{Shelf: p.drafts}}
	if p.lent {
		press.Seed = p.seed
	}
	return press
}

// seed makes the built-in notices the body's own, as they are, so that one of
// them can be changed and the others stay.
func (p *place) seed(ctx context.Context) error {
	files, err := fs.ReadDir(builtin.FS(), ".")
	if err != nil {
		return err
	}
	for _, f := range files {
		data, err := fs.ReadFile(builtin.FS(), f.Name())
		if err != nil {
			return err
		}
		if err := p.notices.Put(ctx, f.Name(), data, shelf.None); err != nil && !errors.Is(err, shelf.ErrConflict) {
			return fmt.Errorf("take over built-in %s: %w", f.Name(), err)
		}
	}
	return nil
}
