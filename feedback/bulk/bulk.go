// Package bulk does one thing to many submissions, each through the same door
// as if it were done alone: each leaves its event, and each can fail by itself.
//
// It must not know pages or words. A job, over all that a question finds, lives
// in memory: one that was cut off by the end of the program has done what it has
// done, and can be begun again for the rest. An order, over what somebody picked
// by hand, is kept in the store and held for some seconds before it is carried
// out, so that taking it back is simply not doing it.
//
// Start reading at Task, then Jobs; and at Order, then Orders and carry.go.
package bulk

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"rectify/feedback"
)

// Bounds of what runs and of what is remembered.
const (
	maxRunning = 2
	maxJobs    = 50
	maxListed  = 200 // failures that are listed by number
	workers    = 16  // submissions at once; stores join what comes together
)

// ErrBusy means that enough jobs are running already.
var ErrBusy = errors.New("enough jobs are running")

// Task is what to do to which submissions.
type Task struct {
	Office *feedback.Office
	Query  feedback.Query // its order, cursor and limit are ours
	Until  time.Time      // what was received later is left alone: nobody has seen it
	Action func(*feedback.Submission) feedback.Action
	Who    feedback.Actor
}

// Failure is a submission to which it could not be done.
type Failure struct {
	Number feedback.Number
	Err    error
}

// Progress is how far a job is. Broken is what ended it early.
type Progress struct {
	Total, Done, Failed int
	Failures            []Failure // the first of them
	Ended               bool
	Broken              error
}

// Jobs are those that run and the last that ended. It is safe for concurrent use.
type Jobs struct {
	ctx  context.Context //nolint:containedctx // the life of all jobs
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu      sync.Mutex
	jobs    map[string]*Progress
	order   []string
	running int
}

// NewJobs makes a place for jobs; Stop ends it.
func NewJobs() *Jobs {
	ctx, stop := context.WithCancel(context.Background())
	return &Jobs{ctx: ctx, stop: stop, jobs: make(map[string]*Progress)}
}

// Stop cuts off what runs, between two submissions, and waits for it.
func (j *Jobs) Stop() {
	j.stop()
	j.wg.Wait()
}

// Start begins a task and answers the name to look after it by, or ErrBusy.
func (j *Jobs) Start(t Task) (id string, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.running >= maxRunning || j.ctx.Err() != nil {
		return "", ErrBusy
	}
	j.running++
	id = rand.Text()
	j.jobs[id] = &Progress{}
	j.order = append(j.order, id)
	if len(j.order) > maxJobs {
		delete(j.jobs, j.order[0])
		j.order = j.order[1:]
	}
	p := j.jobs[id]
	j.wg.Go(func() {
		err := j.run(t, p)
		j.mu.Lock()
		defer j.mu.Unlock()
		p.Ended, p.Broken = true, err
		j.running--
	})
	return id, nil
}

// Look answers how far a job is; false for one that is not known any more.
func (j *Jobs) Look(id string) (Progress, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	p, ok := j.jobs[id]
	if !ok {
		return Progress{}, false
	}
	now := *p
	now.Failures = append([]Failure(nil), p.Failures...)
	return now, true
}

// run goes through the submissions in the order of their numbers, page by page:
// what was done to one page does not move the next.
func (j *Jobs) run(t Task, p *Progress) error {
	q := t.Query
	q.Sort, q.After, q.Limit = feedback.ByNumber, "", feedback.MaxPage
	total, err := t.Office.Store.Count(j.ctx, q)
	if err != nil {
		return err //nolint:wrapcheck // says itself what it did
	}
	j.mu.Lock()
	p.Total = total
	j.mu.Unlock()
	for {
		page, next, err := t.Office.Store.List(j.ctx, q)
		if err != nil {
			return err //nolint:wrapcheck // likewise
		}
		j.page(t, p, page)
		if q.After = next; next == "" || j.ctx.Err() != nil {
			return j.ctx.Err()
		}
	}
}

func (j *Jobs) page(t Task, p *Progress, page []feedback.Submission) {
	todo := make(chan *feedback.Submission)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for s := range todo {
				if a := t.Action(s); a != nil {
					_, err := t.Office.Do(j.ctx, s.Number, s.Rev, a, t.Who)
					j.note(p, s.Number, err)
				}
			}
		})
	}
	for i := range page {
		if j.ctx.Err() == nil && (t.Until.IsZero() || !page[i].Received.After(t.Until)) {
			todo <- &page[i]
		}
	}
	close(todo)
	wg.Wait()
}

func (j *Jobs) note(p *Progress, n feedback.Number, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err == nil {
		p.Done++
		return
	}
	p.Failed++
	if len(p.Failures) < maxListed {
		p.Failures = append(p.Failures, Failure{n, err})
	}
}
