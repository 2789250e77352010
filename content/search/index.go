package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bolterrors "go.etcd.io/bbolt/errors"
)

// schema changes whenever what is written changes: an index of another schema
// is thrown away and built anew.
const schema = "2"

// slots is how many programs may share one folder: each takes the first index
// that nobody else holds.
const slots = 8

// Errors that callers decide by.
var (
	ErrDamaged = errors.New("search: the index is damaged")
	ErrInUse   = errors.New("search: every index in the folder is in use")
	ErrClosed  = errors.New("search: closed")
)

// Index is an index on the local disk. It is safe for concurrent use; one
// program holds it at a time.
type Index struct {
	dir    string
	source string

	mu      sync.RWMutex // held for writing only to change what b is
	b       bleve.Index
	damaged atomic.Bool
	putting sync.Mutex   // one Put at a time
	waiting atomic.Int64 // batches that are not on disk yet
	span    span
}

// Open opens the index in dir, or makes an empty one: where there is none,
// where it was made by another schema or from another source, and where it
// cannot be read. Source names what is indexed, e.g. the database: the index
// of one is no use for another.
func Open(dir, source string) (*Index, error) {
	for n := range slots {
		x := &Index{dir: dir, source: source}
		if n > 0 {
			x.dir = fmt.Sprintf("%s-%d", dir, n+1)
		}
		err := x.open()
		if errors.Is(err, bolterrors.ErrTimeout) {
			continue // somebody else's
		}
		if err != nil {
			return nil, err
		}
		return x, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrInUse, dir)
}

// flushLife is how long Close waits for what is on its way to the disk.
const flushLife = 5 * time.Second

// settings are those of scorch, bleve's index. A batch need not be on disk when
// it is answered: what a power cut takes is indexed again.
func settings() map[string]any {
	return map[string]any{
		"bolt_timeout": "200ms",
		"unsafe_batch": true,
		"scorchPersisterOptions": map[string]any{
			"PersisterNapTimeMSec": 50, "PersisterNapUnderNumFiles": 50, "NumPersisterWorkers": 1, "MaxSizeInMemoryMergePerWorker": 0,
		},
	}
}

func (x *Index) open() (err error) {
	if _, err := os.Stat(x.dir); err == nil {
		ok, err := x.reopen()
		if ok || errors.Is(err, bolterrors.ErrTimeout) {
			return err
		}
	}
	return x.fresh()
}

// reopen opens what is there; false when it is of no use.
func (x *Index) reopen() (ok bool, err error) {
	defer trap(&err, nil)()
	b, err := bleve.OpenUsing(x.dir, settings())
	if err != nil {
		return false, fmt.Errorf("search: open: %w", err)
	}
	x.b = b
	if kept, err := b.GetInternal([]byte("schema")); err != nil || string(kept) != x.mark() {
		return false, errors.Join(err, b.Close())
	}
	if err := x.measure(); err != nil {
		return false, errors.Join(err, b.Close())
	}
	return true, nil
}

func (x *Index) mark() string { return schema + " " + x.source }

// fresh makes an empty index in place of whatever is there.
func (x *Index) fresh() error {
	if err := os.RemoveAll(x.dir); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(x.dir), 0o700); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	m := bleve.NewIndexMapping() // says nothing: documents bring their own fields
	b, err := bleve.NewUsing(x.dir, m, scorch.Name, scorch.Name, settings())
	if err != nil {
		return fmt.Errorf("search: make: %w", err)
	}
	if err := b.SetInternal([]byte("schema"), []byte(x.mark())); err != nil {
		return errors.Join(fmt.Errorf("search: make: %w", err), b.Close())
	}
	x.b = b
	x.span.reset()
	x.damaged.Store(false)
	return nil
}

// Damaged reports whether reading came upon something that cannot be.
func (x *Index) Damaged() bool { return x.damaged.Load() }

// Renew throws everything away and begins with an empty index.
func (x *Index) Renew() error {
	x.putting.Lock()
	defer x.putting.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.b == nil {
		return ErrClosed
	}
	b := x.b
	x.b = nil
	_ = b.Close() // it is thrown away
	return x.fresh()
}

// Close ends the use of the index, after what is under way.
func (x *Index) Close() error {
	x.putting.Lock()
	defer x.putting.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.b == nil {
		return nil
	}
	b := x.b
	x.b = nil
	for limit := time.Now().Add(flushLife); x.waiting.Load() > 0 && time.Now().Before(limit); {
		time.Sleep(5 * time.Millisecond)
	}
	if err := b.Close(); err != nil {
		return fmt.Errorf("search: close: %w", err)
	}
	return nil
}

// Note keeps a small value with the index: it is there after a restart if,
// and only if, everything that was put in before it is.
func (x *Index) Note(ctx context.Context, name, value string) error {
	return x.with(ctx, func(b bleve.Index) error {
		batch := b.NewBatch()
		batch.SetInternal([]byte("note "+name), []byte(value))
		return x.write(b, batch)
	})
}

// write hands a batch over; it is seen at once, and on disk soon.
func (x *Index) write(b bleve.Index, batch *bleve.Batch) error {
	x.waiting.Add(1)
	var once sync.Once
	arrived := func(error) { once.Do(func() { x.waiting.Add(-1) }) }
	batch.SetPersistedCallback(arrived)
	err := b.Batch(batch)
	if err != nil {
		arrived(err)
	}
	return err //nolint:wrapcheck // by with
}

// Noted answers a value kept by Note, empty if there is none.
func (x *Index) Noted(ctx context.Context, name string) (value string, err error) {
	err = x.with(ctx, func(b bleve.Index) error {
		v, err := b.GetInternal([]byte("note " + name))
		value = string(v)
		return err
	})
	return value, err
}

// Len is the number of documents.
func (x *Index) Len(ctx context.Context) (n int, err error) {
	err = x.with(ctx, func(b bleve.Index) error {
		c, err := b.DocCount()
		n = int(c) //nolint:gosec // far below 2^63
		return err
	})
	return n, err
}

// with runs f on the open index. Damage that it comes upon is an ErrDamaged.
func (x *Index) with(ctx context.Context, f func(bleve.Index) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.b == nil {
		return ErrClosed
	}
	defer trap(&err, &x.damaged)()
	if err := f(x.b); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	return nil
}
