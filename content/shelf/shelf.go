// Package shelf is where files of a site stand: a folder on one machine, or a
// database that several copies share. Notices stand on one, their kept versions
// on another, proposals that wait for a second person on a third.
//
// It knows names and bytes. It must not know what a notice is.
//
// Start reading at this file, then dir.go; mongoshelf is the database.
package shelf

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"strings"
)

// MaxBytes bounds one file on a shelf.
const MaxBytes = 8 << 20

// Errors of a Shelf. ErrNotFound: no file of that name. ErrConflict: the file
// is not what the caller thought it was. ErrName: no name that can stand on a
// shelf. ErrSize: more than MaxBytes.
var (
	ErrNotFound = errors.New("no such file")
	ErrConflict = errors.New("file was changed by someone else")
	ErrName     = errors.New("not a name for a file")
	ErrSize     = errors.New("file is too large for a shelf")
)

// File is one file on a shelf.
type File struct {
	Name   string // with slashes: versions/hall/3.md
	Digest string // SHA-256 of the content, lower-case hex
	Size   int64
}

// Shelf keeps files. A method that returns nil has made its change durable.
// Readers see a file as it was before a Put or after it, never half of it.
type Shelf interface {
	// List answers the files whose names begin with prefix, by name.
	List(ctx context.Context, prefix string) ([]File, error)

	// Read answers the content of a file, or ErrNotFound.
	Read(ctx context.Context, name string) ([]byte, error)

	// Put keeps data under name if what is there now has the digest was; None
	// means that nothing must be there, Any that it does not matter.
	// ErrConflict: it is something else, or name is a folder of other files, or
	// one of its folders is a file. Of concurrent calls with the same was one
	// succeeds, Any aside.
	Put(ctx context.Context, name string, data []byte, was string) error

	// Remove takes a file away under the same rule; ErrNotFound if it is gone.
	Remove(ctx context.Context, name, was string) error

	// Rev is a short text that changes whenever a file does; asking costs
	// little. Two shelves' texts cannot be compared.
	Rev(ctx context.Context) (string, error)
}

// What Put and Remove may expect beside a digest.
const (
	None = ""
	Any  = "*"
)

// Digest is the digest by which files are compared.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// ValidName reports whether name can stand on every kind of shelf: a relative
// path of at most 200 bytes without dot files, as files and as keys alike.
func ValidName(name string) bool {
	if len(name) > 200 || !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\:*?\"<>|\x00") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".new") {
			return false
		}
	}
	return true
}
