package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"rectify/content"
	"rectify/content/shelf"
	"rectify/content/shelf/mirror"
	"rectify/content/shelf/mongoshelf"
	"rectify/site/body"
	"rectify/site/i18n"
)

// The shelves of a database, by collection.
const (
	noticeShelf = shelfNotices
	lockShelf   = "content_lock"
	pushLock    = "push"
)

// contentCmd moves notices between a folder and a database.
type contentCmd struct {
	Push contentPush `cmd:"" help:"Check a folder of notices and bring the database to what it holds."`
	Pull contentPull `cmd:"" help:"Bring a folder to the notices that the database holds."`

	Conceal contentConceal `cmd:"" help:"Take the text of an earlier version out for good, where it names what it must not."`
}

// moving is what push and pull have in common.
type moving struct {
	stored
	Dir    string `arg:"" type:"path" help:"Folder of notices, site.yaml and attachments."`
	DryRun bool   `help:"Say what would be done and do nothing."`
	Delete bool   `help:"Remove what the other side does not have."`
	Force  bool   `help:"Write over what was changed on the other side since the last push or pull."`
}

type contentPush struct{ moving }

type contentPull struct{ moving }

// sides are both ends of a move.
type sides struct {
	client   *mongoshelf.Client
	dir      *shelf.Dir
	database *mongoshelf.Shelf
	lock     *mongoshelf.Shelf
}

// Run brings the database to what the folder holds.
func (c *contentPush) Run(ctx context.Context) error {
	return c.between(ctx, func(s *sides) error {
		all, err := lint(ctx, s.dir.FS())
		if err != nil {
			return err
		}
		if !c.DryRun {
			unlock, err := mirror.Lock(ctx, s.lock, pushLock, hostname(), time.Now())
			if err != nil {
				return fmt.Errorf("push: %w", err)
			}
			defer func() { _ = unlock(context.WithoutCancel(ctx)) }() // it ends by itself, too
		}
		from, err := s.dir.List(ctx, "")
		if err != nil {
			return err
		}
		to, err := s.database.List(ctx, "")
		if err != nil {
			return err
		}
		base := c.base()
		used := belonging(all)
		from = slices.DeleteFunc(from, func(f shelf.File) bool { return !used[f.Name] })
		for _, f := range from {
			if f.Size > shelf.MaxBytes {
				return fmt.Errorf("%s: %d bytes: %w (%d bytes)", f.Name, f.Size, shelf.ErrSize, shelf.MaxBytes)
			}
		}
		steps := mirror.Plan(from, to, base, mirror.Options{Delete: c.Delete, Force: c.Force})
		return c.take(ctx, s.toDatabase(), steps, base)
	})
}

// Run brings the folder, made where there is none, to what the database holds.
func (c *contentPull) Run(ctx context.Context) error {
	if c.Mongo != "" && !c.DryRun {
		if err := os.MkdirAll(c.Dir, 0o755); err != nil { //nolint:gosec // notices are public
			return fmt.Errorf("pull: %w", err)
		}
	}
	return c.between(ctx, func(s *sides) error {
		if _, err := mirror.Locked(ctx, s.lock, pushLock, time.Now()); err != nil {
			return fmt.Errorf("pull: %w", err)
		}
		from, err := s.database.List(ctx, "")
		if err != nil {
			return err
		}
		to, err := s.dir.List(ctx, "")
		if err != nil {
			return err
		}
		base := c.base()
		theirs := make(map[string]bool)
		for _, f := range from {
			theirs[f.Name] = true
		}
		// Other files in the folder are nobody's business here.
		to = slices.DeleteFunc(to, func(f shelf.File) bool { return !theirs[f.Name] && base[f.Name] == "" && !placed(f.Name) })
		steps := mirror.Plan(from, to, base, mirror.Options{Delete: c.Delete, Force: c.Force, Strict: true})
		return c.take(ctx, s.toFolder(), steps, base)
	})
}

// between opens both ends, does something with them and closes them.
func (c *moving) between(ctx context.Context, do func(*sides) error) error {
	if c.Mongo == "" {
		return fmt.Errorf("--mongo is missing: without it the site reads the folder itself (serve --content DIR), so there is nothing to move: %w", errUsage)
	}
	dir, err := shelf.OpenDir(c.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", err, errUsage)
	}
	if err != nil {
		return err
	}
	client, err := mongoshelf.Connect(ctx, c.Mongo, c.database())
	if err != nil {
		return errors.Join(err, dir.Close())
	}
	err = do(&sides{client: client, dir: dir, database: client.Shelf(noticeShelf), lock: client.Shelf(lockShelf)})
	return errors.Join(err, client.Close(), dir.Close())
}

// way is where files come from and go to, and the code of the name of the latter.
type way struct {
	from, to shelf.Shelf
	name     string
}

func (s *sides) toDatabase() way { return way{s.dir, s.database, "content.side.database"} }
func (s *sides) toFolder() way   { return way{s.database, s.dir, "content.side.folder"} }

// take does what was planned, unless both sides changed the same file: then it
// does nothing at all.
func (c *moving) take(ctx context.Context, w way, steps []mirror.Step, base mirror.Base) error {
	words, err := i18n.Load()
	if err != nil {
		return err
	}
	lang, changed := language(), 0
	there := words.Text(lang, w.name)
	say := func(s mirror.Step) {
		if s.Act != mirror.Same {
			fmt.Println(words.Text(lang, "content.act."+string(s.Act), s.Name, there))
		}
		if s.Act.Changes() {
			changed++
		}
	}
	slices.SortStableFunc(steps, inOrder)
	if met := mirror.Conflicts(steps); len(met) > 0 || c.DryRun {
		for _, s := range steps {
			say(s)
		}
		if len(met) > 0 {
			fmt.Println(words.Text(lang, "content.conflicts", len(met), there))
			return errFound
		}
		fmt.Println(words.Text(lang, "content.would", changed, len(steps)))
		return nil
	}
	var done []mirror.Step
	err = mirror.Apply(ctx, w.from, w.to, steps, func(s mirror.Step) { done = append(done, s); say(s) })
	if err == nil {
		fmt.Println(words.Text(lang, "content.done", changed, len(steps)))
	} else {
		// What was not reached is as it was agreed on before.
		for _, s := range steps[len(done):] {
			done = append(done, mirror.Step{Name: s.Name, Act: mirror.Keep})
		}
	}
	return errors.Join(err, c.agree(mirror.Agreed(base, done)))
}

// inOrder puts what notices name before them, and what goes last.
func inOrder(a, b mirror.Step) int {
	rank := func(s mirror.Step) int {
		switch {
		case s.Act == mirror.Remove:
			return 2
		case path.Ext(s.Name) == ".md":
			return 1
		}
		return 0
	}
	return cmp.Compare(rank(a), rank(b))
}

// belonging are the files that a folder of notices publishes: whatever else
// lies there stays there.
func belonging(all []*content.Notice) map[string]bool {
	used := map[string]bool{body.File: true}
	for _, n := range all {
		used[n.Slug+".md"] = true
		for _, a := range n.Attachments {
			used[a.File] = true
		}
	}
	return used
}

// placed reports whether a file in a folder would be read by the site.
func placed(name string) bool {
	return name == body.File || (path.Ext(name) == ".md" && !strings.Contains(name, "/") && !strings.EqualFold(name, "readme.md"))
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "?"
	}
	return name
}
