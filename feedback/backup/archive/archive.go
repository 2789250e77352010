// Package archive is the file that a backup is: sections of records, packed,
// sealed with a key, and read back only whole.
//
// It knows records as lines of JSON and names of sections; it must not know
// what they are about, nor any store.
//
// Start reading at this file, then write.go and read.go.
//
// # The format
//
// A line of text, "rectify-backup 1 KEY", where 1 is the format and KEY the
// fingerprint of the master key; then, sealed with a key drawn from that one
// (Tink's streaming AES-256-GCM-HKDF in segments of 256 KiB, the line as
// associated data), a gzip stream; in it a tar archive; in it the sections one
// after the other as SECTION/000001.jsonl, SECTION/000002.jsonl …, a record a
// line, and at the end manifest.json with the number, length and SHA-256 of the
// lines of each section. A part is about 1 MiB, so both ends need little memory
// for any number of records.
package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"time"

	"github.com/tink-crypto/tink-go/v2/streamingaead/subtle"
)

// Format is the version that this program writes, and the newest that it reads.
const Format = 1

// Bounds of an archive.
const (
	MaxRecord = 36 << 20 // bytes of one record: a blob of 26 MiB in base64, and its name

	partSize     = 1 << 20
	segment      = 256 << 10
	maxSections  = 64
	maxManifest  = 64 << 10
	manifestName = "manifest.json"
	magic        = "rectify-backup"
)

// Packed lines of JSON take a fifth to a thirtieth; what unpacks to much more is
// no backup but a bomb.
const (
	maxRatio  = 400
	firstFree = 64 << 20
)

// What can be wrong with an archive. ErrDamaged: cut short, altered, or never
// whole. ErrKey: made under another key. ErrFormat: written by a newer program,
// or holds a section that this one does not know.
var (
	ErrNone    = errors.New("not a backup of this program")
	ErrKey     = errors.New("backup was made under another key")
	ErrFormat  = errors.New("backup was written by a newer program")
	ErrDamaged = errors.New("backup is damaged or not whole")
)

// Key seals an archive. Name tells keys apart and stands in clear in the file.
type Key struct {
	Name   string
	Secret []byte // 32 bytes, for this purpose alone
}

// Section is one kind of content. A record is a line of JSON; records come back
// in the order in which they were put.
type Section struct {
	Name  string
	Write func(ctx context.Context, put func(record []byte) error) error
	Check func(record []byte) error                      // would Read take it? Changes nothing
	Read  func(ctx context.Context, record []byte) error // must not keep record
	End   func(ctx context.Context) error                // after the last record; nil: nothing to do
}

// Manifest says what an archive holds.
type Manifest struct {
	Format   int       `json:"format"`
	Made     time.Time `json:"made"`
	Sections []Sum     `json:"sections"`
}

// Sum is what one section comes to.
type Sum struct {
	Name    string `json:"name"`
	Records int64  `json:"records"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"` // of all lines, in order
}

// Section answers the sum of the named section, empty if there is none.
func (m Manifest) Section(name string) Sum {
	for _, s := range m.Sections {
		if s.Name == name {
			return s
		}
	}
	return Sum{Name: name}
}

// ID names one archive: what was in it and when it was made.
func (m Manifest) ID() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d\n", m.Format, m.Made.UnixNano())
	for _, s := range m.Sections {
		fmt.Fprintf(h, "%s %d %d %s\n", s.Name, s.Records, s.Bytes, s.SHA256)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// tally adds up a section.
type tally struct {
	sum  Sum
	hash hash.Hash
}

func newTally(name string) *tally { return &tally{sum: Sum{Name: name}, hash: sha256.New()} }

// add takes a line with its end in.
func (t *tally) add(line []byte) {
	t.sum.Records++
	t.sum.Bytes += int64(len(line))
	_, _ = t.hash.Write(line) // never fails, says hash.Hash
}

func (t *tally) done() Sum {
	t.sum.SHA256 = hex.EncodeToString(t.hash.Sum(nil))
	return t.sum
}

// sealer is what both ends seal and open with.
func (k Key) sealer() (*subtle.AESGCMHKDF, error) {
	s, err := subtle.NewAESGCMHKDF(k.Secret, "SHA256", 32, segment, 0)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return s, nil
}

func head(format int, key string) string { return fmt.Sprintf("%s %d %s\n", magic, format, key) }

func partName(section string, n int) string { return fmt.Sprintf("%s/%06d.jsonl", section, n) }
