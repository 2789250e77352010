package imap_test

import (
	"strings"
	"testing"
	"time"

	"rectify/feedback/mail/imap"
)

// F44: the line breaks after every KB of a message in turn; it is taken once.
func TestCutAtEveryKilobyte(t *testing.T) {
	f, k := newFake(t), &kept{}
	body := letter(1, strings.Repeat("0123456789abcdef\r\n", 2000))
	f.put(7, body)
	f.cut = func(conn int) int { return (conn - 1) << 10 }
	read(t, k, func(o *imap.Options) { o.Backoff = time.Nanosecond }, f.url("moved=A"))
	wait(t, "moved", func() bool { return f.left() == 0 })
	if k.count() != 1 || string(k.all[0].Raw) != body {
		t.Errorf("%d taken", k.count())
	}
	if f.conns < len(body)>>10 {
		t.Errorf("%d connections, want one for each cut", f.conns)
	}
}

func TestBreaksAndCarriesOn(t *testing.T) {
	for name, before := range map[string]func(conn int, cmd string) string{
		"BYE": func(conn int, cmd string) string {
			if conn == 1 && strings.HasPrefix(cmd, "UID FETCH") {
				return "* BYE going down\r\n"
			}
			return ""
		},
		"closed at login": func(conn int, cmd string) string {
			if conn < 4 && strings.HasPrefix(cmd, "LOGIN") {
				return "CLOSE"
			}
			return ""
		},
		"closed while moving": func(conn int, cmd string) string {
			if conn < 3 && strings.HasPrefix(cmd, "UID MOVE") {
				return "CLOSE"
			}
			return ""
		},
		"silence": func(conn int, cmd string) string {
			if conn == 1 && strings.HasPrefix(cmd, "UID SEARCH") {
				return "SILENCE"
			}
			return ""
		},
		"junk": func(conn int, cmd string) string {
			if conn < 3 && strings.HasPrefix(cmd, "UID FETCH") {
				return "\x00\x01 {{{ what is this\r\n* 99999999999999 FETCH ("
			}
			return ""
		},
		"junk before every search": func(conn int, cmd string) string {
			if conn == 1 && strings.HasPrefix(cmd, "UID SEARCH") {
				return strings.Repeat("* OK still here\r\n", 1000) + "* 3 EXPUNGE"
			}
			return ""
		},
		"flood": func(conn int, cmd string) string {
			if conn == 1 && strings.HasPrefix(cmd, "UID SEARCH") {
				return "* SEARCH" + strings.Repeat(" 4294967295", 1<<20)
			}
			return ""
		},
		"a literal of an exabyte": func(conn int, cmd string) string {
			if conn == 1 && strings.HasPrefix(cmd, "UID FETCH") && strings.Contains(cmd, "BODY") {
				return "* 1 FETCH (UID 1 BODY[]<0> {1152921504606846976}\r\nx"
			}
			return ""
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, k := newFake(t), &kept{}
			f.before = before
			f.put(1, letter(1, "x"))
			f.put(2, letter(2, "x"))
			read(t, k, func(o *imap.Options) { o.Silence, o.Command = 300*time.Millisecond, 300*time.Millisecond }, f.url("moved=A"))
			wait(t, "all moved", func() bool { return f.left() == 0 })
			if k.count() != 2 {
				t.Errorf("%d taken, want each once", k.count())
			}
		})
	}
}
