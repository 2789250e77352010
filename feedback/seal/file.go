package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// maxFile bounds a keyset file: some hundred keys.
const maxFile = 64 << 10

// ErrMode means that others than its owner may read or change a keyset file.
var ErrMode = errors.New("can be read by others than its owner")

// OpenRing reads the keyset file at path. fs.ErrNotExist when there is none:
// only Create makes one. ErrMode, with the command that mends it, when others
// may read it.
func OpenRing(path string) (*Ring, error) {
	r := &Ring{path: path}
	if err := r.Reload(); err != nil {
		return nil, err
	}
	return r, nil
}

// Create makes a keyset file with one new key, readable by its owner only.
// fs.ErrExist when there is one.
func Create(path string) (*Ring, error) {
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("keyset file: %w", err)
	}
	src, err := write(h)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("keyset file: %w", err)
	}
	// A link fails when the file is there, unlike a rename.
	if err := place(path, src, os.Link); err != nil {
		return nil, err
	}
	return OpenRing(path)
}

// read reads the file, if it is its owner's alone.
func read(path string) (src []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("keyset file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("keyset file: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("keyset file %s: no regular file", path)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("keyset file %s %w (mode %04o); run: chmod 600 %s", path, ErrMode, info.Mode().Perm(), path)
	case info.Size() > maxFile:
		return nil, fmt.Errorf("keyset file %s: %d bytes", path, info.Size())
	}
	src, err = io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, fmt.Errorf("keyset file: %w", err)
	}
	return src, nil
}

// handle reads a keyset in Tink's JSON form, in clear: what keeps it secret is
// where the file stands.
func handle(src []byte) (*keyset.Handle, error) {
	return insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(src)))
}

func write(h *keyset.Handle) ([]byte, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("write keyset: %w", err)
	}
	return append(b.Bytes(), '\n'), nil
}

// parse makes keys of what a file holds.
func parse(src []byte) (keys, error) {
	h, err := handle(src)
	if err != nil {
		return keys{}, fmt.Errorf("is no keyset: %w", err)
	}
	k := keys{src: src}
	if k.aead, err = aead.New(h); err != nil {
		return keys{}, fmt.Errorf("is no keyset that seals: %w", err)
	}
	for i := range h.Len() {
		e, err := h.Entry(i)
		if err != nil {
			return keys{}, err
		}
		if e.KeyStatus() != keyset.Enabled {
			continue
		}
		k.ids = append(k.ids, KeyID(e.KeyID()))
		if e.IsPrimary() {
			k.primary = KeyID(e.KeyID())
		}
	}
	return k, nil
}

// place writes a file beside path, durable and readable by its owner only, and
// puts it there whole or not at all.
func place(path string, src []byte, put func(from, to string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".keyset-*") // mode 0600
	if err != nil {
		return fmt.Errorf("keyset file: %w", err)
	}
	_, err = f.Write(src)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = put(f.Name(), path)
	}
	if gone := os.Remove(f.Name()); !errors.Is(gone, fs.ErrNotExist) { // after a rename it is not there
		err = errors.Join(err, gone)
	}
	if err != nil {
		return fmt.Errorf("keyset file: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a name durable, where the system can.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("keyset file: %w", err)
	}
	_ = f.Sync() // not every system can do that for folders
	return f.Close()
}
