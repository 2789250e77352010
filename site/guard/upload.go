package guard

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// ErrSlow means that a body did not come in time.
var ErrSlow = errors.New("request body came too slowly")

// stall is how long nothing may come of a body that is read as it arrives.
const stall = 15 * time.Second

// Stream answers the body of a request, to be read as it arrives: at most so
// many bytes (then ErrTooLarge), until then (then ErrSlow), and never with a
// stall in it. What was read before the handler began is in it. ErrTooLarge is
// answered at once when the head already says so.
func Stream(ctx *fasthttp.RequestCtx, most int64, until time.Time) (io.Reader, error) {
	if int64(ctx.Request.Header.ContentLength()) > most {
		return nil, ErrTooLarge
	}
	return &arriving{ctx: ctx, body: ctx.RequestBodyStream(), left: most, until: until}, nil
}

type arriving struct {
	ctx   *fasthttp.RequestCtx
	body  io.Reader // nil: there is none
	left  int64
	until time.Time
}

func (a *arriving) Read(p []byte) (int, error) {
	if a.body == nil {
		return 0, io.EOF
	}
	now := time.Now() // a socket's clock, not the site's
	if now.After(a.until) {
		return 0, ErrSlow
	}
	next := now.Add(stall)
	if next.After(a.until) {
		next = a.until
	}
	if err := a.ctx.SetReadDeadline(next); err != nil {
		return 0, fmt.Errorf("body: %w", err)
	}
	if int64(len(p)) > a.left+1 {
		p = p[:a.left+1]
	}
	n, err := a.body.Read(p)
	if a.left -= int64(n); a.left < 0 {
		return 0, ErrTooLarge
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = ErrSlow
	}
	return n, err
}

// Turns lets a few uploads go on at once, and of one network fewer than that,
// so that nobody alone keeps all others from sending files.
type Turns struct {
	Most, Each int

	mu  sync.Mutex
	all int
	by  map[netip.Addr]int
}

// Take takes a turn; false when all are taken. give gives it back, once.
func (t *Turns) Take(addr netip.Addr) (give func(), ok bool) {
	key := counted(addr, false)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all >= t.Most || t.by[key] >= t.Each {
		return nil, false
	}
	if t.by == nil {
		t.by = make(map[netip.Addr]int)
	}
	t.all++
	t.by[key]++
	return sync.OnceFunc(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.all--
		if t.by[key]--; t.by[key] == 0 {
			delete(t.by, key)
		}
	}), true
}
