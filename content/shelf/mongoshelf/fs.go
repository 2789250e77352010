package mongoshelf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"rectify/content/shelf"
)

// early is the largest file that FS fetches at once. Notices are smaller;
// attachments, which may be larger, are fetched when they are opened.
const early = 1 << 20

// FS answers the shelf as it is at one moment, for rooms that read folders. A
// larger file that was changed or removed afterwards cannot be opened in it
// any more. What did not change since the last call is not fetched again; what
// nobody needs any more is let go.
func (s *Shelf) FS(ctx context.Context) (fs.FS, error) {
	for range 10 {
		snap, whole, err := s.snapshot(ctx)
		if err != nil {
			return nil, fmt.Errorf("read shelf: %w", err)
		}
		if whole {
			return snap, nil
		}
	}
	return nil, fmt.Errorf("read shelf: %w each time it was read", shelf.ErrConflict)
}

// snapshot lists the shelf and fetches what it lists; whole says that nothing
// was changed meanwhile.
func (s *Shelf) snapshot(ctx context.Context) (*snapshot, bool, error) {
	before, err := s.Rev(ctx)
	if err != nil {
		return nil, false, err
	}
	files, err := s.List(ctx, "")
	if err != nil {
		return nil, false, err
	}
	s.mu.Lock()
	held := s.held
	s.mu.Unlock()
	snap := &snapshot{shelf: s, files: make(map[string]shelf.File), dirs: map[string][]string{".": nil}, data: make(map[string][]byte)}
	for _, f := range files {
		if !shelf.ValidName(f.Name) {
			continue // not written by this program
		}
		snap.add(f)
		data, ok := held[f.Digest]
		if f.Size > early {
			continue
		}
		if !ok {
			data, err = s.Read(ctx, f.Name)
			if errors.Is(err, shelf.ErrNotFound) || (err == nil && shelf.Digest(data) != f.Digest) {
				return nil, false, nil
			}
			if err != nil {
				return nil, false, err
			}
		}
		snap.data[f.Digest] = data
	}
	after, err := s.Rev(ctx)
	if err != nil || after != before {
		return nil, false, err
	}
	s.mu.Lock()
	s.held = snap.data
	s.mu.Unlock()
	return snap, true, nil
}

// snapshot is a fs.FS; it does not change.
type snapshot struct {
	shelf *Shelf
	files map[string]shelf.File
	dirs  map[string][]string // folder → names in it
	data  map[string][]byte   // by digest
}

var _ fs.ReadDirFS = (*snapshot)(nil)

// add takes a file in, and the folders above it that are not known yet.
func (s *snapshot) add(f shelf.File) {
	s.files[f.Name] = f
	for name := f.Name; ; {
		dir := path.Dir(name)
		_, known := s.dirs[dir]
		s.dirs[dir] = append(s.dirs[dir], path.Base(name))
		if known {
			return
		}
		name = dir
	}
}

// Open implements fs.FS. The time of a large file's fetch is bounded as every
// call to the database is.
func (s *snapshot) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if _, ok := s.dirs[name]; ok {
		list, err := s.ReadDir(name)
		return &folder{info: info{name: path.Base(name), dir: true}, list: list}, err
	}
	f, ok := s.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	o := &opened{info: s.info(name), fetch: func() ([]byte, error) { return s.content(f) }}
	return o, nil
}

func (s *snapshot) content(f shelf.File) ([]byte, error) {
	if data, ok := s.data[f.Digest]; ok {
		return data, nil
	}
	data, err := s.shelf.Read(context.Background(), f.Name)
	if err == nil && shelf.Digest(data) != f.Digest {
		err = shelf.ErrConflict
	}
	return data, err
}

func (s *snapshot) info(name string) info {
	_, dir := s.dirs[name]
	return info{name: path.Base(name), size: s.files[name].Size, dir: dir, file: s.files[name]}
}

// ReadDir implements fs.ReadDirFS.
func (s *snapshot) ReadDir(name string) ([]fs.DirEntry, error) {
	names, ok := s.dirs[name]
	if !ok {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	var list []fs.DirEntry
	for _, n := range names {
		list = append(list, fs.FileInfoToDirEntry(s.info(path.Join(name, n))))
	}
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return list, nil
}

// info describes a file or folder.
type info struct {
	name string
	size int64
	dir  bool
	file shelf.File
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) IsDir() bool        { return i.dir }
func (i info) ModTime() time.Time { return time.Time{} }

// Sys answers the shelf's own record of a file, whose digest spares a reading.
func (i info) Sys() any { return i.file }

func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

// opened is a file of a snapshot; it is fetched when it is first read. It can
// be sought in, as what serves parts of files needs.
type opened struct {
	info  info
	fetch func() ([]byte, error)
	data  *bytes.Reader
}

var _ io.ReadSeeker = (*opened)(nil)

// Stat implements fs.File.
func (o *opened) Stat() (fs.FileInfo, error) { return o.info, nil }

// Close implements fs.File.
func (o *opened) Close() error { return nil }

// Read implements fs.File.
func (o *opened) Read(p []byte) (int, error) {
	if err := o.ready(); err != nil {
		return 0, err
	}
	return o.data.Read(p)
}

// Seek implements io.Seeker.
func (o *opened) Seek(offset int64, whence int) (int64, error) {
	if err := o.ready(); err != nil {
		return 0, err
	}
	return o.data.Seek(offset, whence)
}

func (o *opened) ready() error {
	if o.data != nil {
		return nil
	}
	data, err := o.fetch()
	if err != nil {
		return &fs.PathError{Op: "read", Path: o.info.name, Err: err}
	}
	o.data = bytes.NewReader(data)
	return nil
}

// folder is an opened folder of a snapshot.
type folder struct {
	info info
	list []fs.DirEntry
}

// Stat implements fs.File.
func (f *folder) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close implements fs.File.
func (f *folder) Close() error { return nil }

// Read implements fs.File; a folder has no content.
func (f *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.info.name, Err: errors.New("is a folder")}
}

// ReadDir implements fs.ReadDirFile.
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n > len(f.list) {
		if n > 0 && len(f.list) == 0 {
			return nil, io.EOF
		}
		n = len(f.list)
	}
	list := f.list[:n]
	f.list = f.list[n:]
	return list, nil
}
