package staff_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/staff"
)

// addKey gives an account a passkey on a device of its own.
func (w *world) addKey(t *testing.T, name string) *device {
	t.Helper()
	a, s, err := w.Who(t.Context(), w.signIn(t, name))
	if err != nil {
		t.Fatal(err)
	}
	asked, err := w.AskPasskey(t.Context(), party(), a, s)
	if err != nil {
		t.Fatal(err)
	}
	d := newDevice(t)
	if err := w.AddPasskey(t.Context(), party(), s, d.make(asked)); err != nil {
		t.Fatal(err)
	}
	return d
}

func (w *world) ask(t *testing.T) []byte {
	t.Helper()
	asked, err := w.AskSignIn(t.Context(), party())
	if err != nil {
		t.Fatal(err)
	}
	return asked
}

// T92: of another site, under another name, to an old challenge, without its
// owner's finger, with another's key, or from a copy: refused. Right: a session.
func TestPasskeyLies(t *testing.T) {
	w, other := copies(t)
	w.add(t, "wangwu", feedback.Admin)
	w.add(t, "lisi", feedback.Replier)
	d, foreign := w.addKey(t, "wangwu"), w.addKey(t, "lisi")
	good := func(what string) {
		t.Helper()
		d.count++
		name, token, err := other.SignInPasskey(t.Context(), party(), d.show(w.ask(t)))
		if err != nil || name != "wangwu" {
			t.Fatalf("%s: %s, %v", what, name, err)
		}
		if a, _, err := w.Who(t.Context(), token); err != nil || a.Name != "wangwu" {
			t.Errorf("%s: session of %s, %v", what, a.Name, err)
		}
	}
	good("honest")
	for what, lie := range map[string]func(*device){
		"another origin":        func(d *device) { d.origin = "https://www.linshui.example.evil.example" },
		"a subdomain":           func(d *device) { d.origin = "https://x.www.linshui.example" },
		"no https":              func(d *device) { d.origin = "http://www.linshui.example" },
		"another port":          func(d *device) { d.origin = "https://www.linshui.example:8443" },
		"another site's key":    func(d *device) { d.rp = "evil.example" },
		"nobody verified":       func(d *device) { d.flags = 0x01 },
		"nobody there":          func(d *device) { d.flags = 0x04 },
		"another's handle":      func(d *device) { d.handle = foreign.handle },
		"another's key":         func(d *device) { d.key = foreign.key },
		"another's credential":  func(d *device) { d.id = foreign.id },
		"both of another":       func(d *device) { d.id, d.handle = foreign.id, foreign.handle },
		"an unknown handle":     func(d *device) { d.handle = []byte(rand.Text()) },
		"no handle":             func(d *device) { d.handle = nil },
		"the count gone back":   func(d *device) { d.count -= 2 },
		"the count not gone on": func(d *device) { d.count-- },
		"now to be backed up":   func(d *device) { d.flags |= 0x08 },
	} {
		liar := *d
		liar.count++
		lie(&liar)
		if _, token, err := w.SignInPasskey(t.Context(), party(), liar.show(w.ask(t))); !errors.Is(err, staff.ErrPasskey) || token != "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	good("after the lies")
	asked := w.ask(t)
	d.count++
	response := d.show(asked)
	var opened atomic.Int32
	var wg sync.WaitGroup
	for _, k := range []*world{w, other, w, other} {
		wg.Go(func() {
			if _, _, err := k.SignInPasskey(t.Context(), party(), response); err == nil {
				opened.Add(1)
			} else if !errors.Is(err, staff.ErrPasskey) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if opened.Load() != 1 {
		t.Errorf("one answer opened %d times", opened.Load())
	}
	d.count++
	old := d.show(w.ask(t))
	w.later(6 * time.Minute)
	if _, _, err := w.SignInPasskey(t.Context(), party(), old); !errors.Is(err, staff.ErrPasskey) {
		t.Errorf("an old challenge: %v", err)
	}
	for _, junk := range [][]byte{nil, []byte("{}"), []byte("x"), bytes.Repeat([]byte("a"), 1<<20), d.answer(map[string]any{})} {
		if _, _, err := w.SignInPasskey(t.Context(), party(), junk); !errors.Is(err, staff.ErrPasskey) {
			t.Errorf("%.20q: %v", junk, err)
		}
	}
	if err := w.Disable(t.Context(), "", "lisi", true); err != nil {
		t.Fatal(err)
	}
	foreign.count++
	if _, _, err := w.SignInPasskey(t.Context(), party(), foreign.show(w.ask(t))); !errors.Is(err, staff.ErrPasskey) {
		t.Errorf("of an account that is shut: %v", err)
	}
}

// An answer is good for what was asked, and for nobody else.
func TestPasskeyPurposes(t *testing.T) {
	w, _ := copies(t)
	w.add(t, "wangwu", feedback.Admin)
	w.add(t, "lisi", feedback.Replier)
	d := w.addKey(t, "wangwu")
	a, mine, _ := w.Who(t.Context(), w.signIn(t, "wangwu"))
	b, foreign, _ := w.Who(t.Context(), w.signIn(t, "lisi"))
	w.later(staff.RecentLife + time.Second)
	ask := func(s staff.Session) []byte {
		t.Helper()
		d.count++
		asked, err := w.AskConfirm(t.Context(), party(), s)
		if err != nil {
			t.Fatal(err)
		}
		return d.show(asked)
	}
	if _, _, err := w.SignInPasskey(t.Context(), party(), ask(mine)); !errors.Is(err, staff.ErrPasskey) {
		t.Errorf("a confirmation signs in: %v", err)
	}
	d.count++
	if err := w.ConfirmPasskey(t.Context(), party(), mine, d.show(w.ask(t))); !errors.Is(err, staff.ErrPasskey) {
		t.Errorf("a sign-in confirms: %v", err)
	}
	if err := w.ConfirmPasskey(t.Context(), party(), foreign, ask(foreign)); !errors.Is(err, staff.ErrPasskey) {
		t.Errorf("somebody else's key confirms: %v", err)
	}
	if recent, _ := w.Recent(t.Context(), mine); recent {
		t.Error("recent before it was confirmed")
	}
	if err := w.ConfirmPasskey(t.Context(), party(), mine, ask(mine)); err != nil {
		t.Fatal(err)
	}
	if recent, _ := w.Recent(t.Context(), mine); !recent {
		t.Error("not recent after it was confirmed")
	}
	asked, err := w.AskPasskey(t.Context(), party(), a, mine)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.AddPasskey(t.Context(), party(), foreign, newDevice(t).make(asked)); !errors.Is(err, staff.ErrPasskey) {
		t.Errorf("a key asked of one session is added by another: %v", err)
	}
	for what, lie := range map[string]func(*device){
		"another origin":  func(d *device) { d.origin = "https://evil.example" },
		"another site":    func(d *device) { d.rp = "evil.example" },
		"nobody verified": func(d *device) { d.flags = 0x01 },
		"a known key":     func(x *device) { x.id = d.id },
	} {
		liar := newDevice(t)
		lie(liar)
		asked, err := w.AskPasskey(t.Context(), party(), a, mine)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.AddPasskey(t.Context(), party(), mine, liar.make(asked)); !errors.Is(err, staff.ErrPasskey) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_ = b
}

// A passkey counts as the second factor that an account must have, and then the
// password alone does not sign in; the last way in is not given up.
func TestPasskeyAsFactor(t *testing.T) {
	w, _ := copies(t)
	w.add(t, "wangwu", feedback.Admin)
	d := w.addKey(t, "wangwu")
	w.signIn(t, "wangwu")
	w.later(time.Second)
	if err := w.Require(t.Context(), "wangwu", true); err != nil {
		t.Fatal(err)
	}
	half := w.half(t, "wangwu")
	if _, err := w.Finish(t.Context(), half, "123456"); !errors.Is(err, staff.ErrCode) {
		t.Errorf("a code of no generator: %v", err)
	}
	w.later(time.Second)
	d.count++
	_, token, err := w.SignInPasskey(t.Context(), party(), d.show(w.ask(t)))
	if err != nil {
		t.Fatal(err)
	}
	if a, _, err := w.Who(t.Context(), token); err != nil || a.Lacks() {
		t.Errorf("lacks %v, %v", a.Lacks(), err)
	}
	if _, err := w.DropPasskey(t.Context(), "wangwu", d.id); !errors.Is(err, staff.ErrMust) {
		t.Errorf("the only factor given up: %v", err)
	}
	var v feedback.Invalid
	if err := w.NamePasskey(t.Context(), "wangwu", d.id, strings.Repeat("长", 31)); !errors.As(err, &v) {
		t.Errorf("a long name: %v", err)
	}
	if err := w.NamePasskey(t.Context(), "wangwu", d.id, " 办公室电脑\u202e "); err != nil {
		t.Fatal(err)
	}
	if list, _ := w.Accounts(t.Context()); list[0].Passkeys[0].Label != "办公室电脑" {
		t.Errorf("name: %q", list[0].Passkeys[0].Label)
	}
	if err := w.Require(t.Context(), "wangwu", false); err != nil {
		t.Fatal(err)
	}
	for _, id := range [][]byte{nil, []byte("x")} {
		if _, err := w.DropPasskey(t.Context(), "wangwu", id); !errors.Is(err, feedback.ErrNotFound) {
			t.Errorf("an unknown key: %v", err)
		}
	}
	if token, err = w.DropPasskey(t.Context(), "wangwu", d.id); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Who(t.Context(), token); err != nil {
		t.Errorf("the session after: %v", err)
	}
	d.count++
	if _, _, err := w.SignInPasskey(t.Context(), party(), d.show(w.ask(t))); !errors.Is(err, staff.ErrPasskey) {
		t.Errorf("a key that was taken away: %v", err)
	}
}

// The first administrator and the invited need no password: the link that they
// have makes a key, once.
func TestPasskeyByLink(t *testing.T) {
	w, _ := copies(t)
	first, needed, err := w.FirstLink(t.Context())
	if err != nil || !needed {
		t.Fatal(err)
	}
	var v feedback.Invalid
	if _, err := w.AskFirst(t.Context(), party(), first, staff.New{Name: "-"}); !errors.As(err, &v) {
		t.Errorf("a name that is none: %v", err)
	}
	if _, err := w.AskFirst(t.Context(), party(), "guessed", staff.New{Name: "wangwu"}); !errors.Is(err, staff.ErrLink) {
		t.Errorf("a guessed link: %v", err)
	}
	asked, err := w.AskFirst(t.Context(), party(), first, staff.New{Name: "wangwu", Roles: []feedback.Role{feedback.Approver}})
	if err != nil {
		t.Fatal(err)
	}
	d := newDevice(t)
	response := d.make(asked)
	if _, _, err := w.FirstPasskey(t.Context(), party(), "guessed", response); !errors.Is(err, staff.ErrPasskey) {
		t.Errorf("for another link: %v", err)
	}
	asked, _ = w.AskFirst(t.Context(), party(), first, staff.New{Name: "wangwu", Roles: []feedback.Role{feedback.Approver}})
	response = d.make(asked)
	name, token, err := w.FirstPasskey(t.Context(), party(), first, response)
	if err != nil || name != "wangwu" {
		t.Fatalf("%s, %v", name, err)
	}
	if a, _, err := w.Who(t.Context(), token); err != nil || !a.Has(feedback.Admin) || a.Has(feedback.Approver) {
		t.Errorf("roles %v, %v", a.Roles, err)
	}
	if _, err := w.DropPasskey(t.Context(), "wangwu", d.id); !errors.Is(err, staff.ErrMust) {
		t.Errorf("the only way in given up: %v", err)
	}
	w.later(time.Second)
	link, err := w.Invite(t.Context(), staff.New{Name: "lisi", Roles: []feedback.Role{feedback.Replier}})
	if err != nil {
		t.Fatal(err)
	}
	if asked, err = w.AskInvited(t.Context(), party(), link); err != nil {
		t.Fatal(err)
	}
	li := newDevice(t)
	response = li.make(asked)
	if name, token, err = w.AcceptPasskey(t.Context(), party(), link, response); err != nil || name != "lisi" || token == "" {
		t.Fatalf("%s, %v", name, err)
	}
	if _, _, err = w.AcceptPasskey(t.Context(), party(), link, response); !errors.Is(err, staff.ErrLink) {
		t.Errorf("used twice: %v", err)
	}
	if _, err := w.SignIn(t.Context(), "lisi", ""); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("without a password: %v", err)
	}
	reset, err := w.Link(t.Context(), "lisi")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.AskInvited(t.Context(), party(), reset); !errors.Is(err, staff.ErrMust) {
		t.Errorf("a link adds a key beside a factor: %v", err)
	}
}
