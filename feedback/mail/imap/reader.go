package imap

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"rectify/feedback/mail"
)

// State remembers how far a mailbox was read on a server that lets us neither
// move nor flag. It must be durable, and one for all copies of the site.
type State interface {
	// Last is the highest UID below which all is done, under that UIDVALIDITY;
	// 0 when nothing is known.
	Last(ctx context.Context, mailbox string, validity uint32) (uint32, error)
	// Done notes it.
	Done(ctx context.Context, mailbox string, validity, uid uint32) error
}

// Options is what a reader needs. Sink is required, State only for servers that
// can neither move nor flag; zero values take what stands beside them.
type Options struct {
	Sink  mail.Sink
	State State
	Log   *slog.Logger // slog.Default()
	Watch *mail.Watch  // is told how each try ended; may be nil

	MaxBytes int64         // 25 MB; of larger messages the head alone is handed over
	Command  time.Duration // 1 min for a command
	Fetch    time.Duration // 10 min for a message
	Silence  time.Duration // 1 min without a byte inside a command
	Idle     time.Duration // 9 min of IDLE at a stretch (RFC 2177 allows 29; boxes between forget sooner)
	Backoff  time.Duration // 1 s: first pause after a failure, doubled up to 5 min

	Dial func(ctx context.Context, network, addr string) (net.Conn, error) // net.Dialer's
}

const maxBackoff = 5 * time.Minute

func (o *Options) fill() {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Watch == nil {
		o.Watch = &mail.Watch{}
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 25 << 20
	}
	for _, f := range []struct {
		v *time.Duration
		d time.Duration
	}{{&o.Command, time.Minute}, {&o.Fetch, 10 * time.Minute}, {&o.Silence, time.Minute}, {&o.Idle, 9 * time.Minute}, {&o.Backoff, time.Second}} {
		if *f.v <= 0 {
			*f.v = f.d
		}
	}
}

func (o *Options) dialer(ctx context.Context, network, addr string) (net.Conn, error) {
	if o.Dial != nil {
		return o.Dial(ctx, network, addr)
	}
	return (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext(ctx, network, addr)
}

// Run reads all mailboxes until ctx ends. However many there are, one message
// is held in memory at a time.
func Run(ctx context.Context, boxes []Mailbox, opt Options) error {
	if opt.Sink == nil {
		return errors.New("mailbox reader: Sink is required")
	}
	opt.fill()
	gate := make(chan struct{}, 1)
	var wg sync.WaitGroup
	for _, box := range boxes {
		r := &reader{box: box, opt: opt, gate: gate, log: opt.Log.With("mailbox", box.String())}
		wg.Go(func() { r.run(ctx) })
	}
	wg.Wait()
	return nil
}

// reader reads one mailbox. Everything in it is used by one goroutine.
type reader struct {
	box  Mailbox
	opt  Options
	log  *slog.Logger
	gate chan struct{}

	validity uint32
	done     map[imap.UID]bool    // durable, not yet moved, flagged or noted
	later    map[imap.UID]*repeat // failed, to come again
}

// run connects anew after every failure, the pause doubling until a pass succeeds.
func (r *reader) run(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		err := r.session(ctx, func() {
			failures = 0
			r.opt.Watch.Note(r.box.String(), nil, time.Now())
		})
		if ctx.Err() != nil {
			return
		}
		r.opt.Watch.Note(r.box.String(), err, time.Now())
		failures++
		pause := pauseAfter(r.opt.Backoff, failures)
		r.log.Warn("mailbox not read, will try again", "err", err, "pause", pause.Round(time.Second).String())
		sleep(ctx, pause)
	}
}

// pauseAfter doubles with each failure; a tenth of it is chance, so that many
// readers do not come back at once.
func pauseAfter(first time.Duration, failures int) time.Duration {
	pause := min(first<<min(failures-1, 20), maxBackoff)
	return pause + time.Duration(rand.Int64N(int64(pause)/10+1)) //nolint:gosec // no secret hangs on it
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// session is one connection.
func (r *reader) session(ctx context.Context, fine func()) error {
	l, err := r.dial(ctx)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	defer l.Close() //nolint:errcheck // the session's own error says why it ends
	return l.guard.cause(r.rounds(ctx, l, fine))
}

// rounds are passes and waits in turn until something breaks.
func (r *reader) rounds(ctx context.Context, l *link, fine func()) error {
	f, err := r.open(ctx, l)
	if err != nil {
		return err
	}
	for {
		if err := r.pass(ctx, f); err != nil {
			return err
		}
		fine()
		if err := r.wait(ctx, l); err != nil {
			return err
		}
	}
}

// wait ends when there may be something to do: the server says so, a message is
// due to come again, or the poll interval is over.
func (r *reader) wait(ctx context.Context, l *link) error {
	due := r.due(time.Now())
	if !l.Caps().Has(imap.CapIdle) {
		sleep(ctx, min(due, r.box.poll))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return l.timed(r.opt.Command, r.opt.Silence, betweenBytes, func() error { return l.Noop().Wait() })
	}
	span := min(due, r.opt.Idle, r.box.poll) // a server may miss to tell, as after changes to the folder by others
	l.guard.begin(span+2*r.opt.Command, span+r.opt.Command, betweenBytes)
	defer l.guard.over()
	idle, err := l.Idle()
	if err != nil {
		return plain(err)
	}
	t := time.NewTimer(span)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-l.news:
	case <-t.C:
	case <-l.Closed():
	}
	if err := idle.Close(); err != nil {
		return err
	}
	return plain(idle.Wait())
}

// timed runs one command under the guard.
func (l *link) timed(total, silence time.Duration, bytes int64, do func() error) error {
	l.guard.begin(total, silence, bytes)
	defer l.guard.over()
	if err := do(); err != nil {
		return plain(err)
	}
	return nil
}
