package document

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
)

// zipFile is an archive whose names have been looked at and whose entries are
// unpacked only when asked for, against one common bound.
type zipFile struct {
	entries map[string]*zip.File
	unread  int64 // bytes that may still be unpacked
}

// centralHeader begins each entry of a zip's directory. They are counted before
// the directory is read, because reading a million of them costs the memory.
var centralHeader = []byte("PK\x01\x02")

func openZip(src []byte) (*zipFile, error) {
	if bytes.Count(src, centralHeader) > maxEntries {
		return nil, &Error{Err: ErrTooLarge, Detail: "entries"}
	}
	r, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, &Error{Err: ErrDamaged, Detail: "zip", Cause: err}
	}
	z := &zipFile{entries: make(map[string]*zip.File, len(r.File)), unread: maxUnpacked}
	folded := make(map[string]bool, len(r.File))
	for _, f := range r.File {
		if fault := entryFault(f); fault != "" {
			return nil, &Error{Err: ErrUnsafe, Entry: f.Name, Detail: fault}
		}
		if f.Flags&1 != 0 {
			return nil, &Error{Err: ErrEncrypted, Entry: f.Name}
		}
		key := strings.ToLower(f.Name) // names of parts are equal in any case (ECMA-376-2, 6.3.5)
		if folded[key] {
			return nil, &Error{Err: ErrUnsafe, Entry: f.Name, Detail: "duplicate"}
		}
		folded[key] = true
		z.entries[f.Name] = f
	}
	return z, nil
}

func entryFault(f *zip.File) string {
	name := f.Name
	switch {
	case name == "", strings.ContainsAny(name, "\\\x00:"), strings.HasPrefix(name, "/"):
		return "name"
	case f.Mode()&fs.ModeSymlink != 0:
		return "symlink"
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(name, "/"), "/") {
		if part == ".." || part == "." || part == "" {
			return "name"
		}
	}
	return ""
}

// open answers an entry's content; ok is false if there is none of that name.
// The reader fails once more than the bounds has come out of it.
func (z *zipFile) open(ctx context.Context, name string) (r io.ReadCloser, ok bool, err error) {
	f, ok := z.entries[name]
	if !ok {
		return nil, false, nil
	}
	rc, err := f.Open()
	if err != nil {
		return nil, true, &Error{Err: ErrDamaged, Entry: name, Cause: err}
	}
	return &bounded{ctx: ctx, rc: rc, z: z, name: name, packed: max(int64(f.CompressedSize64), 1)}, true, nil //nolint:gosec // a size beyond int64 cannot stand in 50 MB
}

// bounded counts what is unpacked, not what the archive says it will be.
type bounded struct {
	ctx    context.Context // lives as long as one Read
	rc     io.ReadCloser
	z      *zipFile
	name   string
	packed int64
	n      int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := b.rc.Read(p)
	b.n += int64(n)
	b.z.unread -= int64(n)
	switch {
	case b.z.unread < 0 || b.n > maxPart:
		return n, &Error{Err: ErrTooLarge, Entry: b.name, Detail: "unpacked"}
	case b.n > freeRatio && b.n/b.packed > maxRatio:
		return n, &Error{Err: ErrTooLarge, Entry: b.name, Detail: "ratio"}
	case err != nil && !errors.Is(err, io.EOF):
		return n, &Error{Err: ErrDamaged, Entry: b.name, Cause: err}
	}
	return n, err
}

func (b *bounded) Close() error { return b.rc.Close() }

// resolve turns the target of a relationship into the name of an entry.
func resolve(from, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return strings.TrimPrefix(path.Join("/", path.Dir(from), target), "/")
}
