package staff_test

import (
	"context"
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

// Each hash takes 19 MB: beyond a few at once callers wait, as long as their
// context lets them, and are told that it was the work and not the password.
func TestHashingIsBounded(t *testing.T) {
	w := newWorld(t)
	w.add(t, "wangwu", feedback.Admin)
	var leave []func()
	for range staff.MaxHashing {
		leave = append(leave, w.Occupy())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"wangwu", "nobody"} {
		if _, err := w.SignIn(ctx, name, password); err == nil || errors.Is(err, staff.ErrSignIn) {
			t.Errorf("%s with every place taken: %v", name, err)
		}
	}
	waiting := make(chan error, 1)
	go func() {
		_, err := w.SignIn(t.Context(), "wangwu", password)
		waiting <- err
	}()
	leave[0]()
	if err := <-waiting; err != nil {
		t.Errorf("with one place free again: %v", err)
	}
	for _, l := range leave[1:] {
		l()
	}
}

// between runs something when an account has just been read.
type between struct {
	staff.Store
	once sync.Once
	do   func()
}

func (b *between) Account(ctx context.Context, name string) (staff.Account, error) {
	a, err := b.Store.Account(ctx, name)
	if b.do != nil {
		b.once.Do(b.do)
	}
	return a, err
}

// A password that is changed while the old one is being checked must not leave
// a session behind that the old one opened.
func TestSignInWhilePasswordChanges(t *testing.T) {
	s, err := sqlitestore.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	var now atomic.Int64
	now.Store(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC).UnixMilli())
	clock := func() time.Time { return time.UnixMilli(now.Add(1)).UTC() } // a millisecond passes at every look
	b := &between{Store: s}
	k, err := staff.NewKeeper(b, s, clock)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Add(t.Context(), staff.New{Name: "wangwu", Roles: []feedback.Role{feedback.Admin}, Password: password}); err != nil {
		t.Fatal(err)
	}
	b.do = func() {
		if err := k.SetPassword(t.Context(), "wangwu", password+"，换了"); err != nil {
			t.Error(err)
		}
	}
	token, err := k.SignIn(t.Context(), "wangwu", password)
	if err != nil {
		return // refusing it at once is as good
	}
	if _, _, err := k.Who(t.Context(), token); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("the session of the old password: %v", err)
	}
}

// Two administrators who shut each other out at the same moment: one stays.
func TestTwoLastAdministrators(t *testing.T) {
	w := newWorld(t)
	for range 5 {
		w.addMissing(t, "wangwu")
		w.addMissing(t, "zhaoliu")
		var wg sync.WaitGroup
		for _, name := range []string{"wangwu", "zhaoliu"} {
			wg.Go(func() {
				if err := w.Disable(t.Context(), "", name, true); err != nil && !errors.Is(err, staff.ErrLastAdmin) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		list, err := w.Accounts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		left := 0
		for _, a := range list {
			if !a.Disabled && a.Has(feedback.Admin) {
				left++
			}
		}
		if left != 1 {
			t.Fatalf("%d administrators are left", left)
		}
	}
}

// addMissing makes an administrator, or lets the one that is there in again.
func (w *world) addMissing(t *testing.T, name string) {
	t.Helper()
	err := w.Disable(t.Context(), "", name, false)
	if errors.Is(err, feedback.ErrNotFound) {
		w.add(t, name, feedback.Admin)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Two links, as two starts on an empty store print them, used at once under
// two names: one account.
func TestTwoFirstLinks(t *testing.T) {
	w := newWorld(t)
	var made atomic.Int32
	var wg sync.WaitGroup
	for _, name := range []string{"wangwu", "zhaoliu"} {
		token, needed, err := w.FirstLink(t.Context())
		if err != nil || !needed {
			t.Fatal(err)
		}
		wg.Go(func() {
			_, err := w.First(t.Context(), token, staff.New{Name: name, Password: password, Roles: []feedback.Role{feedback.Approver}})
			switch {
			case err == nil:
				made.Add(1)
			case !errors.Is(err, staff.ErrLink):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	list, err := w.Accounts(t.Context())
	if err != nil || len(list) != 1 || made.Load() != 1 {
		t.Fatalf("%d accounts, %d made, %v", len(list), made.Load(), err)
	}
	if !list[0].Has(feedback.Admin) || list[0].Has(feedback.Approver) {
		t.Errorf("the first account chose its roles itself: %v", list[0].Roles)
	}
}

// T13: one name in every way of typing it; letters that only look alike are no
// letters of a name.
func TestFold(t *testing.T) {
	for typed, want := range map[string]string{
		" Admin ": "admin", "ａｄｍｉｎ": "admin", "ＡＤＭＩＮ": "admin", "\u212aim": "kim", "ﬁle": "file", "李四": "李四", "李\u2f26": "李子",
	} {
		if got := staff.Fold(typed); got != want || staff.Fold(got) != got {
			t.Errorf("%q folds to %q, want %q", typed, got, want)
		}
	}
	w := newWorld(t)
	for _, name := range []string{"аdmin", "admin\u200b", "ad min", "-admin", "a", strings.Repeat("a", 41), "admin\x00", "a\xffb", "../a", "管"} {
		var v feedback.Invalid
		err := w.Add(t.Context(), staff.New{Name: name, Roles: []feedback.Role{feedback.Admin}, Password: password})
		if !errors.As(err, &v) || v.Field != "name" {
			t.Errorf("the name %+q: %v", name, err)
		}
	}
}

// A drawn password is good for every name, also for a short one that may turn
// up in it by chance: one in fifty would.
func TestResetForShortNames(t *testing.T) {
	w := newWorld(t)
	w.add(t, "li", feedback.Admin)
	w.later(time.Second)
	if err := w.SetPassword(t.Context(), "li", "QWLI2ERTY5ABCDEFGH3K"); err != nil {
		t.Errorf("letters of the name by chance: %v", err)
	}
	var v feedback.Invalid
	if err := w.SetPassword(t.Context(), "li", "liLIliLIli-2026"); !errors.As(err, &v) {
		t.Errorf("hardly more than the name: %v", err)
	}
	if _, err := w.Reset(t.Context(), "nobody"); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("of nobody: %v", err)
	}
}

// A password is the whole of it: more behind the longest one is another.
func TestLongestPassword(t *testing.T) {
	w := newWorld(t)
	w.add(t, "wangwu", feedback.Admin)
	longest := strings.Repeat("abcde", 40)
	if err := w.SetPassword(t.Context(), "wangwu", longest); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SignIn(t.Context(), "wangwu", longest); err != nil {
		t.Errorf("the longest password: %v", err)
	}
	if _, err := w.SignIn(t.Context(), "wangwu", longest+"x"); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("with a letter more it signs in: %v", err)
	}
	if _, err := w.ChangePassword(t.Context(), "wangwu", longest+"x", password); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("with a letter more it is changed: %v", err)
	}
}

// F35: a clock that is set back prolongs no session for ever, and
// one that is far ahead ends it.
func TestSessionsWhenTheClockJumps(t *testing.T) {
	w := newWorld(t)
	w.add(t, "wangwu", feedback.Admin)
	token := w.signIn(t, "wangwu")
	w.later(-time.Hour)
	if _, s, err := w.Who(t.Context(), token); err != nil || s.FormToken() == "" {
		t.Fatalf("an hour back: %v", err)
	}
	w.later(10 * 365 * 24 * time.Hour)
	if _, _, err := w.Who(t.Context(), token); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("ten years on: %v", err)
	}
	w.later(-10 * 365 * 24 * time.Hour)
	if _, _, err := w.Who(t.Context(), token); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("what had ended lives again when the clock is set right: %v", err)
	}
}
