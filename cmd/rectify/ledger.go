package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rectify/content"
	"rectify/content/check"
	"rectify/content/history"
	"rectify/content/parse"
	"rectify/content/sheet"
	"rectify/site/i18n"
)

// ledgerCmd takes the ledger of a notice out as a table and in again.
type ledgerCmd struct {
	Export ledgerExport `cmd:"" help:"Write the ledger of a notice as CSV."`
	Import ledgerImport `cmd:"" help:"Read an edited ledger back; prints the difference and changes only what was edited."`
}

// ledgerOf names the notice whose ledger is meant.
type ledgerOf struct {
	Content string `help:"Folder of notices." type:"path" required:"" placeholder:"DIR"`
	Notice  string `help:"Slug of the notice, its file name without .md." required:"" placeholder:"SLUG"`
}

type ledgerExport struct {
	ledgerOf
	Out string `help:"File to write; standard output where none is given." type:"path" placeholder:"FILE"`
}

type ledgerImport struct {
	ledgerOf
	File   string `arg:"" help:"The edited table: CSV or tab-separated text, in UTF-8, UTF-16 or GB18030." type:"path"`
	DryRun bool   `help:"Print the difference and write nothing."`
	Note   string `help:"Why the ledger was changed; shown to readers." xor:"why" placeholder:"TEXT"`
	Minor  bool   `help:"A slip of the pen that needs no note; refused where a status, number, date or owner changed." xor:"why"`
	By     string `help:"Office that answers for the change." placeholder:"OFFICE"`
}

// read parses the notice and keeps what it was read from.
func (l ledgerOf) read(say *teller) (*content.Notice, error) {
	if !content.ValidSlug(l.Notice) {
		return nil, fmt.Errorf("%q is no slug of a notice: %w", l.Notice, errUsage)
	}
	src, err := os.ReadFile(l.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no notice %s in %s", l.Notice, l.Content)
	}
	if err != nil {
		return nil, fmt.Errorf("notice: %w", err)
	}
	n, found := parse.Notice(l.Notice+".md", src)
	if content.HasErrors(found) {
		say.found(found)
		return nil, errFound
	}
	return n, nil
}

func (l ledgerOf) path() string { return filepath.Join(l.Content, l.Notice+".md") }

// Run writes the table.
func (c *ledgerExport) Run() error {
	say, err := newTeller()
	if err != nil {
		return err
	}
	n, err := c.read(say)
	if err != nil {
		return err
	}
	out, err := sheet.Export(n)
	if err != nil {
		return err
	}
	if c.Out == "" {
		_, err = os.Stdout.Write(out)
	} else {
		err = os.WriteFile(c.Out, out, 0o644) //nolint:gosec // the ledger is public
	}
	if err != nil {
		return fmt.Errorf("write ledger: %w", err)
	}
	return nil
}

// Run reads the table, says what it changes, and changes it.
func (c *ledgerImport) Run() error {
	say, err := newTeller()
	if err != nil {
		return err
	}
	n, err := c.read(say)
	if err != nil {
		return err
	}
	table, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	src, changes, problems := sheet.Apply(n, table)
	for i := range problems {
		problems[i].File = filepath.Base(c.File)
	}
	say.found(problems)
	if content.HasErrors(problems) {
		say.line("ledger.refused")
		return errFound
	}
	if len(changes) == 0 {
		say.line("ledger.same")
		return nil
	}
	say.changes(n, changes)
	return c.write(say, n, src, len(changes))
}

// write holds the new notice to the rules and puts it in the place of the old.
func (c *ledgerImport) write(say *teller, n *content.Notice, src []byte, changed int) error {
	src, err := parse.SetChange(src, content.Change{Note: strings.TrimSpace(c.Note), By: strings.TrimSpace(c.By), Minor: c.Minor})
	if err != nil {
		return fmt.Errorf("%s: %w", c.path(), err)
	}
	after, found := parse.Notice(c.Notice+".md", src)
	found = append(found, check.Notice(after, c.Notice+".md", func(name string) bool {
		_, err := os.Stat(filepath.Join(c.Content, filepath.Base(name)))
		return err == nil
	})...)
	if content.HasErrors(found) {
		say.found(found)
		say.line("ledger.refused")
		return errFound
	}
	switch grave := history.Diff(n, after).Grave(); {
	case c.Minor && len(grave) > 0:
		for _, r := range grave {
			say.line("ledger.grave", r.Where, say.words.Text(say.lang, "grave."+r.Code))
		}
		return errFound
	case c.DryRun:
		say.line("ledger.dry", changed)
		return nil
	case !c.Minor && after.Change.Note == "":
		say.line("ledger.note")
		return errFound
	}
	if err := replaceFile(c.path(), n.Source, src); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	say.line("ledger.done", c.Notice+".md", changed)
	return nil
}

// errMoved says that somebody else wrote the file meanwhile.
var errMoved = errors.New("the notice was changed by someone else; nothing is written")

// replaceFile puts data in the place of a file that still holds was, so that a
// reader sees the one or the other and a power cut leaves one of them.
func replaceFile(path string, was, data []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("replace: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".ledger-*.new")
	if err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone already where all went well
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("replace %s: %w", path, err)
	}
	have, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("replace: %w", err)
	}
	if !bytes.Equal(have, was) {
		return errMoved
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("replace: %w", err)
	}
	return nil
}

// teller says things to the person at the command line in their language.
type teller struct {
	words *i18n.Catalogue
	lang  i18n.Lang
}

func newTeller() (*teller, error) {
	words, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	return &teller{words, language()}, nil
}

func (s *teller) line(code string, args ...any) { fmt.Println(s.words.Text(s.lang, code, args...)) }

// found prints findings, one a line.
func (s *teller) found(all []content.Diagnostic) {
	for _, d := range all {
		kind := s.words.Text(s.lang, "check.warning")
		if d.Severity == content.Error {
			kind = s.words.Text(s.lang, "check.error")
		}
		fmt.Printf("%s:%d: %s%s\n", d.File, max(d.Line, 1), kind, s.words.Text(s.lang, "check."+d.Code, d.Args...))
	}
}

// changes prints what an edited table changes, a value a line.
func (s *teller) changes(n *content.Notice, all []sheet.Change) {
	shown := func(key, v string) string {
		switch {
		case key == "status":
			st, _ := content.ParseStatus(v)
			return s.words.Text(s.lang, "status."+st.Code())
		case v == "":
			return s.words.Text(s.lang, "diff.unset")
		case key == "progress":
			return v + "%"
		}
		return v
	}
	last := ""
	for _, c := range all {
		if c.ID != last {
			fmt.Println(c.ID, n.Item(c.ID).Title)
			last = c.ID
		}
		s.line("ledger.change", s.words.Text(s.lang, "diff.field."+c.Key), shown(c.Key, c.Old), shown(c.Key, c.New))
	}
}
