package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
)

// hostile: strings that mean something to some store, or look alike, are kept
// and found as what they are, one by one.
func hostile(t *testing.T, open Open) {
	t.Run("submissions", func(t *testing.T) { hostileSubmissions(t, open(t)) })
	t.Run("only as asked", func(t *testing.T) { hostileQueries(t, open(t)) })
	t.Run("accounts and marks", func(t *testing.T) { hostileNames(t, open(t)) })
}

func hostileStrings() []string {
	return []string{
		`{"$gt":""}`, "$where", "$ne", "$expr", "a.b", "a.b.c", ".", "..", "$", "notice.$", "__proto__", "this.a = 1; while(1);",
		`'`, `"`, `'; DROP TABLE submission; --`, `" OR ""="`, `\`, `\u0000`, "%", "_", "*", "%00", "NULL", "null", "true", "0", "1e9", "~",
		"a", "A", "a ", " a", "ａ", "é", "e\u0301", "ß", "SS", "ı", "I", "\u200b", "\ufeff", "\u202e", "\t", "\n", "\r\n", "\x01", "\x7f",
		"李雷", "\U0001F9D1\u200d\U0001F33E", "\U0010FFFF", "\ufffd", strings.Repeat("长", 120),
	}
}

func hostileSubmissions(t *testing.T, b Backend) {
	list := hostileStrings()
	for i, h := range list {
		s := sample(fmt.Sprint("hostile ", i))
		s.ID, s.Notice, s.Item, s.Owner, s.Office, s.Text, s.EnteredBy, s.Likeness, s.Suspect = h, h, h, h, h, h, h, h, []string{h}
		s.Contact = feedback.Contact{Name: h, Phone: h, Email: h}
		s.Visibility, s.PublishedAt, s.PublicAt = feedback.Published, noon(), noon()
		s.Draft = &feedback.Reply{Text: h, Office: h, Drafters: []string{h}, Digest: h}
		s.Events[0].Note = h
		s.CodeMAC = []byte(h)
		e := entry(s)
		e.Key, e.Body, e.Sealed, e.KeyUntil = []byte("key "+h), []byte(h), []byte(h), noon()
		kept, fresh, err := b.Insert(within(t), e)
		if err != nil || !fresh {
			t.Errorf("insert of %q: fresh %v, %v", h, fresh, err)
			continue
		}
		s.Number = kept.Submission.Number
		same(t, fmt.Sprintf("%q kept", h), get(t, b, s.Number), s)
		s.Office = "x" + h
		check(t, "replace", b.Replace(within(t), s, 1))
	}
	for _, h := range list {
		one := []feedback.Query{
			{Owner: h}, {Notice: h}, {Item: h}, {Notice: h, Item: h}, {Owner: h, Notice: h, NoClues: true, ExceptOwner: h},
			{Notice: h, Visibility: feedback.Published, Item: h}, {Likeness: h}, {Likeness: h, Suspect: feedback.Yes, States: []feedback.State{feedback.Received}},
		}
		for _, q := range one {
			for _, sort := range sorts() {
				q.Sort, q.Limit = sort, 10
				page, _, err := b.List(within(t), q)
				if err != nil || len(page) != 1 || page[0].Owner != h || page[0].Office != "x"+h {
					t.Errorf("list %+v: %d found, %v", q, len(page), err)
				}
			}
			counts(t, b, q, 1)
		}
		items, err := b.PublicByItem(within(t), h)
		if err != nil || len(items) != 1 || items[h] != 1 {
			t.Errorf("published by item of %q: %v, %v", h, items, err)
		}
		got, err := b.ByCode(within(t), []byte(h))
		if err != nil || got.Text != h {
			t.Errorf("by code %q: %q, %v", h, got.Text, err)
		}
	}
	counts(t, b, feedback.Query{}, len(list))
}

// hostileQueries: no value of a query widens it, also one that no enumeration
// of the domain knows, or that is no text at all.
func hostileQueries(t *testing.T, b Backend) {
	file(t, b, sample("the only one"))
	for _, h := range append(hostileStrings(), "\xff", "a\x00b", "\xed\xa0\x80") {
		for _, q := range []feedback.Query{
			{Owner: h}, {Notice: h}, {Item: h}, {Channel: feedback.Channel(h)}, {Category: feedback.Category(h)},
			{Visibility: feedback.Visibility(h)}, {States: []feedback.State{feedback.State(h)}},
		} {
			q.Limit = 5
			page, _, err := b.List(within(t), q)
			n, countErr := b.Count(within(t), q)
			if err != nil || countErr != nil || len(page) != 0 || n != 0 {
				t.Errorf("%+v: %d listed, %d counted, %v, %v", q, len(page), n, err, countErr)
			}
		}
		if items, err := b.PublicByItem(within(t), h); err != nil || len(items) != 0 {
			t.Errorf("published by item of %q: %v, %v", h, items, err)
		}
	}
}

func hostileNames(t *testing.T, b Backend) {
	list := hostileStrings()
	for _, h := range list {
		check(t, "add account", b.AddAccount(within(t), account(h)))
		check(t, "add session", b.AddSession(within(t), session(h, h, noon())))
		_, err := b.Mark(within(t), h, h)
		check(t, "mark", err)
		check(t, "keep", b.Keep(within(t), []byte(h), []byte(h), noon()))
	}
	for _, h := range list {
		a, err := b.Account(within(t), h)
		check(t, "account", err)
		same(t, "account", a, account(h))
		s, err := b.Session(within(t), digest(h))
		check(t, "session", err)
		same(t, "session", s, session(h, h, noon()))
		m, err := b.Mark(within(t), h, "other")
		if err != nil || m != h {
			t.Errorf("mark %q: %q, %v", h, m, err)
		}
		v, err := b.Take(within(t), []byte(h), noon())
		if err != nil || string(v) != h {
			t.Errorf("take %q: %q, %v", h, v, err)
		}
		check(t, "end sessions", b.EndSessions(within(t), h, time.Time{}))
		_, err = b.Session(within(t), digest(h))
		wantErr(t, "ended", err, feedback.ErrNotFound)
	}
	all, err := b.Accounts(within(t))
	if err != nil || len(all) != len(list) {
		t.Errorf("%d accounts, %v; want %d", len(all), err, len(list))
	}
}
