package mail_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/mail"
)

func TestTokensComeBack(t *testing.T) {
	a := world(t).Address
	rapid.Check(t, func(t *rapid.T) {
		n, _ := feedback.ParseNumber(fmt.Sprintf("%04d-%06d", rapid.IntRange(2000, 9999).Draw(t, "year"), rapid.IntRange(1, 99999999).Draw(t, "serial")))
		id := rapid.StringN(1, 40, -1).Draw(t, "id")
		letter := rapid.IntRange(0, mail.MaxLetter).Draw(t, "letter")
		reply, back, mid := string(a.Reply(n, id)), string(a.Return(n, id, letter)), a.MessageID(n, id, letter)
		for _, s := range []string{reply, back} {
			if local, _, _ := strings.Cut(s, "@"); len(local) > 64 {
				t.Fatalf("local part of %d bytes", len(local))
			}
		}
		r, ok1 := a.ReadAddress(mangle(t, reply))
		b, ok2 := a.ReadAddress(mangle(t, back))
		m, ok3 := a.ReadID(mangle(t, mid))
		if !ok1 || !ok2 || !ok3 {
			t.Fatal("not read", reply, back, mid)
		}
		for _, c := range []mail.Claim{r, b, m} {
			if c.Number != n || !a.Holds(c, id) {
				t.Fatalf("%+v does not hold", c)
			}
			if a.Holds(c, id+"x") || a.Holds(c, "") {
				t.Fatal("holds for another submission")
			}
			for _, p := range []mail.Purpose{mail.ForReply, mail.ForReturn, mail.ForID} {
				other := c
				other.Purpose = p
				if p != c.Purpose && a.Holds(other, id) {
					t.Fatal("holds for another purpose")
				}
			}
			other := c
			other.Letter++
			if a.Holds(other, id) {
				t.Fatal("holds for another letter")
			}
		}
		if r.Purpose != mail.ForReply || b.Purpose != mail.ForReturn || m.Purpose != mail.ForID || b.Letter != letter || m.Letter != letter {
			t.Fatal("purposes and letters are mixed up", r, b, m)
		}
	})
}

// mangle writes a token as people and programs hand it on.
func mangle(t *rapid.T, s string) string {
	at := strings.IndexByte(s, '@')
	head, tail := s[:at], s[at:]
	plus := strings.IndexByte(head, '+') + 1
	base, token := head[:plus], head[plus:]
	switch rapid.IntRange(0, 3).Draw(t, "mangle") {
	case 1:
		token = strings.ToUpper(token)
	case 2:
		token = strings.NewReplacer("0", "O", "1", "l").Replace(token)
	case 3:
		token = strings.NewReplacer("1", "I").Replace(token)
	}
	return base + token + strings.ToUpper(tail)
}

func TestTokensOfOthers(t *testing.T) {
	a := world(t).Address
	other, err := mail.NewAddress("yijian@example.gov.cn", []byte("another key of the same length.."))
	if err != nil {
		t.Fatal(err)
	}
	c, ok := a.ReadAddress(string(other.Reply("2026-000123", "id")))
	if !ok || a.Holds(c, "id") {
		t.Error("a token under another key holds")
	}
	for _, s := range []string{
		"yijian@example.gov.cn", "yijian+@example.gov.cn", "yijian+r-2026000123@example.gov.cn", "yijian+r-2026000123-@example.gov.cn",
		"yijian+r-2026000123-aaaaaaaaaaaaaaaaaaa@example.gov.cn", "yijian+x-2026000123-aaaaaaaaaaaaaaaaaaaa@example.gov.cn",
		"yijian+b-2026000123--1-aaaaaaaaaaaaaaaaaaaa@example.gov.cn", "yijian+b-2026000123-100000-aaaaaaaaaaaaaaaaaaaa@example.gov.cn",
		"yijian+r-0-aaaaaaaaaaaaaaaaaaaa@example.gov.cn", "other+r-2026000123-aaaaaaaaaaaaaaaaaaaa@example.gov.cn", "yijian+r-2026000123-aaaaaaaaaaaaaaaaaaaa@example.net",
	} {
		if c, ok := a.ReadAddress(s); ok {
			t.Errorf("%s read as %+v", s, c)
		}
	}
}

func TestNewAddress(t *testing.T) {
	key := []byte("a key of the tests, 32 bytes long")
	for _, c := range []struct {
		addr mail.Addr
		key  []byte
	}{{"a+b@example.net", key}, {"a@example.net", key[:15]}, {mail.Addr(strings.Repeat("a", 21) + "@example.net"), key}, {"", key}} {
		if _, err := mail.NewAddress(c.addr, c.key); !errors.Is(err, mail.ErrAddress) {
			t.Errorf("%s: %v", c.addr, err)
		}
	}
}

// A message may bring many tokens; each costs its reader a look.
func TestClaimsAreBounded(t *testing.T) {
	w := world(t)
	var to strings.Builder
	for i := range 100 {
		fmt.Fprintf(&to, " %s,\n", w.Address.Reply(feedback.Number(fmt.Sprintf("2026-%06d", i+1)), "guess"))
	}
	v := mail.Sort(parse(t, "From: a@example.net\nTo:"+to.String()+"\nx\n"), w.Address)
	if len(v.Claims) != 20 || v.Outcome != mail.FollowUp {
		t.Errorf("%d claims, %s", len(v.Claims), v.Outcome)
	}
}
