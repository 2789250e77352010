package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"rectify/feedback/audit"
	"rectify/feedback/seal"
	"rectify/feedback/sealedstore"
	"rectify/site/i18n"
)

// keysCmd looks after the keys that seal personal data.
type keysCmd struct {
	Status  keysStatus  `cmd:"" help:"Say which keys there are and how much lies under each."`
	Prepare keysPrepare `cmd:"" help:"Add a new key that is not used yet, so that the keyset file can be given to copies on other machines first."`
	Rotate  keysRotate  `cmd:"" help:"Seal with a new key from now on, and seal everything anew with it. The site may run; cut off, run it again."`
	Retire  keysRetire  `cmd:"" help:"Take away the keys under which nothing lies any more. What backups hold under them can never be read again."`
}

type keysStatus struct{ stored }

type keysPrepare struct{ stored }

type keysRotate struct{ stored }

type keysRetire struct {
	stored
	After time.Duration `help:"How long the keyset file must have stood unchanged: until then a running copy may still seal with an old key." default:"10m"`
	Lost  string        `help:"Give a key up that is in no file any more; refused while anything lies under it." placeholder:"KEY"`
}

// withFiles opens the store with its keys, and the files that lie under them.
func (s stored) withFiles(ctx context.Context, do func(*sealed, sealedstore.Files) error) error {
	return s.withKeys(ctx, func(st *sealed) error {
		blobs, done, err := s.blobs(st)
		if err != nil {
			return err
		}
		files, ok := blobs.(sealedstore.Files)
		if !ok {
			return errors.Join(fmt.Errorf("files of %T cannot be sealed anew", blobs), done())
		}
		return errors.Join(do(st, files), done())
	})
}

// used counts what lies under which key, submissions and files.
func (s *sealed) used(ctx context.Context, files sealedstore.Files) (sealedstore.Use, error) {
	use, err := s.Used(ctx)
	if err == nil {
		err = use.UsedBy(ctx, files)
	}
	return use, err
}

// withKeys opens the store with its keys, and closes it.
func (s stored) withKeys(ctx context.Context, do func(*sealed) error) error {
	st, err := s.openSealed(ctx, true)
	if err != nil {
		return err
	}
	return errors.Join(do(st), st.Close())
}

// tell says a sentence of the catalogue.
func tell(code string, args ...any) error {
	words, err := i18n.Load()
	if err != nil {
		return err
	}
	fmt.Println(words.Text(language(), code, args...))
	return nil
}

// Run says how things stand.
func (c *keysStatus) Run(ctx context.Context) error {
	return c.withFiles(ctx, func(st *sealed, files sealedstore.Files) error {
		used, err := st.used(ctx, files)
		if err != nil {
			return err
		}
		err = tell("keys.file", st.ring.Path())
		for _, id := range st.ring.IDs() {
			code := "keys.old"
			if id == st.ring.Primary() {
				code = "keys.primary"
			} else if waiting, ok := st.ring.Waiting(); ok && id == waiting {
				code = "keys.waiting"
			}
			err = errors.Join(err, tell(code, id, used.Keys[id]))
		}
		if used.Bare > 0 {
			err = errors.Join(err, tell("keys.bare", used.Bare))
		}
		return err
	})
}

// Run adds a key.
func (c *keysPrepare) Run(ctx context.Context) error {
	return c.withKeys(ctx, func(st *sealed) error {
		id, err := st.ring.Prepare()
		if err != nil {
			return err
		}
		return errors.Join(tell("keys.prepared", id, st.ring.Path()), atConsole(ctx, st, audit.Keys, id.String(), "prepare"))
	})
}

// Run lets a new key take over. Cut off in between, it goes on from there: a new
// key is made only once everything lies under the one that seals.
func (c *keysRotate) Run(ctx context.Context) error {
	return c.withFiles(ctx, func(st *sealed, files sealedstore.Files) error {
		used, err := st.used(ctx, files)
		if err != nil {
			return err
		}
		id, err := st.next(ctx, used)
		if err != nil {
			return err
		}
		if err := atConsole(ctx, st, audit.Keys, id.String(), "rotate"); err != nil {
			return err
		}
		err = st.Reseal(ctx, id, func(n, seen int) { fmt.Fprintf(os.Stderr, "%d/%d\n", n, seen) })
		if err != nil {
			return err
		}
		if err := sealedstore.ResealFiles(ctx, files, st.ring, id); err != nil {
			return err
		}
		if err := sealedstore.SetStrict(ctx, st); err != nil {
			return err
		}
		return tell("keys.rotated", id)
	})
}

// next is the key that is to seal: the one that does while another's work is not
// done yet, otherwise a new one.
func (s *sealed) next(ctx context.Context, used sealedstore.Use) (seal.KeyID, error) {
	unfinished := used.Bare > 0
	for id, n := range used.Keys {
		unfinished = unfinished || (id != s.ring.Primary() && n > 0)
	}
	if _, waiting := s.ring.Waiting(); !unfinished || waiting {
		if _, err := s.ring.Prepare(); err != nil {
			return 0, err
		}
		if err := s.ring.Promote(); err != nil {
			return 0, err
		}
	}
	return s.ring.Primary(), sealedstore.Note(ctx, s.ring, s)
}

var errKeysBusy = errors.New("the keys were changed a short while ago; a running copy may still seal with an old one")

// Run takes keys away.
func (c *keysRetire) Run(ctx context.Context) error {
	if c.Lost != "" {
		return c.giveUp(ctx)
	}
	return c.withFiles(ctx, func(st *sealed, files sealedstore.Files) error {
		info, err := os.Stat(st.ring.Path())
		if err != nil {
			return err
		}
		if wait := c.After - time.Since(info.ModTime()); wait > 0 {
			return fmt.Errorf("%w: try again in %s", errKeysBusy, wait.Round(time.Second))
		}
		used, err := st.used(ctx, files)
		if err != nil {
			return err
		}
		waiting, hasWaiting := st.ring.Waiting()
		for _, id := range st.ring.IDs() {
			if id == st.ring.Primary() || (hasWaiting && id == waiting) {
				continue
			}
			if n := used.Keys[id]; n > 0 {
				if err := tell("keys.in-use", id, n); err != nil {
					return err
				}
				continue
			}
			if err := st.retire(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// retire takes one key away for good: first every copy may know, then it goes.
func (s *sealed) retire(ctx context.Context, id seal.KeyID) error {
	err := atConsole(ctx, s, audit.Keys, id.String(), "retire")
	if err == nil {
		err = sealedstore.Retire(ctx, id, s)
	}
	if err == nil && s.ring.Has(id) {
		err = s.ring.Remove(id)
	}
	if err != nil {
		return err
	}
	return tell("keys.retired", id)
}

// giveUp retires a key that nobody has any more, if nothing lies under it.
func (c *keysRetire) giveUp(ctx context.Context) error {
	n, err := strconv.ParseUint(c.Lost, 16, 32)
	if err != nil {
		return fmt.Errorf("--lost %q: want eight hexadecimal digits: %w", c.Lost, errUsage)
	}
	id := seal.KeyID(n)
	st, err := c.open(ctx)
	if err != nil {
		return err
	}
	err = func() error {
		used, err := sealedstore.New(st, noKeys{}, false).Used(ctx)
		if err != nil {
			return err
		}
		if n := used.Keys[id]; n > 0 {
			return errors.Join(tell("keys.in-use", id, n), errFound)
		}
		if err := atConsole(ctx, st, audit.Keys, id.String(), "give up"); err != nil {
			return err
		}
		return errors.Join(sealedstore.Retire(ctx, id, st), tell("keys.retired", id))
	}()
	return errors.Join(err, st.Close())
}
