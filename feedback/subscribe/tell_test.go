package subscribe_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/mongostore"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/outbox"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/subscribe"
)

type backend interface {
	subscribe.Store
	outbox.Store
	feedback.Vault
	io.Closer
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// each runs a test on every kind of store.
func each(t *testing.T, test func(t *testing.T, s backend)) {
	t.Run("sqlite", func(t *testing.T) {
		s, err := sqlitestore.Open(t.Context(), t.TempDir())
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		test(t, s)
	})
	t.Run("mongo", func(t *testing.T) {
		uri := mongotest.Server(t)
		name := mongotest.Name(t, uri)
		s, err := mongostore.Open(t.Context(), uri, name)
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		test(t, s)
	})
}

// Several copies hear the same news and tell it once; a letter whose maker died
// before it noted what it tells is followed by another.
func TestToldOnce(t *testing.T) {
	each(t, func(t *testing.T, s backend) {
		var ahead atomic.Int64
		now := func() time.Time {
			return time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC).Add(time.Duration(ahead.Load()))
		}
		keys, err := feedback.NewKeys(bytes.Repeat([]byte{7}, feedback.KeySize))
		must(t, err)
		desk := func() *subscribe.Desk {
			return &subscribe.Desk{Store: s, Box: s, Vault: s, Keys: keys, Sealer: subscribe.ByKeys(keys), Now: now}
		}
		d := desk()
		var who string
		for _, topic := range []subscribe.Topic{subscribe.OnNotice("hall"), subscribe.OnLeaf("hall", "3-2")} {
			must(t, d.Ask(t.Context(), "li@example.com", topic))
			list, err := s.SubscriptionsOf(t.Context(), outbox.Digest(keys, "li@example.com"))
			must(t, err)
			for _, x := range list {
				token, err := d.ConfirmToken(x)
				must(t, err)
				_, err = d.Confirm(t.Context(), token)
				must(t, err)
				who = x.Who
			}
		}
		news := func() (n int, topics map[subscribe.Topic]int) {
			t.Helper()
			topics = map[subscribe.Topic]int{}
			list, _, err := s.Letters(t.Context(), outbox.Query{Limit: 100})
			must(t, err)
			for _, l := range list {
				told, err := d.News(t.Context(), l)
				if l.Kind != outbox.News || errors.Is(err, outbox.ErrVoid) {
					continue
				}
				must(t, err)
				n++
				for _, x := range told {
					topics[x.Topic]++
				}
			}
			return n, topics
		}
		ahead.Add(int64(time.Second))
		at := now()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				c := desk()
				for range 5 {
					err := errors.Join(s.Stir(context.Background(), subscribe.OnNotice("hall"), at), s.Stir(context.Background(), subscribe.OnLeaf("hall", "3-2"), at), c.Tell(context.Background()))
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		n, topics := news()
		if n != 1 || topics[subscribe.OnNotice("hall")] > 1 || topics[subscribe.OnLeaf("hall", "3-2")] > 1 {
			t.Errorf("%d letters of %v", n, topics)
		}
		ahead.Add(int64(2 * time.Hour))
		must(t, d.Tell(t.Context())) // what was stirred while the first letter was made
		ahead.Add(int64(2 * time.Hour))
		must(t, s.Stir(t.Context(), subscribe.OnNotice("hall"), now()))
		l := outbox.New("news-"+who+"-dead", outbox.News, now()) // its maker died: no topic is noted for it
		l.Whom = who
		_, err = s.PutLetter(t.Context(), l)
		must(t, err)
		if _, err := d.News(t.Context(), l); !errors.Is(err, outbox.ErrVoid) {
			t.Errorf("a letter of nothing: %v", err)
		}
		before, _ := news()
		must(t, d.Tell(t.Context()))
		if after, _ := news(); after < 1 || before > after {
			t.Errorf("after a death %d letters, before %d", after, before)
		}
		must(t, d.Lost(t.Context(), outbox.Letter{Kind: outbox.News, Whom: who}))
		if list, err := s.SubscriptionsOf(t.Context(), who); err != nil || len(list) != 0 {
			t.Errorf("a mailbox that takes nothing still follows %v, %v", list, err)
		}
	})
}

func TestParseTopic(t *testing.T) {
	for _, s := range []subscribe.Topic{subscribe.OnNotice("hall"), subscribe.OnLeaf("hall", "2.3-2"), subscribe.OnOpinion("2026-000123")} {
		if got, ok := subscribe.ParseTopic(string(s)); !ok || got != s {
			t.Errorf("%s: %s %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "notice", "notice/", "notice/a/b", "leaf/a", "leaf/a/", "leaf/a/b/c", "opinion/x", "opinion/2026-000001/x", "desk/a", "$gt/a"} {
		if got, ok := subscribe.ParseTopic(s); ok {
			t.Errorf("%q is %q", s, got)
		}
	}
}
