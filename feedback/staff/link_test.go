package staff_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"rectify/feedback"
	"rectify/feedback/staff"
)

const issuer = "https://id.example"

// An identity opens the one account that its owner linked it to, and no other,
// whatever it is called there.
func TestLinkedSignIn(t *testing.T) {
	w := newWorld(t)
	w.add(t, "lisi", feedback.Replier)
	w.add(t, "wangwu", feedback.Replier)
	refused := func(what, issuer, subject string) {
		t.Helper()
		if _, token, err := w.SignInLinked(t.Context(), issuer, subject); !errors.Is(err, staff.ErrSignIn) || token != "" {
			t.Errorf("%s: %q, %v", what, token, err)
		}
	}
	refused("a name of an account", issuer, "lisi")
	if err := w.LinkTo(t.Context(), "lisi", issuer, "42"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lisi", "wangwu"} {
		if err := w.LinkTo(t.Context(), name, issuer, "42"); !errors.Is(err, staff.ErrLinked) {
			t.Errorf("linked twice, to %s: %v", name, err)
		}
	}
	name, token, err := w.SignInLinked(t.Context(), issuer, "42")
	if err != nil || name != "lisi" {
		t.Fatalf("%q, %v", name, err)
	}
	if a, _, err := w.Who(t.Context(), token); err != nil || a.Name != "lisi" {
		t.Errorf("session of %q, %v", a.Name, err)
	}
	refused("another issuer", issuer+"/", "42")
	refused("another subject", issuer, "4")
	refused("nothing", "", "")
	for _, bad := range [][2]string{{"", "1"}, {issuer, ""}, {issuer, strings.Repeat("x", 256)}, {strings.Repeat("x", 501), "1"}} {
		if err := w.LinkTo(t.Context(), "lisi", bad[0], bad[1]); !errors.As(err, new(feedback.Invalid)) {
			t.Errorf("%.20q %.20q: %v", bad[0], bad[1], err)
		}
	}
	if err := w.Disable(t.Context(), "", "lisi", true); err != nil {
		t.Fatal(err)
	}
	refused("an account that is shut out", issuer, "42")
	if err := w.Disable(t.Context(), "", "lisi", false); err != nil {
		t.Fatal(err)
	}
	fresh, err := w.Unlink(t.Context(), "lisi", issuer, "42")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Who(t.Context(), fresh); err != nil {
		t.Errorf("session after unlinking: %v", err)
	}
	if _, _, err := w.Who(t.Context(), token); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("the session that came by it goes on: %v", err)
	}
	refused("after unlinking", issuer, "42")
	if _, err := w.Unlink(t.Context(), "lisi", issuer, "42"); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("unlinked twice: %v", err)
	}
}

// What an account asks for beside a password is asked for here, too.
func TestLinkedSignInAsksForMore(t *testing.T) {
	w, _ := copies(t)
	w.add(t, "lisi", feedback.Replier)
	w.enrol(t, "lisi")
	if err := w.LinkTo(t.Context(), "lisi", issuer, "42"); err != nil {
		t.Fatal(err)
	}
	var step staff.SecondStep
	if name, token, err := w.SignInLinked(t.Context(), issuer, "42"); !errors.As(err, &step) || token != "" || name != "lisi" {
		t.Errorf("%q %q, %v", name, token, err)
	}
}

// Two accounts that want the same identity at once: one gets it.
func TestLinkRace(t *testing.T) {
	w := newWorld(t)
	names := []string{"lisi", "wangwu", "zhaoliu"}
	for _, n := range names {
		w.add(t, n, feedback.Replier)
	}
	var wg sync.WaitGroup
	for _, n := range names {
		wg.Go(func() { _ = w.LinkTo(t.Context(), n, issuer, "42") })
	}
	wg.Wait()
	linked := 0
	for _, n := range names {
		linked += len(w.account(t, n).Linked)
	}
	if linked != 1 {
		t.Errorf("linked to %d accounts", linked)
	}
}
