package guard

import (
	"context"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

type office struct {
	*Watch
	now    time.Time
	waited int
}

func newOffice() *office {
	o := &office{now: time.Date(2026, 11, 24, 0, 30, 0, 0, time.UTC)}
	o.Watch = NewWatch(Proxies{netip.MustParsePrefix("0.0.0.0/0")}, nil, make([]byte, 32), func() time.Time { return o.now }, func(context.Context, time.Duration) error {
		o.waited++
		return nil
	})
	return o
}

// try answers whether somebody at an address is let in, with a right or a wrong
// password.
func (o *office) try(t *testing.T, addr, name, known string, right bool) bool {
	t.Helper()
	var req fasthttp.RequestCtx
	req.Request.Header.Set("X-Forwarded-For", addr)
	a, refused, err := o.SignIn(t.Context(), &req, name, known)
	if err != nil {
		t.Fatal(err)
	}
	if refused {
		return false
	}
	if right {
		a.Right()
	}
	return right
}

// Thirty people behind one address, each mistyping three times, all get in, and
// the whole office does so again at once after a restart of their machines.
func TestOfficeInTheMorning(t *testing.T) {
	o := newOffice()
	for range 2 {
		for i := range 30 {
			name := fmt.Sprint("person", i)
			for range 3 {
				o.try(t, "203.0.113.7", name, "", false)
			}
			if !o.try(t, "203.0.113.7", name, "", true) {
				t.Errorf("%s does not get in", name)
			}
			for range 20 {
				if !o.try(t, "203.0.113.7", name, "browser", true) {
					t.Fatalf("%s does not get in again", name)
				}
			}
		}
		o.now = o.now.Add(20 * time.Minute)
	}
	if o.waited > 0 {
		t.Errorf("%d of them waited", o.waited)
	}
}

// Who guesses one name from everywhere is stopped, also with the right password;
// its owner gets in all the while, and so does everybody else.
func TestOneNameFromEverywhere(t *testing.T) {
	o := newOffice()
	guesses := 0
	for i := range 2000 {
		var req fasthttp.RequestCtx
		req.Request.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.%d.%d", i/250, i%250+1))
		if _, refused, _ := o.SignIn(t.Context(), &req, "lisi", ""); !refused {
			guesses++
		}
		if i%100 == 0 && !o.try(t, "203.0.113.7", "lisi", "browser", true) {
			t.Fatal("the owner is shut out")
		}
	}
	if guesses != 30 {
		t.Errorf("%d guesses", guesses)
	}
	if o.try(t, "192.0.2.9", "lisi", "", true) {
		t.Error("a stranger with the right password is told that it is")
	}
	if !o.try(t, "192.0.2.9", "wangwu", "", true) {
		t.Error("another name is shut out")
	}
	o.now = o.now.Add(time.Hour)
	if !o.try(t, "192.0.2.9", "lisi", "", true) {
		t.Error("an hour later still shut out")
	}
}

// Many names from many addresses: nobody is refused for it who did nothing; from
// some number on strangers wait.
func TestSpraying(t *testing.T) {
	o := newOffice()
	for i := range 1000 {
		o.try(t, fmt.Sprintf("198.51.%d.%d", i/250, i%250+1), fmt.Sprint("name", i%400), "", false)
	}
	if o.waited < 600 {
		t.Errorf("only %d waited", o.waited)
	}
	before := o.waited
	if !o.try(t, "192.0.2.9", "zhaoliu", "", true) {
		t.Error("an honest stranger is refused")
	}
	if !o.try(t, "192.0.2.9", "zhaoliu", "browser", true) || o.waited != before+1 {
		t.Errorf("waited %d times, want once, and never in a known browser", o.waited-before)
	}
}

// Guesses from one address end, whatever names are tried; in a known browser too.
func TestOneAddress(t *testing.T) {
	o := newOffice()
	n := 0
	for i := range 500 {
		var req fasthttp.RequestCtx
		req.Request.Header.Set("X-Forwarded-For", "198.51.100.1")
		if _, refused, _ := o.SignIn(t.Context(), &req, fmt.Sprint("name", i), ""); !refused {
			n++
		}
	}
	if n != 120 {
		t.Errorf("%d guesses", n)
	}
	n = 0
	for range 50 {
		var req fasthttp.RequestCtx
		if _, refused, _ := o.SignIn(t.Context(), &req, "lisi", "browser"); !refused {
			n++
		}
	}
	if n != 10 {
		t.Errorf("%d guesses in a browser that was used before", n)
	}
}

// Tries at once count before their answers are known.
func TestTriesAtOnce(t *testing.T) {
	o := newOffice()
	var open []*Attempt
	for range 50 {
		var req fasthttp.RequestCtx
		if a, refused, _ := o.SignIn(t.Context(), &req, "lisi", ""); !refused {
			open = append(open, a)
		}
	}
	if len(open) != 10 {
		t.Errorf("%d tries are checked at once", len(open))
	}
	for _, a := range open {
		a.Right()
		a.Right() // said twice it counts once
	}
	n := 0
	for range 50 {
		var req fasthttp.RequestCtx
		if _, refused, _ := o.SignIn(t.Context(), &req, "lisi", ""); !refused {
			n++
		}
	}
	if n != 10 {
		t.Errorf("%d after they were given back", n)
	}
}
