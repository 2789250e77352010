package spool

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"rectify/feedback/batch"
	"rectify/feedback/cursor"
)

// The files in the folder, beside lock.
const (
	journalName = "journal"
	freshName   = "journal.new" // being written anew; of no account until it is renamed
	tornName    = "torn-"       // what was cut off a journal, kept for a person to look at
)

// errFormat means that a newer program wrote the journal.
var errFormat = errors.New("spool format not known")

// tidyFrom is the size from which a journal that is mostly past is written anew.
const tidyFrom = 4 << 20

// place is where the frame of an item stands. Guarded by journal.mu.
type place struct {
	kind byte // kindIntent, kindEntry or kindKey; 0: nowhere
	off  int64
	size int
}

// record is a frame on its way to the disk, and the item that it is about.
type record struct {
	it    *item
	frame frame
}

// journal is the file. Frames are appended; what is past is left out when it is
// written anew. After a failed sync nothing that was written since the last
// good one is trusted: the file is written anew before anything else.
type journal struct {
	dir     string
	blocks  func() []block // as they stand now
	appends *batch.Batch[record, struct{}]

	mu     sync.Mutex
	f      *os.File
	size   int64 // of what is whole
	live   map[uint64]*item
	lives  int64 // bytes of live frames
	seq    uint64
	broken error

	// fault is asked before ("write") and after ("sync") every write; tests make
	// it fail. Nil in a program.
	fault func(stage string) error
}

// openJournal reads what is there: the live items in order are in j.live.
func openJournal(dir string, n *numbers, blocks func() []block) (*journal, *torn, error) {
	j := &journal{dir: dir, blocks: blocks, live: make(map[uint64]*item)}
	if err := os.Remove(filepath.Join(dir, freshName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, journalName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	j.f = f
	cut, err := j.recover(n)
	if err == nil && (j.size == 0 || (cut != nil && cut.holes > 0)) {
		err = j.rewrite()
	}
	if err != nil {
		return nil, nil, errors.Join(err, j.f.Close())
	}
	j.appends = batch.New(j.commit, batch.Options{Max: 256, Queue: 4096})
	return j, cut, nil
}

// recover takes in every whole frame and sets the rest aside.
func (j *journal) recover(given *numbers) (lost *torn, err error) {
	for r := j.from(0); ; {
		f, n, err := readFrame(r)
		switch {
		case errors.Is(err, io.EOF):
			return lost, nil
		case errors.Is(err, errTorn):
			whole, ok := j.behind(j.size)
			if !ok || j.size == 0 {
				return j.cut(j.size, lost)
			}
			if lost, err = j.aside(j.size, whole, lost); err != nil {
				return nil, err
			}
			lost.holes++
			j.size, r = whole, j.from(whole)
			continue
		case err != nil:
			return nil, err
		case j.size == 0 && (f.kind != kindBegin || string(f.payload) != format):
			return nil, fmt.Errorf("%w: %.40q", errFormat, f.payload)
		}
		switch f.kind {
		case kindBlock:
			if b, ok := parseBlock(f.payload); ok {
				given.add(b)
			}
		case kindIntent, kindEntry:
			if serial, _, ok := cutNumber(f.payload); ok {
				given.used(cursor.Number(serial))
			}
		}
		it := j.live[f.seq]
		if it == nil {
			it = &item{seq: f.seq}
		}
		j.land(it, f.kind, j.size, n)
		j.seq = max(j.seq, f.seq)
		j.size += int64(n)
	}
}

// append writes a frame and answers when it is durable. Concurrent calls share
// a sync.
func (j *journal) append(ctx context.Context, it *item, kind byte, payload []byte) error {
	_, err := j.appends.Do(ctx, record{it, frame{kind: kind, seq: it.seq, payload: payload}})
	return err
}

// note writes a frame that no one waits for: it survives the program, and a
// power cut from the next sync on. Without it something is done twice that may
// be done twice.
func (j *journal) note(it *item, kind byte, payload []byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.mend() == nil {
		_ = j.write([]record{{it, frame{kind: kind, seq: it.seq, payload: payload}}})
	}
}

// commit is the batch's: one write and one sync for all.
func (j *journal) commit(_ context.Context, records []record) ([]struct{}, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.mend(); err != nil {
		return nil, err
	}
	before := make([]place, len(records))
	for i, r := range records {
		before[i] = r.it.place
	}
	err := j.write(records)
	if err == nil {
		if err = j.failing("sync"); err == nil {
			err = j.f.Sync()
		}
		if err != nil {
			j.broken = err
			j.retract(records, before)
		}
	}
	return make([]struct{}, len(records)), err
}

// mend writes the file anew if it failed.
func (j *journal) mend() error {
	if j.broken == nil {
		return nil
	}
	why := j.broken
	if err := j.rewrite(); err != nil {
		return fmt.Errorf("spool is out of order: %w; writing it anew: %w", why, err)
	}
	return nil
}

// write appends frames without a sync. If that fails the file is as before.
func (j *journal) write(records []record) error {
	var buf bytes.Buffer
	for _, r := range records {
		buf.Write(r.frame.bytes())
	}
	err := j.failing("write")
	if err == nil {
		_, err = j.f.WriteAt(buf.Bytes(), j.size)
	}
	if err != nil {
		if back := j.f.Truncate(j.size); back != nil {
			j.broken = errors.Join(err, back)
		}
		return err
	}
	for _, r := range records {
		n := frameHead + frameMin + len(r.frame.payload)
		j.land(r.it, r.frame.kind, j.size, n)
		j.size += int64(n)
	}
	return nil
}

// retract takes back what was written and could not be synced: its callers are
// told that it is not kept. The frames stay in the file, which is written anew
// before it is used again.
func (j *journal) retract(records []record, before []place) {
	for k, r := range slices.Backward(records) {
		if before[k].kind == 0 {
			j.land(r.it, kindFiled, 0, 0)
		} else {
			j.lives += int64(before[k].size - r.it.place.size)
			r.it.place = before[k]
		}
	}
}

// land notes what a frame says of its item.
func (j *journal) land(it *item, kind byte, off int64, size int) {
	switch kind {
	case kindIntent, kindEntry, kindKey:
		j.lives += int64(size - it.place.size)
		it.place = place{kind, off, size}
		j.live[it.seq] = it
	case kindTold:
		if it.place.kind == kindIntent {
			it.place.kind = kindEntry
		}
	case kindFiled:
		j.lives -= int64(it.place.size)
		it.place = place{}
		delete(j.live, it.seq)
	}
}

// read answers the payload of an item's frame; fs.ErrNotExist when there is none.
func (j *journal) read(it *item) (payload []byte, kind byte, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if it.place.kind == 0 {
		return nil, 0, fs.ErrNotExist
	}
	r := bufio.NewReader(io.NewSectionReader(j.f, it.place.off, int64(it.place.size)))
	f, _, err := readFrame(r)
	if err == nil && f.seq != it.seq {
		err = errTorn
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read spool: %w", err)
	}
	return f.payload, it.place.kind, nil
}

// next is a new item's number in the journal.
func (j *journal) next() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq++
	return j.seq
}

// tidy writes the journal anew when most of it is past.
func (j *journal) tidy() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.broken == nil && (j.size < tidyFrom || j.size < 2*j.lives) {
		return nil
	}
	return j.rewrite()
}

// rewrite makes a new file of what is live and puts it in the place of the old.
func (j *journal) rewrite() error {
	path := filepath.Join(j.dir, freshName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	size, places, err := j.copyTo(f)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(path, filepath.Join(j.dir, journalName))
	}
	if err == nil {
		err = syncFolder(j.dir)
	}
	if err != nil {
		j.broken = err // which of the two files is there is not known
		return errors.Join(err, f.Close())
	}
	_ = j.f.Close() // what matters of it is in the new one
	j.f, j.size, j.lives, j.broken = f, size, 0, nil
	for seq, p := range places {
		j.live[seq].place = p
		j.lives += int64(p.size)
	}
	return nil
}

func (j *journal) copyTo(f *os.File) (size int64, places map[uint64]place, err error) {
	w := bufio.NewWriterSize(f, 1<<20)
	put := func(x frame) place {
		b := x.bytes()
		_, _ = w.Write(b) // Flush tells
		p := place{x.kind, size, len(b)}
		size += int64(len(b))
		return p
	}
	put(frame{kind: kindBegin, payload: []byte(format)})
	for _, b := range j.blocks() {
		put(b.frame())
	}
	places = make(map[uint64]place, len(j.live))
	for _, seq := range slices.Sorted(maps.Keys(j.live)) {
		at := j.live[seq].place
		old, _, err := readFrame(bufio.NewReader(io.NewSectionReader(j.f, at.off, int64(at.size))))
		if err != nil {
			return 0, nil, fmt.Errorf("item %d: %w", seq, err)
		}
		places[seq] = put(frame{kind: at.kind, seq: seq, payload: old.payload})
	}
	return size, places, w.Flush()
}

// close ends the journal; what was taken is written first.
func (j *journal) close() error {
	j.appends.Close()
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.f.Close()
}

func (j *journal) failing(stage string) error {
	if j.fault == nil {
		return nil
	}
	return j.fault(stage)
}
