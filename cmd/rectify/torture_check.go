package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"rectify/feedback"
)

// sender hands in one submission after the other, and again those of which it
// is not known what became of them.
func (l *lane) sender(ctx context.Context, who string) {
	for ctx.Err() == nil {
		it := l.next(who)
		t, acked, _ := l.send(ctx, it)              // why not is no matter: it is sent again
		l.note(it, t, acked, mathrand.IntN(8) == 0) //nolint:gosec // chance is enough
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(mathrand.IntN(senderPause)) * time.Millisecond): //nolint:gosec // chance is enough
		}
	}
}

// next is a new item, or one that waits to be sent again.
func (l *lane) next(who string) *item {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.waiting); n > 0 && mathrand.IntN(2) == 0 { //nolint:gosec // chance is enough
		it := l.waiting[n-1]
		l.waiting = l.waiting[:n-1]
		return it
	}
	key := rand.Text()
	it := &item{key: key, text: fmt.Sprintf("%s，由%s说：馆里的导览屏又黑了。%s", who, l.name(), key), made: time.Now()}
	l.items = append(l.items, it)
	return it
}

// note takes down what the site said of an item. An acknowledged one may be
// sent again too: its answer must be the same.
func (l *lane) note(it *item, t told, acked, again bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !acked:
		again = true
	case it.acked && it.told != t:
		it.fault = fmt.Sprintf("told %s first and %s later", it.told.number, t.number)
	case !it.acked:
		it.acked, it.told = true, t
	}
	if _, single := l.channel.(once); again && !single {
		l.waiting = append(l.waiting, it)
	}
}

// settle sends what waits until everything is acknowledged, the mailbox is read
// and the spool is empty, and answers in words what is not; empty: all is.
func (t *torture) settle(ctx context.Context) (open string) {
	ctx, cancel := context.WithTimeout(ctx, settleLimit)
	defer cancel()
	for {
		left := 0
		open = ""
		for _, l := range t.channels {
			if n := l.retry(ctx); n > 0 {
				left += n
				open += fmt.Sprintf("%d of %s are not acknowledged, ", n, l.name())
			}
		}
		_, _, page, err := exchange(ctx, http.DefaultClient, http.MethodGet, "http://"+t.addr+"/readyz", "", nil)
		waits := strings.Contains(page, "spool:") && !strings.Contains(page, "spool: 0 ")
		unread := 0
		if t.box != nil && err == nil {
			unread, err = t.box.unread(ctx)
		}
		if err == nil && left+unread == 0 && !waits {
			return ""
		}
		select {
		case <-ctx.Done():
			return fmt.Sprintf("%s%d are unread in the mailbox, the program says %.200q, %v", open, unread, page, err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// retry sends everything that waits once more, and answers how much still does.
func (l *lane) retry(ctx context.Context) int {
	l.mu.Lock()
	waiting := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	each(waiting, func(it *item) {
		told, acked, _ := l.send(ctx, it) // what is not acknowledged waits on
		l.note(it, told, acked, false)
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waiting)
}

// each works on items, some at a time.
func each(items []*item, do func(*item)) {
	var crowd sync.WaitGroup
	work := make(chan *item)
	for range 8 {
		crowd.Go(func() {
			for it := range work {
				do(it)
			}
		})
	}
	for _, it := range items {
		work <- it
	}
	close(work)
	crowd.Wait()
}

// findings are what is wrong, by channel.
type findings struct {
	mu        sync.Mutex
	lost      map[string]int
	doubled   map[string]int
	said      []string
	unsettled string
}

// mostSaid bounds how many faults are told in words.
const mostSaid = 20

func (f *findings) add(in map[string]int, channel, format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if in[channel]++; len(f.said) < mostSaid {
		f.said = append(f.said, channel+": "+fmt.Sprintf(format, args...))
	}
}

// follow opens every acknowledged submission by its code, as its sender does.
func (t *torture) follow(ctx context.Context) *findings {
	f := &findings{lost: make(map[string]int), doubled: make(map[string]int)}
	as := client()
	for _, l := range t.channels {
		each(l.items, func(it *item) {
			if it.told.code == "" {
				return
			}
			form := url.Values{"code": {it.told.code}}
			status, _, page, err := exchange(ctx, as, http.MethodPost, "http://"+t.addr+"/track", formType, strings.NewReader(form.Encode()))
			if err != nil || status != http.StatusOK || !strings.Contains(page, it.told.number) || !strings.Contains(page, it.key) {
				f.add(f.lost, l.name(), "the code of %s does not open it: %d, %v", it.told.number, status, err)
			}
		})
	}
	return f
}

// compare looks into the store, not through the program, for what was sent.
func (t *torture) compare(ctx context.Context, f *findings) error {
	there, err := t.kept(ctx)
	if err != nil {
		return err
	}
	given := make(map[string]string) // number: key
	for _, l := range t.channels {
		for _, it := range l.items {
			numbers := there[it.text]
			switch {
			case it.fault != "":
				f.add(f.doubled, l.name(), "one key, two answers: %s", it.fault)
			case len(numbers) > 1:
				f.add(f.doubled, l.name(), "one text is there under %v", numbers)
			case it.acked && len(numbers) == 0:
				f.add(f.lost, l.name(), "%s%s is not there", it.told.number, it.key)
			case it.told.number != "" && numbers[0] != it.told.number:
				f.add(f.lost, l.name(), "%s is there under %s", it.told.number, numbers[0])
			case it.told.number != "" && given[it.told.number] != "":
				f.add(f.doubled, l.name(), "%s was given twice", it.told.number)
			}
			if it.told.number != "" {
				given[it.told.number] = it.key
			}
		}
	}
	return nil
}

// kept is every text in the store, with the numbers that it stands under.
func (t *torture) kept(ctx context.Context) (map[string][]string, error) {
	st, err := stored{Data: t.data, Mongo: t.mongo}.openSealed(ctx, false)
	if err != nil {
		return nil, err
	}
	there := make(map[string][]string)
	for q := (feedback.Query{Sort: feedback.ByNumber, Limit: feedback.MaxPage}); ; {
		page, next, err := st.List(ctx, q)
		if err != nil {
			return nil, errors.Join(err, st.Close())
		}
		for i := range page {
			there[page[i].Text] = append(there[page[i].Text], string(page[i].Number))
		}
		if q.After = next; next == "" {
			return there, st.Close()
		}
	}
}

// report prints the figures, lets the program verify its own store, and fails
// if anything is wrong.
func (t *torture) report(ctx context.Context, f *findings) error {
	var sent, acked, lost, doubled int
	for _, l := range t.channels {
		n := len(slices.DeleteFunc(slices.Clone(l.items), func(it *item) bool { return !it.acked }))
		name := l.name()
		fmt.Printf("%-6s sent %d acknowledged %d lost %d doubled %d\n", name, len(l.items), n, f.lost[name], f.doubled[name])
		sent, acked, lost, doubled = sent+len(l.items), acked+n, lost+f.lost[name], doubled+f.doubled[name]
	}
	for _, line := range f.said {
		fmt.Println(line)
	}
	fmt.Printf("slowest start until ready %.1f s\n", t.slowest.Seconds())
	verify, err := t.program(ctx, "verify")
	if err != nil {
		return err
	}
	out, err := verify.CombinedOutput()
	if err != nil {
		fmt.Printf("verify fails: %v\n%s", err, out)
	}
	fmt.Printf("rounds %d: sent %d acknowledged %d lost %d doubled %d\n", t.cmd.Rounds, sent, acked, lost, doubled)
	switch {
	case f.unsettled != "":
		return fmt.Errorf("%s after the last fault: %s", settleLimit, f.unsettled)
	case acked == 0:
		return errors.New("nothing was acknowledged: the torture is blind")
	case err != nil || lost+doubled > 0:
		return errFound
	}
	return nil
}
