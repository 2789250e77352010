// Package blobdir keeps blobs as files in one folder: ab/abcdef…, the first two
// digits of the id as a folder, so that no folder grows large.
//
// It knows bytes and ids. It must not know what a blob holds, nor how it is
// sealed; it never touches anything outside its folder, whatever links stand
// there.
//
// Start reading at this file.
package blobdir

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"syscall"
	"time"

	"rectify/feedback"
)

var _ feedback.Blobs = (*Dir)(nil)

// begun is the folder of files that are being written.
const begun = "new"

// Dir is a folder of blobs. It is safe for concurrent use. Two processes may
// use one folder as long as no two put different blobs under one id.
type Dir struct {
	root *os.Root
	turn sync.Mutex // held while a name is looked for and taken
}

// Open opens a folder and makes it where it is missing, for its owner only.
// Close it after use.
func Open(dir string) (*Dir, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("blobs: %w", err)
	}
	d := &Dir{root: root}
	if err := d.folder(begun); err != nil {
		return nil, errors.Join(fmt.Errorf("blobs: %w", err), root.Close())
	}
	return d, nil
}

// Close gives the folder back.
func (d *Dir) Close() error { return d.root.Close() }

func place(id feedback.BlobID) string { return path.Join(string(id[:2]), string(id)) }

// Put implements feedback.Blobs: written under another name, made durable, then
// given its own.
func (d *Dir) Put(ctx context.Context, id feedback.BlobID, data []byte) error {
	if err := ready(ctx, id); err != nil {
		return fmt.Errorf("put blob: %w", err)
	}
	if len(data) > feedback.MaxBlob {
		return fmt.Errorf("put blob: %d bytes are more than a blob may have", len(data))
	}
	err := d.put(id, data)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		err = fmt.Errorf("%w: %w", feedback.ErrBusy, err)
	}
	if err != nil {
		return fmt.Errorf("put blob: %w", err)
	}
	return nil
}

func (d *Dir) put(id feedback.BlobID, data []byte) error {
	temp := path.Join(begun, rand.Text())
	if err := d.write(temp, data); err != nil {
		return errors.Join(err, d.remove(temp))
	}
	if err := d.folder(string(id[:2])); err != nil {
		return errors.Join(err, d.remove(temp))
	}
	fresh, err := d.settle(temp, id)
	switch {
	case err != nil:
		return errors.Join(err, d.remove(temp))
	case fresh:
		return d.sync(string(id[:2]))
	}
	have, err := d.read(id)
	if err == nil && !bytes.Equal(have, data) {
		err = feedback.ErrConflict
	}
	if err == nil {
		err = d.sync(string(id[:2])) // whoever was first may not have got so far
	}
	return errors.Join(err, d.remove(temp))
}

// Overwrite keeps data in the place of what stands under id, whole or not at
// all: the same content sealed anew. feedback.ErrNotFound: nothing stands there.
func (d *Dir) Overwrite(ctx context.Context, id feedback.BlobID, data []byte) error {
	if err := ready(ctx, id); err != nil {
		return fmt.Errorf("overwrite blob: %w", err)
	}
	temp := path.Join(begun, rand.Text())
	err := d.write(temp, data)
	if err == nil {
		err = d.over(temp, id)
	}
	if err != nil {
		return fmt.Errorf("overwrite blob: %w", errors.Join(err, d.remove(temp)))
	}
	if err := d.sync(string(id[:2])); err != nil {
		return fmt.Errorf("overwrite blob: %w", err)
	}
	return nil
}

func (d *Dir) over(temp string, id feedback.BlobID) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	_, err := d.root.Lstat(place(id))
	if errors.Is(err, fs.ErrNotExist) {
		return feedback.ErrNotFound
	}
	if err != nil {
		return err
	}
	return d.root.Rename(temp, place(id))
}

// settle gives a written file its name; false when that is taken.
func (d *Dir) settle(temp string, id feedback.BlobID) (bool, error) {
	d.turn.Lock()
	defer d.turn.Unlock()
	_, err := d.root.Lstat(place(id))
	if !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	return true, d.root.Rename(temp, place(id))
}

func (d *Dir) write(name string, data []byte) error {
	f, err := d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// folder makes a folder durable.
func (d *Dir) folder(name string) error {
	err := d.root.Mkdir(name, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.sync(".")
}

// sync makes the names in a folder durable, where the system can.
func (d *Dir) sync(name string) error {
	f, err := d.root.Open(name)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // not every system can do that for folders
	}
	return errors.Join(err, f.Close())
}

// remove takes a name away, if it is there.
func (d *Dir) remove(name string) error {
	err := d.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Get implements feedback.Blobs.
func (d *Dir) Get(ctx context.Context, id feedback.BlobID) ([]byte, error) {
	err := ready(ctx, id)
	var data []byte
	if err == nil {
		data, err = d.read(id)
	}
	if err != nil {
		return nil, fmt.Errorf("get blob: %w", err)
	}
	return data, nil
}

func (d *Dir) read(id feedback.BlobID) ([]byte, error) {
	f, err := d.root.Open(place(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, feedback.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, feedback.MaxBlob+1))
	if err == nil && len(data) > feedback.MaxBlob {
		err = errors.New("larger than a blob may be")
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return data, nil
}

// Delete implements feedback.Blobs.
func (d *Dir) Delete(ctx context.Context, id feedback.BlobID) error {
	err := ready(ctx, id)
	if err == nil {
		err = d.root.Remove(place(id))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	if err == nil {
		err = d.sync(string(id[:2]))
	}
	if err != nil {
		return fmt.Errorf("delete blob: %w", err)
	}
	return nil
}

// Each implements feedback.Blobs.
func (d *Dir) Each(ctx context.Context, tell func(feedback.BlobInfo) error) error {
	for i := range 256 {
		folder := fmt.Sprintf("%02x", i)
		err := d.files(ctx, folder, func(f fs.FileInfo) error {
			id := feedback.BlobID(f.Name())
			if !id.Valid() || string(id[:2]) != folder {
				return nil // somebody else's
			}
			return tell(feedback.BlobInfo{ID: id, Size: f.Size(), At: f.ModTime()})
		})
		if err != nil {
			return fmt.Errorf("blobs: %w", err)
		}
	}
	return nil
}

// Tidy implements feedback.Blobs.
func (d *Dir) Tidy(ctx context.Context, before time.Time) error {
	err := d.files(ctx, begun, func(f fs.FileInfo) error {
		if !f.ModTime().Before(before) {
			return nil
		}
		return d.remove(path.Join(begun, f.Name()))
	})
	if err != nil {
		return fmt.Errorf("tidy blobs: %w", err)
	}
	return nil
}

// files tells the files of a folder by name; none if there is no such folder.
func (d *Dir) files(ctx context.Context, folder string, tell func(fs.FileInfo) error) error {
	list, err := fs.ReadDir(d.root.FS(), folder)
	if errors.Is(err, fs.ErrNotExist) {
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // gone meanwhile
		}
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			continue
		}
		if err := tell(info); err != nil {
			return err
		}
	}
	return nil
}

// ready holds a name to its form, which leads nowhere else.
func ready(ctx context.Context, id feedback.BlobID) error {
	if !id.Valid() {
		return fmt.Errorf("%q is no id: %w", id, feedback.ErrNotFound)
	}
	return ctx.Err()
}
