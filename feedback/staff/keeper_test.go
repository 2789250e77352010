package staff_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/staff"
)

const password = "东湖路18号的大铁门"

// world is a keeper over a store of its own, with a clock that is moved by hand.
type world struct {
	*staff.Keeper
	now atomic.Int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &world{}
	w.now.Store(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC).UnixMilli())
	w.Keeper, err = staff.NewKeeper(s, s, func() time.Time { return time.UnixMilli(w.now.Load()).UTC() })
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) later(d time.Duration) { w.now.Add(d.Milliseconds()) }

func (w *world) add(t *testing.T, name string, roles ...feedback.Role) {
	t.Helper()
	if err := w.Add(t.Context(), staff.New{Name: name, Roles: roles, Password: password}); err != nil {
		t.Fatal(err)
	}
}

// account is an account as it is kept.
func (w *world) account(t *testing.T, name string) staff.Account {
	t.Helper()
	all, err := w.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("no account %s", name)
	return staff.Account{}
}

func (w *world) signIn(t *testing.T, name string) string {
	t.Helper()
	token, err := w.SignIn(t.Context(), name, password)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// A wrong name, a wrong password and a disabled account are told alike.
func TestSignIn(t *testing.T) {
	w := newWorld(t)
	w.add(t, "wangwu", feedback.Admin)
	w.add(t, "lisi", feedback.Replier)
	if err := w.Disable(t.Context(), "", "lisi", true); err != nil {
		t.Fatal(err)
	}
	for _, x := range [][2]string{{"wangwu", "wrong"}, {"nobody", password}, {"lisi", password}, {"", ""}, {"wangwu", strings.Repeat("x", 1<<20)}, {"{\"$gt\":\"\"}", password}} {
		if token, err := w.SignIn(t.Context(), x[0], x[1]); !errors.Is(err, staff.ErrSignIn) || token != "" {
			t.Errorf("%.20q signs in: %v", x[0], err)
		}
	}
	for _, name := range []string{"wangwu", " WangWu ", "ｗａｎｇｗｕ"} {
		if _, err := w.SignIn(t.Context(), name, password); err != nil {
			t.Errorf("%q does not sign in: %v", name, err)
		}
	}
}

// A session ends unused, in the end anyway, at sign-out, and with any change
// of its account.
func TestSessionsEnd(t *testing.T) {
	w := newWorld(t)
	w.add(t, "wangwu", feedback.Admin)
	w.add(t, "lisi", feedback.Replier)
	alive := func(token string) bool { _, _, err := w.Who(t.Context(), token); return err == nil }
	token := w.signIn(t, "lisi")
	for range 10 {
		w.later(staff.IdleLife - time.Minute)
		if !alive(token) {
			t.Fatal("a session that is used ended too early")
		}
	}
	w.later(staff.SessionLife)
	if alive(token) {
		t.Error("a session outlives its longest life")
	}
	token = w.signIn(t, "lisi")
	w.later(staff.IdleLife + time.Second)
	if alive(token) {
		t.Error("a session outlives its idle life")
	}
	for name, change := range map[string]func() error{
		"another password": func() error { return w.SetPassword(t.Context(), "lisi", password+"2") },
		"other roles":      func() error { return w.SetRoles(t.Context(), "", "lisi", []feedback.Role{feedback.Approver}, nil) },
		"disabled":         func() error { return w.Disable(t.Context(), "", "lisi", true) },
	} {
		_ = w.Disable(t.Context(), "", "lisi", false)
		_ = w.SetPassword(t.Context(), "lisi", password)
		w.later(time.Second)
		token := w.signIn(t, "lisi")
		if !alive(token) {
			t.Fatalf("%s: not signed in", name)
		}
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if alive(token) {
			t.Errorf("a session outlives %s", name)
		}
	}
	token = w.signIn(t, "wangwu")
	if err := w.SignOut(t.Context(), token); err != nil || alive(token) {
		t.Errorf("signed out: %v", err)
	}
	for _, forged := range []string{"", "x", strings.Repeat("a", 500), token + "x"} {
		if alive(forged) {
			t.Errorf("the token %.20q is somebody's", forged)
		}
	}
}

// Form tokens are never the same, fit their session and no other.
func TestFormTokens(t *testing.T) {
	w := newWorld(t)
	w.add(t, "wangwu", feedback.Admin)
	_, one, _ := w.Who(t.Context(), w.signIn(t, "wangwu"))
	_, two, _ := w.Who(t.Context(), w.signIn(t, "wangwu"))
	a, b := one.FormToken(), one.FormToken()
	if a == b || !one.Good(a) || !one.Good(b) || two.Good(a) {
		t.Errorf("tokens: same %v, good %v %v, of another %v", a == b, one.Good(a), one.Good(b), two.Good(a))
	}
	for _, forged := range []string{"", "x", a[:len(a)-2], strings.Repeat("A", len(a)), "\xff"} {
		if one.Good(forged) || (staff.Session{}).Good(forged) {
			t.Errorf("token %q passes", forged)
		}
	}
}

// The link to the first account: once, within the hour, on an empty store; a
// fault in the form does not use it up, and of two at once one wins.
func TestFirstAccount(t *testing.T) {
	w := newWorld(t)
	link := func() string {
		t.Helper()
		token, needed, err := w.FirstLink(t.Context())
		if err != nil || !needed {
			t.Fatalf("no link: %v", err)
		}
		return token
	}
	old := link()
	w.later(staff.FirstLife + time.Second)
	good := staff.New{Name: "wangwu", Password: password}
	if _, err := w.First(t.Context(), old, good); !errors.Is(err, staff.ErrLink) {
		t.Errorf("a link of an hour ago: %v", err)
	}
	token := link()
	var invalid feedback.Invalid
	if _, err := w.First(t.Context(), token, staff.New{Name: "wangwu", Password: "short"}); !errors.As(err, &invalid) {
		t.Errorf("a short password: %v", err)
	}
	if _, err := w.First(t.Context(), "guessed", good); !errors.Is(err, staff.ErrLink) {
		t.Errorf("a guessed link: %v", err)
	}
	var made atomic.Int32
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if session, err := w.First(t.Context(), token, good); err == nil && session != "" {
				made.Add(1)
			}
		})
	}
	wg.Wait()
	if made.Load() != 1 {
		t.Errorf("one link made %d accounts", made.Load())
	}
	if _, needed, _ := w.FirstLink(t.Context()); needed {
		t.Error("a link is offered though an account exists")
	}
}

func TestAccountRules(t *testing.T) {
	w := newWorld(t)
	w.add(t, "wangwu", feedback.Admin)
	if err := w.Disable(t.Context(), "", "wangwu", true); !errors.Is(err, staff.ErrLastAdmin) {
		t.Errorf("the last administrator disabled: %v", err)
	}
	if err := w.SetRoles(t.Context(), "", "wangwu", []feedback.Role{feedback.Replier}, nil); !errors.Is(err, staff.ErrLastAdmin) {
		t.Errorf("the last administrator stripped: %v", err)
	}
	if err := w.Add(t.Context(), staff.New{Name: "WANGWU", Roles: []feedback.Role{feedback.Admin}, Password: password}); !errors.Is(err, staff.ErrNameTaken) {
		t.Errorf("the same name in other letters: %v", err)
	}
	for name, n := range map[string]staff.New{
		"no role":         {Name: "lisi", Password: password},
		"unknown role":    {Name: "lisi", Roles: []feedback.Role{"king"}, Password: password},
		"short password":  {Name: "lisi", Roles: []feedback.Role{feedback.Admin}, Password: "short"},
		"name in it":      {Name: "lisi", Roles: []feedback.Role{feedback.Admin}, Password: "lisilisi-2026"},
		"one letter":      {Name: "lisi", Roles: []feedback.Role{feedback.Admin}, Password: "aaaaaaaaaaaa"},
		"an operator":     {Name: `{"$gt":""}`, Roles: []feedback.Role{feedback.Admin}, Password: password},
		"a line end":      {Name: "li\nsi", Roles: []feedback.Role{feedback.Admin}, Password: password},
		"a long display":  {Name: "lisi", Display: strings.Repeat("长", 31), Roles: []feedback.Role{feedback.Admin}, Password: password},
		"nothing at all":  {},
		"a huge password": {Name: "lisi", Roles: []feedback.Role{feedback.Admin}, Password: strings.Repeat("ab cde", 100)},
	} {
		var invalid feedback.Invalid
		if err := w.Add(t.Context(), n); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	drawn, err := w.Reset(t.Context(), "wangwu")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.SignIn(t.Context(), "wangwu", drawn); err != nil {
		t.Errorf("the drawn password: %v", err)
	}
	if _, err := w.ChangePassword(t.Context(), "wangwu", "wrong", password); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("changed with a wrong old password: %v", err)
	}
	w.later(time.Second)
	token, err := w.ChangePassword(t.Context(), "wangwu", drawn, password)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Who(t.Context(), token); err != nil {
		t.Errorf("the new session: %v", err)
	}
}
