package imap_test

import (
	"bufio"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// fake is an IMAP server that does what a test tells it, and worse.
type fake struct {
	t        testing.TB
	l        net.Listener
	caps     string
	flags    string // PERMANENTFLAGS
	greeting string

	mu       sync.Mutex
	validity uint32
	mails    map[uint32]string // by UID
	moved    []uint32
	taken    map[uint32]bool // has the keyword
	logins   []string        // LOGIN and AUTHENTICATE lines, as they came
	conns    int
	fetched  map[uint32]int // bodies asked for

	cut    func(conn int) int                      // bytes of a body after which the line breaks; <0: never
	before func(conn int, cmd string) (raw string) // sent before a command is answered; "CLOSE" closes, "SILENCE" says nothing more
	idle   func(say func(string))                  // while in IDLE
	lies   bool                                    // says OK to marking and does nothing
	size   map[uint32]int64                        // RFC822.SIZE, if another
}

func newFake(t testing.TB) *fake {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{
		t: t, l: l, caps: "IMAP4rev1 MOVE UIDPLUS IDLE", flags: `\Seen \*`, greeting: "* OK ready", validity: 1,
		mails: map[uint32]string{}, taken: map[uint32]bool{}, fetched: map[uint32]int{}, size: map[uint32]int64{},
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go f.serve(c)
		}
	}()
	return f
}

func (f *fake) put(uid uint32, raw string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mails[uid] = raw
}

func (f *fake) url(options string) string {
	return "imap://user:secret@" + f.l.Addr().String() + "/INBOX?" + options
}

// left is how many messages wait without the keyword.
func (f *fake) left() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for uid := range f.mails {
		if !f.taken[uid] {
			n++
		}
	}
	return n
}

func (f *fake) serve(c net.Conn) {
	defer c.Close()
	f.mu.Lock()
	f.conns++
	n := f.conns
	f.mu.Unlock()
	r, say := bufio.NewReader(c), func(s string) { _, _ = c.Write([]byte(s + "\r\n")) }
	say(f.greeting)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		tag, cmd, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if f.before != nil {
			switch raw := f.before(n, cmd); raw {
			case "":
			case "CLOSE":
				return
			case "SILENCE":
				_, _ = r.ReadString('\x00')
				return
			default:
				say(raw)
			}
		}
		if !f.answer(c, r, n, tag, cmd, say) {
			return
		}
	}
}

func (f *fake) answer(c net.Conn, r *bufio.Reader, conn int, tag, cmd string, say func(string)) bool {
	verb, rest, _ := strings.Cut(cmd, " ")
	switch verb {
	case "CAPABILITY":
		say("* CAPABILITY " + f.caps)
	case "LOGIN", "AUTHENTICATE":
		f.mu.Lock()
		f.logins = append(f.logins, cmd)
		f.mu.Unlock()
	case "SELECT", "EXAMINE":
		f.mu.Lock()
		say(fmt.Sprintf("* %d EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS (%s)] x\r\n* OK [UIDVALIDITY %d] x", len(f.mails), f.flags, f.validity))
		f.mu.Unlock()
	case "IDLE":
		say("+ idling")
		if f.idle != nil {
			f.idle(say)
		}
		if _, err := r.ReadString('\n'); err != nil {
			return false
		}
	case "UID":
		verb, rest, _ := strings.Cut(rest, " ")
		if !f.uid(c, conn, verb, rest, say) {
			return false
		}
	case "STARTTLS":
		say(tag + " NO not here")
		return true
	case "CREATE", "NOOP", "ID":
		_ = rest
	default:
		say(tag + " BAD what")
		return true
	}
	say(tag + " OK done")
	return true
}

var (
	uidRange = regexp.MustCompile(`UID (\d+):\*`)
	partial  = regexp.MustCompile(`<0\.(\d+)>`)
	uidSet   = regexp.MustCompile(`^[\d,:]+`)
)

func (f *fake) uid(c net.Conn, conn int, verb, rest string, say func(string)) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	uids := f.listed(rest)
	switch verb {
	case "SEARCH":
		line := "* SEARCH"
		for _, u := range uids {
			line += " " + strconv.FormatUint(uint64(u), 10)
		}
		say(line)
	case "FETCH":
		for _, u := range uids {
			if !f.fetch(c, conn, u, rest, say) {
				return false
			}
		}
	case "MOVE", "STORE":
		for _, u := range uids {
			if f.lies {
				continue
			}
			if verb == "STORE" {
				f.taken[u] = true
				continue
			}
			delete(f.mails, u)
			f.moved = append(f.moved, u)
		}
	}
	return true
}

// listed are the UIDs that a command means.
func (f *fake) listed(rest string) []uint32 {
	if u, err := strconv.ParseUint(strings.Fields(rest)[0], 10, 32); err == nil {
		if _, ok := f.mails[uint32(u)]; !ok {
			return nil
		}
		return []uint32{uint32(u)}
	}
	var all []uint32
	for u := range f.mails {
		all = append(all, u)
	}
	slices.Sort(all)
	if set := uidSet.FindString(rest); set != "" {
		var some []uint32
		for part := range strings.SplitSeq(set, ",") {
			a, b, isRange := strings.Cut(part, ":")
			lo, _ := strconv.ParseUint(a, 10, 32)
			hi := lo
			if isRange {
				hi, _ = strconv.ParseUint(b, 10, 32)
			}
			for _, u := range all {
				if uint64(u) >= lo && uint64(u) <= hi {
					some = append(some, u)
				}
			}
		}
		return some
	}
	if m := uidRange.FindStringSubmatch(rest); m != nil {
		from, _ := strconv.ParseUint(m[1], 10, 32)
		some := slices.DeleteFunc(slices.Clone(all), func(u uint32) bool { return uint64(u) < from })
		if len(some) == 0 && len(all) > 0 {
			some = all[len(all)-1:] // RFC 9051: * is the last one, even below from
		}
		return some
	}
	return slices.DeleteFunc(all, func(u uint32) bool { return f.taken[u] })
}

func (f *fake) fetch(c net.Conn, conn int, uid uint32, rest string, say func(string)) bool {
	raw := f.mails[uid]
	if !strings.Contains(rest, "BODY") {
		size := int64(len(raw))
		if s, ok := f.size[uid]; ok {
			size = s
		}
		say(fmt.Sprintf(`* 1 FETCH (UID %d RFC822.SIZE %d INTERNALDATE "02-Mar-2026 10:00:00 +0800")`, uid, size))
		return true
	}
	f.fetched[uid]++
	section := ""
	if strings.Contains(rest, "[HEADER]") {
		section = "HEADER"
		raw, _, _ = strings.Cut(raw, "\r\n\r\n")
		raw += "\r\n\r\n"
	}
	if m := partial.FindStringSubmatch(rest); m != nil {
		if n, _ := strconv.Atoi(m[1]); n < len(raw) {
			raw = raw[:n]
		}
	}
	answer := fmt.Sprintf("* 1 FETCH (UID %d BODY[%s]<0> {%d}\r\n%s)\r\n", uid, section, len(raw), raw)
	if f.cut != nil {
		if n := f.cut(conn); n >= 0 && n < len(answer) {
			_, _ = c.Write([]byte(answer[:n]))
			return false
		}
	}
	_, err := c.Write([]byte(answer))
	return err == nil
}

// wait polls a condition; tests own no clock of a network.
func wait(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never: " + what)
		}
	}
}
