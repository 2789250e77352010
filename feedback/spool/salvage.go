package spool

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// torn says what was taken out of a journal because it is no frame: the end that
// a crash cut, or a place in the middle where the disk failed.
type torn struct {
	bytes int64
	kept  string // file that holds it now
	holes int    // in the middle; what stands behind them is used
}

// from reads the journal from an offset on.
func (j *journal) from(off int64) *bufio.Reader {
	return bufio.NewReaderSize(io.NewSectionReader(j.f, off, 1<<62), 1<<20)
}

// aside copies what lies between two offsets to a file of its own, for a person
// to look at. What was set aside before is in the same file.
func (j *journal) aside(off, end int64, t *torn) (*torn, error) {
	if t == nil {
		t = &torn{kept: filepath.Join(j.dir, tornName+time.Now().UTC().Format("20060102T150405.000"))}
	}
	f, err := os.OpenFile(t.kept, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(f, io.NewSectionReader(j.f, off, end-off))
	t.bytes += n
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("keep what is torn: %w", err)
	}
	return t, nil
}

// cut moves all from an offset on out of the journal.
func (j *journal) cut(off int64, t *torn) (*torn, error) {
	t, err := j.aside(off, 1<<62, t)
	if err != nil {
		return nil, err
	}
	return t, errors.Join(j.f.Truncate(off), j.f.Sync(), syncFolder(j.dir))
}

// behind looks past a place that is no frame for one that is; false: there is
// none. That what it finds was once written as a frame its checksum says, and
// to use one whose sender was told nothing harms nobody.
func (j *journal) behind(off int64) (int64, bool) {
	r := j.from(off)
	for ; ; off++ {
		if _, err := r.Discard(1); err != nil {
			return 0, false
		}
		head, err := r.Peek(frameHead + frameMin)
		if err != nil {
			return 0, false
		}
		n := binary.LittleEndian.Uint32(head)
		if n < frameMin || n > frameMax || !strings.ContainsRune(kinds, rune(head[frameHead])) {
			continue
		}
		body := make([]byte, n)
		if _, err := j.f.ReadAt(body, off+1+frameHead); err != nil {
			continue
		}
		if crc32.Checksum(body, castagnoli) == binary.LittleEndian.Uint32(head[4:]) {
			return off + 1, true
		}
	}
}
