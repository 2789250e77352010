package outbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"strings"
	"sync"
	"time"

	"rectify/feedback"
)

// Post takes letters out of the box and hands them to the mail server, each by
// one copy of the site at a time.
type Post struct {
	Box   Store
	Write func(ctx context.Context, l Letter) (Message, error) // ErrVoid: nothing to say
	Send  func(ctx context.Context, m Message) Result
	Lost  func(ctx context.Context, l Letter, code string) error // it will not arrive
	Now   func() time.Time
	Log   *slog.Logger

	once    sync.Once
	name    string // of this copy, for leases
	mu      sync.Mutex
	trouble string
	since   time.Time
}

// Result is how one try ended. Code is the server's answer without its words,
// or the name of what went wrong on the way there.
type Result struct {
	Fate Fate
	Code string
}

// Fate tells apart whose fault it was.
type Fate int

// The fates of a try.
const (
	Untried Fate = iota // the server was not asked
	Taken               // it has the letter
	Again               // it may be taken later
	Refused             // it never will be
	Unable              // the server cannot be used at all just now: no letter is to blame
)

// Times of the post. A lease outlives every timeout of one try; a letter is
// given up after Patience of tries, and never sent when it waited Stale before
// the first.
const (
	lease      = 10 * time.Minute
	leaseLeft  = 3 * time.Minute // that must be left to begin a try
	batchSize  = 10
	postEvery  = time.Second
	firstPause = time.Minute
	longPause  = 4 * time.Hour
	Patience   = 3 * 24 * time.Hour
	Stale      = 30 * 24 * time.Hour
	Kept       = 90 * 24 * time.Hour // how long ended letters are listed
)

// Run sends letters until ctx ends.
func (p *Post) Run(ctx context.Context) {
	tick := time.NewTicker(postEvery)
	defer tick.Stop()
	var purged, rest time.Time
	pause := 10 * time.Second
	for {
		if now := p.Now(); !now.Before(rest) {
			more, err := p.Round(ctx)
			switch {
			case err != nil && ctx.Err() == nil:
				p.Log.Warn("letters are not sent", "err", err)
				rest = now.Add(pause)
			case p.unable():
				rest, pause = now.Add(pause), min(2*pause, 5*time.Minute)
			default:
				pause = 10 * time.Second
				if more {
					continue
				}
			}
			if now.Sub(purged) > time.Hour && err == nil {
				purged = now
				if err := p.Box.PurgeLetters(ctx, now.Add(-Kept)); err != nil && ctx.Err() == nil {
					p.Log.Warn("letters are not purged", "err", err)
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Round tries the letters whose time has come, some of them, and reports
// whether more may wait.
func (p *Post) Round(ctx context.Context) (more bool, err error) {
	p.once.Do(func() { p.name = rand.Text() })
	now := p.Now()
	list, err := p.Box.ClaimLetters(ctx, p.name, now, now.Add(lease), batchSize)
	if err != nil {
		return false, fmt.Errorf("claim letters: %w", err)
	}
	for i, l := range list {
		if ctx.Err() != nil || l.Until.Sub(p.Now()) < leaseLeft {
			return false, errors.Join(p.release(ctx, list[i:], ""), ctx.Err()) // it may be another's already
		}
		fate, err := p.try(ctx, l)
		if err != nil {
			return false, errors.Join(err, p.release(ctx, list[i+1:], ""))
		}
		switch fate.Fate {
		case Untried:
		case Unable:
			p.ail(fate.Code)
			list[i].Next = p.Now().Add(firstPause) // should it be the letter after all, others come before it
			return false, p.release(ctx, list[i:], fate.Code)
		default:
			p.ail("")
		}
	}
	return len(list) == batchSize, nil
}

// try writes and sends one letter and keeps what came of it. A letter that the
// server cannot be asked about is left to release.
func (p *Post) try(ctx context.Context, l Letter) (Result, error) {
	if l.Tries == 0 && p.Now().Sub(l.Queued) > Stale {
		return Result{}, p.settle(ctx, l, func(l *Letter) { l.end(Void, "stale", p.Now()) })
	}
	m, err := p.Write(ctx, l)
	if errors.Is(err, ErrVoid) {
		return Result{}, p.settle(ctx, l, func(l *Letter) { l.end(Void, "", p.Now()) })
	}
	if err != nil {
		return Result{}, fmt.Errorf("write letter %s: %w", l.ID, err)
	}
	r := p.Send(ctx, m)
	if r.Fate == Unable {
		return r, nil
	}
	ctx = context.WithoutCancel(ctx) // it is out: that must be kept
	now := p.Now()
	if l.First.IsZero() {
		l.First = now.UTC().Truncate(time.Millisecond)
	}
	if r.Fate == Again && now.Sub(l.First) > Patience {
		r.Fate = Refused
	}
	if r.Fate == Refused {
		if err := p.Lost(ctx, l, r.Code); err != nil {
			return r, fmt.Errorf("letter %s is lost: %w", l.ID, err)
		}
	}
	return r, p.settle(ctx, l, func(l *Letter) {
		l.Tries++
		switch r.Fate {
		case Taken:
			l.end(Sent, r.Code, now)
		case Refused:
			l.end(Failed, r.Code, now)
		default:
			l.later(now.Add(Pause(l.Tries, mathrand.Float64())), r.Code) //nolint:gosec // chance that nobody need guess
		}
	})
}

// Pause is how long a letter waits after its nth try: from a minute, doubled
// each time, to four hours, and up to a quarter more or less by chance (0 to 1),
// so that letters which failed together do not all come back together.
func Pause(n int, chance float64) time.Duration {
	d := longPause
	if n < 9 {
		d = min(longPause, firstPause<<max(n-1, 0))
	}
	return time.Duration(float64(d) * (0.75 + chance/2))
}

// settle keeps a letter of this copy's as change makes it. Whose lease was lost
// keeps nothing: another copy has the letter.
func (p *Post) settle(ctx context.Context, l Letter, change func(*Letter)) error {
	rev := l.Rev
	change(&l)
	err := p.Box.ReplaceLetter(ctx, l, rev)
	if errors.Is(err, feedback.ErrConflict) || errors.Is(err, feedback.ErrNotFound) {
		p.Log.Warn("the lease of a letter was lost", "letter", l.ID)
		return nil
	}
	return err
}

// release gives letters back untried.
func (p *Post) release(ctx context.Context, list []Letter, code string) error {
	ctx = context.WithoutCancel(ctx)
	var errs []error
	for _, l := range list {
		errs = append(errs, p.settle(ctx, l, func(l *Letter) { l.later(l.Next, code) }))
	}
	return errors.Join(errs...)
}

// Bounce is for the incoming side: the letter came back with a status of RFC
// 3463. A temporary one (4.…) changes nothing; a second call neither.
// feedback.ErrNotFound: there is no such letter.
func (p *Post) Bounce(ctx context.Context, id, status string) error {
	if !strings.HasPrefix(status, "5") {
		return nil
	}
	for {
		l, err := p.Box.Letter(ctx, id)
		if err != nil {
			return fmt.Errorf("bounced letter: %w", err)
		}
		if l.State == Bounced || l.Kind == slot {
			return nil
		}
		if err := p.Lost(ctx, l, status); err != nil {
			return fmt.Errorf("bounced letter %s: %w", id, err)
		}
		rev := l.Rev
		l.end(Bounced, status, p.Now())
		if err := p.Box.ReplaceLetter(ctx, l, rev); !errors.Is(err, feedback.ErrConflict) {
			return err
		}
	}
}

// Resend lets an ended letter wait again, from now.
func Resend(ctx context.Context, box Store, id string, now time.Time) error {
	l, err := box.Letter(ctx, id)
	if err != nil {
		return err
	}
	if l.Kind == slot || l.State == Waiting && l.Lease != "" {
		return feedback.ErrMove
	}
	rev := l.Rev
	fresh := New(l.ID, l.Kind, now)
	l.State, l.Queued, l.Next, l.First, l.Tries, l.Ended = Waiting, fresh.Queued, fresh.Next, time.Time{}, 0, time.Time{}
	return box.ReplaceLetter(ctx, l, rev)
}

// Trouble is why this copy cannot use the mail server, and since when; empty
// when it can.
func (p *Post) Trouble() (code string, since time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trouble, p.since
}

func (p *Post) unable() bool {
	code, _ := p.Trouble()
	return code != ""
}

// ail notes that the mail server cannot be used, and logs when that changes.
func (p *Post) ail(code string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if code == p.trouble {
		return
	}
	if code == "" {
		p.Log.Info("the mail server takes letters again")
	} else {
		p.Log.Error("the mail server cannot be used; letters wait", "why", code)
	}
	p.trouble, p.since = code, p.Now()
}
