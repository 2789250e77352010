package attachment

import (
	"context"
	"fmt"
	"sync"
	"time"

	"rectify/feedback"
)

// countEvery is how long a count of all files is believed; what was added since
// is added to it.
const countEvery = 10 * time.Minute

// Room bounds what all files of a site may take together, so that nobody fills
// the disk on which submissions stand. A nil Room is without bound.
type Room struct {
	Blobs feedback.Blobs
	Most  int64 // bytes as they are kept; 0: no bound
	Now   func() time.Time

	mu      sync.Mutex
	used    int64
	counted time.Time
}

// Check reports whether another file may come: feedback.ErrBusy when it may not.
func (r *Room) Check(ctx context.Context) error {
	if r == nil || r.Most == 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.Now(); r.counted.IsZero() || now.Sub(r.counted) > countEvery {
		var used int64
		err := r.Blobs.Each(ctx, func(b feedback.BlobInfo) error { used += b.Size; return nil })
		if err != nil {
			return fmt.Errorf("room for files: %w", err)
		}
		r.used, r.counted = used, now
	}
	if r.used+feedback.MaxAttachmentBytes > r.Most {
		return fmt.Errorf("room for files: %d of %d bytes are taken: %w", r.used, r.Most, feedback.ErrBusy)
	}
	return nil
}

// Took notes bytes that were kept since the last count.
func (r *Room) Took(n int64) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used += n
}
