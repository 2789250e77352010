package shelf

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

var _ Shelf = (*Dir)(nil)

// Dir is a folder on one machine. Nothing outside the folder is ever read or
// written, whatever names and links stand in it. People may edit its files by
// hand at the same time; only against them, who take no lock, Put compares a
// moment before it writes. It is safe for concurrent use, also by several
// processes.
type Dir struct {
	root *os.Root
	turn chan struct{} // holds one token: the right to write in this process

	mu   sync.Mutex
	seen map[string]sight // by name: digests that need not be made again
}

// sight is a file as it was when its digest was made.
type sight struct {
	info   fs.FileInfo
	digest string
}

// settled is how old a change must be before its time tells it from the next
// one: some file systems count in steps of two seconds.
const settled = 2 * time.Second

// OpenDir opens a folder that is there. Close it after use.
func OpenDir(dir string) (*Dir, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("shelf: %w", err)
	}
	return &Dir{root: root, turn: make(chan struct{}, 1), seen: make(map[string]sight)}, nil
}

// Close gives the folder back.
func (d *Dir) Close() error { return d.root.Close() }

// FS is the folder as it stands at each reading; links that lead out of it
// cannot be opened.
func (d *Dir) FS() fs.FS { return d.root.FS() }

// List implements Shelf. The content of a file that is as it was is not read
// again.
func (d *Dir) List(ctx context.Context, prefix string) ([]File, error) {
	var files []File
	there := make(map[string]bool)
	err := d.walk(ctx, prefix, func(name string, info fs.FileInfo) error {
		digest, err := d.digest(name, info)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // taken away meanwhile
		}
		if err == nil {
			files = append(files, File{Name: name, Digest: digest, Size: info.Size()})
			there[name] = true
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list %q: %w", prefix, err)
	}
	d.forget(prefix, there)
	return files, nil
}

// walk calls do for every file that counts, by name.
func (d *Dir) walk(ctx context.Context, prefix string, do func(name string, info fs.FileInfo) error) error {
	top := "."
	if i := strings.LastIndexByte(prefix, '/'); i > 0 {
		top = prefix[:i]
	}
	if top != "." && !ValidName(top) {
		return nil
	}
	var names []string // fs.WalkDir goes by parts of names: a/b before a.md, not so their bytes
	err := fs.WalkDir(d.root.FS(), top, func(name string, e fs.DirEntry, err error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			return nil
		}
		if err != nil {
			return err
		}
		if name != "." && !ValidName(name) {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !e.IsDir() && strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.each(ctx, names, do)
}

// digest is that of a file's content, made again only when the file changed.
func (d *Dir) digest(name string, info fs.FileInfo) (string, error) {
	d.mu.Lock()
	old, ok := d.seen[name]
	d.mu.Unlock()
	if ok && old.info.Size() == info.Size() && old.info.ModTime().Equal(info.ModTime()) && os.SameFile(old.info, info) {
		return old.digest, nil
	}
	begun := time.Now()
	f, err := d.root.Open(name)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	if begun.Sub(info.ModTime()) > settled {
		d.mu.Lock()
		d.seen[name] = sight{info: info, digest: digest}
		d.mu.Unlock()
	}
	return digest, nil
}

// forget drops what is known of files that are gone.
func (d *Dir) forget(prefix string, there map[string]bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for name := range d.seen {
		if strings.HasPrefix(name, prefix) && !there[name] {
			delete(d.seen, name)
		}
	}
}

// Read implements Shelf.
func (d *Dir) Read(ctx context.Context, name string) ([]byte, error) {
	if err := ready(ctx, name); err != nil {
		return nil, fmt.Errorf("read %q: %w", name, err)
	}
	data, err := d.read(name)
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", name, err)
	}
	return data, nil
}

func (d *Dir) read(name string) ([]byte, error) {
	info, err := d.root.Stat(name)
	if err != nil {
		return nil, missing(err)
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotFound
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, missing(err)
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if len(data) > MaxBytes {
		return nil, ErrSize
	}
	return data, nil
}

// Rev implements Shelf: a digest of names, sizes, times and inodes. No content
// is read.
func (d *Dir) Rev(ctx context.Context) (string, error) {
	sum := sha256.New()
	err := d.walk(ctx, "", func(name string, info fs.FileInfo) error {
		_, err := fmt.Fprintf(sum, "%s\x00%d %d %d\n", name, info.Size(), info.ModTime().UnixNano(), inode(info))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("revision of a shelf: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

// ready refuses a name that cannot stand on a shelf, and a caller who has gone.
func ready(ctx context.Context, name string) error {
	if !ValidName(name) {
		return ErrName
	}
	return ctx.Err()
}

// missing turns the words of the file system for "not there" into ErrNotFound.
func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ENAMETOOLONG) {
		return ErrNotFound
	}
	return err
}
