package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"rectify/content"
	"rectify/content/history"
	"rectify/content/library"
	"rectify/content/shelf"
	"rectify/site/i18n"
	"rectify/site/letter"
)

// checkCmd lints a folder of notices.
type checkCmd struct {
	Dir      string `arg:"" optional:"" type:"path" help:"Folder of notices; the built-in ones where none is given."`
	Versions string `help:"Data folder of a site (--data); what changed since its last version is held to that, too." type:"path" placeholder:"DIR"`
}

// Run prints one finding a line and fails when any is an error.
func (c *checkCmd) Run(ctx context.Context) error {
	fsys, err := notices(c.Dir)
	if err != nil {
		return err
	}
	if c.Versions == "" {
		_, err = lint(ctx, fsys)
		return err
	}
	dir, err := shelf.OpenDir(filepath.Join(c.Versions, shelfVersions))
	if err != nil {
		return fmt.Errorf("versions: %w", err)
	}
	archive := &history.Archive{Shelf: dir}
	_, err = lint(ctx, fsys, func(n *content.Notice) ([]content.Diagnostic, error) {
		return history.Warnings(ctx, archive, n, n.Slug+".md")
	})
	return errors.Join(err, dir.Close())
}

// rule is one more thing to hold a notice to.
type rule func(*content.Notice) ([]content.Diagnostic, error)

// lint prints what is wrong with a folder and answers its notices; errFound if
// any finding is an error.
func lint(ctx context.Context, fsys fs.FS, rules ...rule) ([]*content.Notice, error) {
	words, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	all, found, err := library.Read(ctx, fsys)
	if err != nil {
		return nil, err
	}
	_, more, err := settings(fsys)
	if err != nil {
		return nil, err
	}
	found = append(found, more...)
	if more, err = lettersIn(fsys); err != nil {
		return nil, err
	}
	found = append(found, more...)
	for _, n := range all {
		for _, r := range rules {
			more, err := r(n)
			if err != nil {
				return nil, err
			}
			found = append(found, more...)
		}
	}
	slices.SortStableFunc(found, func(a, b content.Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	lang := language()
	failed := 0
	for _, d := range found {
		kind := words.Text(lang, "check.warning")
		if d.Severity == content.Error {
			kind = words.Text(lang, "check.error")
			failed++
		}
		fmt.Printf("%s:%d: %s%s\n", d.File, max(d.Line, 1), kind, words.Text(lang, "check."+d.Code, d.Args...))
	}
	fmt.Println(words.Text(lang, "check.sum", len(all), failed, len(found)-failed))
	if failed > 0 {
		return nil, errFound
	}
	return all, nil
}

// lettersIn is what is wrong with the body's own words of letters; there may be
// none.
func lettersIn(fsys fs.FS) ([]content.Diagnostic, error) {
	src, err := fs.ReadFile(fsys, letter.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("letters: %w", err)
	}
	_, found := letter.Parse(src)
	return found, nil
}
