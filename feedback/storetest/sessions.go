package storetest

import (
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/staff"
)

func sessions(t *testing.T, open Open) {
	t.Run("add and touch", func(t *testing.T) { addAndTouch(t, open(t)) })
	t.Run("end", func(t *testing.T) { endSessions(t, open(t)) })
}

func session(name, who string, seen time.Time) staff.Session {
	return staff.Session{Digest: digest(name), Account: who, Started: noon(), Seen: seen, CSRF: digest("csrf " + name)}
}

func addAndTouch(t *testing.T, b Backend) {
	want := session("a", "li.lei", noon())
	check(t, "add", b.AddSession(within(t), want))
	wantErr(t, "add again", b.AddSession(within(t), want), feedback.ErrConflict)
	got, err := b.Session(within(t), want.Digest)
	check(t, "session", err)
	same(t, "session", got, want)

	later := noon().Add(time.Minute)
	check(t, "touch", b.TouchSession(within(t), want.Digest, later))
	check(t, "touch out of turn", b.TouchSession(within(t), want.Digest, noon().Add(time.Second)))
	got, err = b.Session(within(t), want.Digest)
	check(t, "session", err)
	want.Seen = later
	same(t, "touched", got, want)

	check(t, "touch one that is not there", b.TouchSession(within(t), digest("none"), later))
	_, err = b.Session(within(t), digest("none"))
	wantErr(t, "touch makes no session", err, feedback.ErrNotFound)
	_, err = b.Session(within(t), nil)
	wantErr(t, "no digest", err, feedback.ErrNotFound)
}

func endSessions(t *testing.T, b Backend) {
	add := func(name, who string, age time.Duration) {
		check(t, "add", b.AddSession(within(t), session(name, who, noon().Add(-age))))
	}
	there := func(names ...string) {
		t.Helper()
		for _, n := range []string{"a1", "a2", "b1", "b2", "c"} {
			_, err := b.Session(within(t), digest(n))
			want := "not found"
			for _, have := range names {
				if have == n {
					want = "kept"
				}
			}
			if of(err) != want {
				t.Errorf("session %s: %s, want %s", n, of(err), want)
			}
		}
	}
	add("a1", "a", 0)
	add("a2", "a", time.Hour)
	add("b1", "b", 0)
	add("b2", "b", time.Hour)
	add("c", "{$ne: 1}", time.Minute)
	there("a1", "a2", "b1", "b2", "c")
	for who, want := range map[string][]string{"a": {"a1", "a2"}, "b": {"b1", "b2"}, "{$ne: 1}": {"c"}, "nobody": nil, "": nil} {
		list, err := b.Sessions(within(t), who)
		check(t, "sessions", err)
		have := make(map[string]staff.Session)
		for _, s := range list {
			have[string(s.Digest)] = s
		}
		same(t, "how many sessions of "+who, len(list), len(want))
		for _, name := range want {
			kept, err := b.Session(within(t), digest(name))
			check(t, "session", err)
			same(t, "session "+name, have[string(digest(name))], kept)
		}
	}
	check(t, "end one", b.EndSession(within(t), digest("b1")))
	check(t, "end it again", b.EndSession(within(t), digest("b1")))
	there("a1", "a2", "b2", "c")
	check(t, "end an account's", b.EndSessions(within(t), "a", time.Time{}))
	there("b2", "c")
	check(t, "end nobody's", b.EndSessions(within(t), "nobody", noon()))
	check(t, "end what is old", b.EndSessions(within(t), "", noon().Add(-time.Minute)))
	there("c")
	check(t, "end by a strange name", b.EndSessions(within(t), "{$ne: 1}", time.Time{}))
	there()
}
