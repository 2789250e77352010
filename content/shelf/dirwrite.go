package shelf

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"syscall"
	"time"
)

// lockName is the file that writers of several processes lock. The lock is the
// kernel's own: it falls when its holder dies, however that comes, so that
// there is no stale one to guess about.
const lockName = ".lock"

// each calls do for those names that stand for regular files, in byte order.
// A link counts as the file that it leads to, if that is in the folder.
func (d *Dir) each(ctx context.Context, names []string, do func(name string, info fs.FileInfo) error) error {
	slices.Sort(names)
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := d.root.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			continue // taken away meanwhile, or a link that leads nowhere or out
		}
		if err := do(name, info); err != nil {
			return err
		}
	}
	return nil
}

// Put implements Shelf. A new file can be read by its owner only; one that is
// there keeps its permissions.
func (d *Dir) Put(ctx context.Context, name string, data []byte, was string) error {
	if err := d.put(ctx, name, data, was); err != nil {
		return fmt.Errorf("put %q: %w", name, err)
	}
	return nil
}

func (d *Dir) put(ctx context.Context, name string, data []byte, was string) error {
	if err := ready(ctx, name); err != nil {
		return err
	}
	if len(data) > MaxBytes {
		return ErrSize
	}
	unlock, err := d.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := d.compare(name, was); err != nil && (!errors.Is(err, ErrNotFound) || (was != None && was != Any)) {
		if errors.Is(err, ErrNotFound) {
			return ErrConflict
		}
		return err
	}
	return d.replace(name, data)
}

// compare holds what is there to was. ErrNotFound: nothing is there.
func (d *Dir) compare(name, was string) error {
	if info, err := d.root.Lstat(name); err == nil && info.IsDir() {
		return ErrConflict
	}
	have, err := d.read(name)
	if errors.Is(err, ErrSize) && was == Any {
		return nil
	}
	if err != nil {
		return err
	}
	if was != Any && Digest(have) != was {
		return ErrConflict
	}
	return nil
}

// replace writes beside the file, makes that durable, and puts it in the file's
// place in one step.
func (d *Dir) replace(name string, data []byte) error {
	if err := d.makeFolder(path.Dir(name)); err != nil {
		return err
	}
	mode, at := fs.FileMode(0o600), time.Now()
	if old, err := d.root.Stat(name); err == nil {
		mode = old.Mode().Perm()
		if !at.After(old.ModTime()) {
			at = old.ModTime().Add(time.Microsecond)
		}
	}
	fresh := path.Join(path.Dir(name), "."+path.Base(name)+".new")
	if err := d.write(fresh, data, mode); err != nil {
		return errors.Join(err, ignoreMissing(d.root.Remove(fresh)))
	}
	// The clock of a file system goes in steps; two changes within one would
	// look like none.
	err := d.root.Chtimes(fresh, at, at)
	if err == nil {
		err = d.root.Rename(fresh, name)
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(d.root.Remove(fresh)))
	}
	return d.sync(path.Dir(name))
}

func (d *Dir) write(name string, data []byte, mode fs.FileMode) error {
	if err := ignoreMissing(d.root.Remove(name)); err != nil { // left by a writer that died
		return err
	}
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil && mode != 0o600 {
		err = f.Chmod(mode)
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// makeFolder makes a folder and those above it, each durable in the one above.
func (d *Dir) makeFolder(name string) error {
	if name == "." {
		return nil
	}
	if err := d.makeFolder(path.Dir(name)); err != nil {
		return err
	}
	err := d.root.Mkdir(name, 0o700)
	if err == nil {
		return d.sync(path.Dir(name))
	}
	if info, statErr := d.root.Stat(name); statErr == nil && !info.IsDir() {
		return ErrConflict // one of the folders is a file
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// Remove implements Shelf. Folders that it leaves empty go too: on other
// shelves there are none.
func (d *Dir) Remove(ctx context.Context, name, was string) error {
	if err := d.remove(ctx, name, was); err != nil {
		return fmt.Errorf("remove %q: %w", name, err)
	}
	return nil
}

func (d *Dir) remove(ctx context.Context, name, was string) error {
	if err := ready(ctx, name); err != nil {
		return err
	}
	unlock, err := d.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if info, err := d.root.Lstat(name); err == nil && info.IsDir() {
		return ErrNotFound
	}
	if err := d.compare(name, was); err != nil {
		return err
	}
	if err := d.root.Remove(name); err != nil {
		return missing(err)
	}
	up := path.Dir(name)
	for ; up != "."; up = path.Dir(up) {
		if err := d.root.Remove(up); err != nil {
			break // not empty
		}
	}
	return d.sync(up)
}

// sync makes the names in a folder durable.
func (d *Dir) sync(name string) error {
	f, err := d.root.Open(name)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrPermission) {
		err = nil // the system has no such thing for folders
	}
	return errors.Join(err, f.Close())
}

// lock takes the right to write, from this process and from all others, and
// answers how to give it back.
func (d *Dir) lock(ctx context.Context) (unlock func(), err error) {
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	f, err := d.root.OpenFile(lockName, os.O_RDWR|os.O_CREATE, 0o600)
	for wait := time.Millisecond; err == nil; wait = min(2*wait, 50*time.Millisecond) {
		held, lockErr := tryLock(f)
		if held {
			return func() { _ = f.Close(); <-d.turn }, nil // closing unlocks
		}
		if err = lockErr; err == nil {
			select {
			case <-ctx.Done():
				err = ctx.Err()
			case <-time.After(wait):
			}
		}
	}
	if f != nil {
		err = errors.Join(err, f.Close())
	}
	<-d.turn
	return nil, err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
