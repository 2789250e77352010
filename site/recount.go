package site

import (
	"sync"
	"time"

	"rectify/feedback"
	"rectify/site/web"
)

// recountEvery is how often pages show new counts: many at once, so that a count
// tells no moment, and so that who presses a button all the time makes no work.
// Other copies show them from the next day on.
const recountEvery = 5 * time.Minute

// recount are the pages whose counts have changed.
type recount struct {
	mu   sync.Mutex
	tags map[string]bool
}

// maxRecount bounds what is remembered; beyond it pages are old for longer.
const maxRecount = 10_000

func (r *recount) note(n feedback.Number, notice string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.tags) >= maxRecount {
		return
	}
	if r.tags == nil {
		r.tags = map[string]bool{}
	}
	r.tags[web.TagFeedback], r.tags[web.TagOpinion(string(n))] = true, true
	if notice != "" {
		r.tags[web.TagNotice(notice)] = true
	}
}

func (r *recount) take() (tags []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for t := range r.tags {
		tags = append(tags, t)
	}
	r.tags = nil
	return tags
}
