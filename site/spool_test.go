package site_test

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/spool"
	"rectify/site"
)

// farStore is a store that can be away; what is asked of it then fails.
type farStore struct {
	spool.Far
	away atomic.Bool
}

var errFar = errors.New("mongodb://secret@10.0.0.7: connection refused")

func (f *farStore) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	if f.away.Load() {
		return e, false, errFar
	}
	return f.Far.Insert(ctx, e)
}

func (f *farStore) Reserve(ctx context.Context, year int, n int64) (int64, error) {
	if f.away.Load() {
		return 0, errFar
	}
	return f.Far.Reserve(ctx, year, n)
}

func (f *farStore) Ping(ctx context.Context) error {
	if f.away.Load() {
		return errFar
	}
	return f.Far.Ping(ctx)
}

func (f *farStore) ByCode(ctx context.Context, mac []byte) (feedback.Submission, error) {
	if f.away.Load() {
		return feedback.Submission{}, errFar
	}
	return f.Far.ByCode(ctx, mac)
}

// spooled puts a spool before the world's store.
func spooled(t *testing.T, far *farStore) (*world, *spool.Store) {
	var s *spool.Store
	w := newWorld(t, func(c *site.Config) {
		inner, ok := c.Store.(spool.Far)
		if !ok {
			t.Fatal("the store gives no numbers ahead")
		}
		far.Far = inner
		var err error
		s, err = spool.Open(far, spool.Options{Dir: filepath.Join(t.TempDir(), "spool"), Sealer: c.Keys, Now: c.Now, Log: c.Log, Entries: 5})
		must(t, err)
		c.Store, c.Waiting = s, s.Waiting
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { s.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended; _ = s.Close() })
	return w, s
}

// While the store is away the citizen gets number and code at once, is told so
// by the code, and finds everything as usual when the store is back; when the
// spool is full the form keeps the text.
func TestStoreAway(t *testing.T) {
	t.Parallel()
	far := &farStore{}
	w, s := spooled(t, far)
	b := w.visitor()
	eventually(t, "numbers are reserved", func() bool {
		n, err := far.Far.Reserve(context.Background(), 2026, 0)
		return err == nil && n > 1
	})
	far.away.Store(true)

	form := b.form("导览屏黑着")
	page := b.post("/feedback", form).want(t, "form", http.StatusOK).has(t, "form", "2026-000001", "不用重新提交").hasNot(t, "form", "/track/receipt", "secret")
	code := regexp.MustCompile(`[^0-9]`).ReplaceAllString(regexp.MustCompile(`(?s)id="code">(.*?)</p>`).FindStringSubmatch(page.body)[1], "")
	b.post("/feedback", form).want(t, "again", http.StatusOK).has(t, "again", "2026-000001")
	m := decoded(t, b.json(intake, `{"text":"另一条"}`).want(t, "api", http.StatusCreated))
	if keysOf(m) != "code due number state" || m["number"] != "2026-000002" || m["state"] != "received" {
		t.Errorf("api answers %v", m)
	}
	track := map[string][]string{"code": {code}}
	b.post("/track", track).want(t, "track", http.StatusOK).has(t, "track", "已收到，正在登记", "2026-000001", "导览屏黑着").hasNot(t, "track", `name="pass"`, `name="act"`)
	b.post("/track", map[string][]string{"code": {"01234567890123456784"}}).hasNot(t, "another code", "secret")
	b.get("/readyz").want(t, "ready", http.StatusOK).has(t, "ready", "ready\nspool: 2 waiting\n")
	b.get("/metrics").has(t, "metrics", "rectify_spool_waiting 2\n")
	w.signedIn("lisi", feedback.Moderator).get("/desk").want(t, "desk", http.StatusOK).has(t, "desk", "另有2条")

	for range 3 {
		b.json(intake, `{"text":"再一条"}`).want(t, "up to the bound", http.StatusCreated)
	}
	b.post("/feedback", b.form("满了以后写的")).want(t, "full", http.StatusServiceUnavailable).has(t, "full", "满了以后写的")
	b.json(intake, `{"text":"满了"}`).problem(t, "full", http.StatusServiceUnavailable)
	b.get("/readyz").want(t, "full", http.StatusServiceUnavailable)

	far.away.Store(false)
	eventually(t, "everything is filed", func() bool { return s.Waiting() == 0 })
	if got := w.kept("2026-000001"); got.Text != "导览屏黑着" || w.count() != 5 {
		t.Errorf("kept %q, %d in all", got.Text, w.count())
	}
	b.post("/track", track).want(t, "filed", http.StatusOK).has(t, "filed", `name="pass"`).hasNot(t, "filed", "正在登记")
	if said := w.log.String(); strings.Contains(said, "导览屏") || strings.Contains(said, code) {
		t.Error("the log tells what was sent")
	}
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}
