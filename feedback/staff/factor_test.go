package staff_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"rectify/feedback"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/staff"
)

// copies are two copies of a site over one store, under one clock.
func copies(t *testing.T) (one, two *world) {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	keys, err := feedback.NewKeys(make([]byte, feedback.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	one, two = &world{}, &world{}
	one.now.Store(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC).UnixMilli())
	for _, w := range []*world{one, two} {
		w.Keeper, err = staff.NewKeeper(s, s, func() time.Time { return time.UnixMilli(one.now.Load()).UTC() })
		if err != nil {
			t.Fatal(err)
		}
		w.Sealer = keys.Sealer("second factors")
	}
	return one, two
}

func (w *world) session(t *testing.T, token string) staff.Session {
	t.Helper()
	_, s, err := w.Who(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) code(t *testing.T, secret string) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, time.UnixMilli(w.now.Load()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// enrol gives an account one-time codes and answers its secret, its recovery
// codes, and the session it goes on in.
func (w *world) enrol(t *testing.T, name string) (secret string, recovery []string, token string) {
	t.Helper()
	s := w.session(t, w.signIn(t, name))
	if err := w.Enrol(t.Context(), s, "临水县: 整改"); err != nil {
		t.Fatal(err)
	}
	secret, address, err := w.Enrolling(t.Context(), s)
	if err != nil || !strings.HasPrefix(address, "otpauth://totp/") {
		t.Fatalf("%s: %v", address, err)
	}
	token, recovery, err = w.Enrolled(t.Context(), s, w.code(t, secret))
	if err != nil {
		t.Fatal(err)
	}
	w.later(time.Minute)
	return secret, recovery, token
}

// half is a sign-in that waits for its second step.
func (w *world) half(t *testing.T, name string) string {
	t.Helper()
	token, err := w.SignIn(t.Context(), name, password)
	var step staff.SecondStep
	if !errors.As(err, &step) || token != "" {
		t.Fatalf("the password alone: %q, %v", token, err)
	}
	return step.Half
}

// T90: a one-time code opens once, also of two copies at once; those of one step
// before and after are taken, those of two are not; wrong ones are counted over
// all copies, and nobody who lacks the codes is kept out by them.
func TestOneTimeCodes(t *testing.T) {
	w, other := copies(t)
	w.add(t, "wangwu", feedback.Admin)
	secret, recovery, token := w.enrol(t, "wangwu")
	if _, _, err := w.Who(t.Context(), token); err != nil {
		t.Fatalf("the session after setting up: %v", err)
	}
	code, half := w.code(t, secret), w.half(t, "wangwu")
	var opened, refused atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		k := w
		if i%2 == 1 {
			k = other
		}
		wg.Go(func() {
			switch p, err := k.Finish(t.Context(), half, code); {
			case err == nil && p.Token != "":
				opened.Add(1)
			case errors.Is(err, staff.ErrCode):
				refused.Add(1)
			default:
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	if opened.Load() != 1 || refused.Load() != 7 {
		t.Errorf("one code opened %d times, was refused %d times", opened.Load(), refused.Load())
	}
	w.later(time.Hour)
	for _, x := range []struct {
		off  time.Duration
		good bool
	}{{-2 * 30 * time.Second, false}, {-30 * time.Second, true}, {0, true}, {30 * time.Second, true}, {2 * 30 * time.Second, false}} {
		c, err := totp.GenerateCode(secret, time.UnixMilli(w.now.Load()).Add(x.off))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Finish(t.Context(), w.half(t, "wangwu"), c[:3]+" "+c[3:])
		if (err == nil) != x.good {
			t.Errorf("a code %v off: %v", x.off, err)
		}
	}
	w.later(time.Hour)
	half = w.half(t, "wangwu")
	for i := range 30 {
		k := []*world{w, other}[i%2]
		wrong := fmt.Sprintf("%06d", i)
		if wrong == w.code(t, secret) {
			continue
		}
		_, err := k.Finish(t.Context(), half, wrong)
		if want := map[bool]error{true: staff.ErrCode, false: staff.ErrMany}[i < 10]; !errors.Is(err, want) {
			t.Fatalf("guess %d: %v, want %v", i, err, want)
		}
	}
	if _, err := w.Finish(t.Context(), half, w.code(t, secret)); !errors.Is(err, staff.ErrMany) {
		t.Errorf("the right one after too many: %v", err)
	}
	if p, err := w.Finish(t.Context(), half, strings.ToLower(recovery[3])); err != nil || !p.Recovery || p.Left != 9 {
		t.Errorf("a recovery code after too many: %+v, %v", p, err)
	}
	w.later(time.Hour)
	if _, err := w.Finish(t.Context(), w.half(t, "wangwu"), w.code(t, secret)); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

// T91: half a sign-in opens nothing but its own second step, for a while; a
// recovery code opens once; a new password drops no factor.
func TestHalfASignIn(t *testing.T) {
	w, other := copies(t)
	w.add(t, "wangwu", feedback.Admin)
	w.add(t, "lisi", feedback.Replier)
	secret, recovery, _ := w.enrol(t, "wangwu")
	half := w.half(t, "wangwu")
	if _, _, err := w.Who(t.Context(), half); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("as a session: %v", err)
	}
	if _, err := w.Invited(t.Context(), half); !errors.Is(err, staff.ErrLink) {
		t.Errorf("as a link: %v", err)
	}
	flipped := []byte(half)
	flipped[20] ^= 1
	for _, x := range []string{"", "x", half[1:], string(flipped), half + "A", strings.Repeat("A", 5000), "\xff"} {
		if _, err := w.Finish(t.Context(), x, w.code(t, secret)); !errors.Is(err, staff.ErrHalf) {
			t.Errorf("half %.20q: %v", x, err)
		}
	}
	for i, code := range recovery {
		if i == 2 {
			break
		}
		var opened atomic.Int32
		var wg sync.WaitGroup
		for _, k := range []*world{w, other, w, other} {
			wg.Go(func() {
				if _, err := k.Finish(t.Context(), half, code); err == nil {
					opened.Add(1)
				} else if !errors.Is(err, staff.ErrCode) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if opened.Load() != 1 {
			t.Errorf("a recovery code opened %d times", opened.Load())
		}
	}
	for _, code := range []string{"", strings.Repeat("A", 16), strings.Repeat("1", 100000), "ABCD-EFGH-IJKL-MNOP"} {
		if _, err := w.Finish(t.Context(), half, code); !errors.Is(err, staff.ErrCode) {
			t.Errorf("code %.20q: %v", code, err)
		}
	}
	w.later(staff.HalfLife + time.Second)
	if _, err := w.Finish(t.Context(), half, w.code(t, secret)); !errors.Is(err, staff.ErrHalf) {
		t.Errorf("too late: %v", err)
	}
	half = w.half(t, "wangwu")
	w.later(time.Second)
	if err := w.SetPassword(t.Context(), "wangwu", password); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Finish(t.Context(), half, w.code(t, secret)); !errors.Is(err, staff.ErrHalf) {
		t.Errorf("half from before the password changed: %v", err)
	}
	half = w.half(t, "wangwu") // asks for the second step still
	if _, err := w.Finish(t.Context(), half, w.code(t, secret)); err != nil {
		t.Errorf("after a new password: %v", err)
	}
	w.signIn(t, "lisi") // and of nobody else
}

// What is kept of codes tells none of them.
func TestCodesAtRest(t *testing.T) {
	w, _ := copies(t)
	w.add(t, "wangwu", feedback.Admin)
	secret, recovery, _ := w.enrol(t, "wangwu")
	list, err := w.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kept := fmt.Sprintf("%+v %s", list, list[0].Factor.Secret)
	for _, clear := range append(recovery, secret) {
		if strings.Contains(kept, clear) || strings.Contains(kept, strings.ReplaceAll(clear, "-", "")) {
			t.Errorf("%s is kept in clear", clear)
		}
	}
	if len(recovery) != 10 || len(list[0].Recovery) != 10 {
		t.Errorf("%d recovery codes, %d kept", len(recovery), len(list[0].Recovery))
	}
}

// Who must have a second factor has it or is told; it is not given up, except
// by somebody else who clears it.
func TestMustFactor(t *testing.T) {
	w, _ := copies(t)
	w.add(t, "wangwu", feedback.Admin)
	w.add(t, "lisi", feedback.Replier)
	w.later(time.Second)
	if err := w.Require(t.Context(), "lisi", true); err != nil {
		t.Fatal(err)
	}
	w.later(time.Second)
	a, _, err := w.Who(t.Context(), w.signIn(t, "lisi"))
	if err != nil || !a.Lacks() {
		t.Fatalf("lacks %v, %v", a.Lacks(), err)
	}
	_, _, token := w.enrol(t, "lisi")
	if a, _, err = w.Who(t.Context(), token); err != nil || a.Lacks() {
		t.Errorf("with codes: lacks %v, %v", a.Lacks(), err)
	}
	if _, err := w.DropFactor(t.Context(), "lisi"); !errors.Is(err, staff.ErrMust) {
		t.Errorf("given up: %v", err)
	}
	w.half(t, "lisi")
	if err := w.ResetFactors(t.Context(), "lisi"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Who(t.Context(), token); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("a session outlives that its factor was cleared: %v", err)
	}
	w.later(time.Second)
	if a, _, err = w.Who(t.Context(), w.signIn(t, "lisi")); err != nil || !a.Lacks() || len(a.Recovery) != 0 {
		t.Errorf("cleared: %+v, %v", a, err)
	}
	w.enrol(t, "wangwu")
	if token, err = w.DropFactor(t.Context(), "wangwu"); err != nil {
		t.Fatal(err)
	}
	if a, _, err = w.Who(t.Context(), token); err != nil || a.HasFactor() || len(a.Recovery) != 0 {
		t.Errorf("given up: %+v, %v", a, err)
	}
}

// T101: a link opens its own account once, within its time; a newer one ends
// it; it never stands in for a second factor.
func TestLinks(t *testing.T) {
	w, other := copies(t)
	w.add(t, "wangwu", feedback.Admin)
	link, err := w.Invite(t.Context(), staff.New{Name: "lisi", Roles: []feedback.Role{feedback.Replier}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.SignIn(t.Context(), "lisi", ""); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("without a password: %v", err)
	}
	if a, err := w.Invited(t.Context(), link); err != nil || a.Name != "lisi" {
		t.Errorf("whose: %s, %v", a.Name, err)
	}
	var v feedback.Invalid
	if _, err := w.Accept(t.Context(), link, "short"); !errors.As(err, &v) {
		t.Errorf("a short password: %v", err)
	}
	var used atomic.Int32
	var wg sync.WaitGroup
	for _, k := range []*world{w, other, w, other} {
		wg.Go(func() {
			if session, err := k.Accept(t.Context(), link, password); err == nil && session != "" {
				used.Add(1)
			} else if !errors.Is(err, staff.ErrLink) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if used.Load() != 1 {
		t.Errorf("one link was used %d times", used.Load())
	}
	w.signIn(t, "lisi")
	for _, x := range []string{"", "x", link, strings.Repeat("A", 26), strings.Repeat("A", 9000)} {
		if _, err := w.Accept(t.Context(), x, password+"2"); !errors.Is(err, staff.ErrLink) {
			t.Errorf("link %.10q: %v", x, err)
		}
	}
	again := func() string {
		t.Helper()
		link, err := w.Link(t.Context(), "lisi")
		if err != nil {
			t.Fatal(err)
		}
		return link
	}
	first := again()
	second := again()
	if _, err := w.Accept(t.Context(), first, password+"2"); !errors.Is(err, staff.ErrLink) {
		t.Errorf("after a newer one: %v", err)
	}
	w.signIn(t, "lisi") // the old password opens until the link is used
	w.later(staff.InviteLife)
	if _, err := w.Accept(t.Context(), second, password+"2"); !errors.Is(err, staff.ErrLink) {
		t.Errorf("after 72 hours: %v", err)
	}
	w.enrol(t, "lisi")
	var step staff.SecondStep
	if session, err := w.Accept(t.Context(), again(), password+"2"); !errors.As(err, &step) || session != "" {
		t.Errorf("past the second factor: %q, %v", session, err)
	}
	last := again()
	if err := w.Disable(t.Context(), "", "lisi", true); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := w.Accept(t.Context(), last, password); !errors.Is(err, staff.ErrLink) {
			t.Errorf("of an account that was shut: %v", err)
		}
		if err := w.Disable(t.Context(), "", "lisi", false); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Link(t.Context(), "nobody"); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("of nobody: %v", err)
	}
}

// A session is recent for ten minutes after signing in, and after the password
// was given once more; guesses at it are counted.
func TestRecent(t *testing.T) {
	w, other := copies(t)
	w.add(t, "wangwu", feedback.Admin)
	token := w.signIn(t, "wangwu")
	recent := func(want bool) {
		t.Helper()
		s := w.session(t, token)
		for _, k := range []*world{w, other} {
			if got, err := k.Recent(t.Context(), s); err != nil || got != want {
				t.Fatalf("recent: %v, want %v (%v)", got, want, err)
			}
		}
	}
	recent(true)
	w.later(staff.RecentLife + time.Second)
	recent(false)
	a, s, err := w.Who(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Confirm(t.Context(), a, s, "wrong"); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("another password: %v", err)
	}
	recent(false)
	if err := w.Confirm(t.Context(), a, s, password); err != nil {
		t.Fatal(err)
	}
	recent(true)
	if got, _ := w.Recent(t.Context(), w.session(t, w.signIn(t, "wangwu"))); !got {
		t.Error("a session of its own")
	}
	w.later(staff.RecentLife + time.Second)
	recent(false)
	for i := range 12 {
		_ = other.Confirm(t.Context(), a, s, fmt.Sprint("guess ", i))
	}
	if err := w.Confirm(t.Context(), a, s, password); !errors.Is(err, staff.ErrMany) {
		t.Errorf("after many guesses: %v", err)
	}
	w.signIn(t, "wangwu") // signing in anew is counted elsewhere
}

// One sees and ends one's own sessions and nobody else's.
func TestOwnSessions(t *testing.T) {
	w, _ := copies(t)
	w.add(t, "wangwu", feedback.Admin)
	w.add(t, "lisi", feedback.Replier)
	mine, old, foreign := w.signIn(t, "wangwu"), w.signIn(t, "wangwu"), w.signIn(t, "lisi")
	this := w.session(t, mine)
	list, err := w.Sessions(t.Context(), "wangwu")
	if err != nil || len(list) != 2 {
		t.Fatalf("%d sessions, %v", len(list), err)
	}
	for _, id := range []string{w.session(t, foreign).ID(), "x", w.session(t, old).ID()} {
		if err := w.EndOther(t.Context(), this, id); err != nil {
			t.Fatal(err)
		}
	}
	w.session(t, foreign)
	if _, _, err := w.Who(t.Context(), old); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("an ended session: %v", err)
	}
	w.signIn(t, "wangwu")
	if err := w.EndOther(t.Context(), this, ""); err != nil {
		t.Fatal(err)
	}
	if list, _ = w.Sessions(t.Context(), "wangwu"); len(list) != 1 || list[0].ID() != this.ID() {
		t.Errorf("left: %v", list)
	}
	w.later(staff.IdleLife + time.Second)
	if list, _ = w.Sessions(t.Context(), "wangwu"); len(list) != 0 {
		t.Errorf("what ended by itself is listed: %v", list)
	}
}

// What everybody tries first is refused, whichever way it is written.
func TestCommonPasswords(t *testing.T) {
	w, _ := copies(t)
	for _, p := range []string{"woaini1314", "WoAiNi1314", "a123456789", "zxcvbnm123", "1qaz2wsx3edc", "ｐａｓｓｗｏｒｄ１２３", "为人民服务为人民服务", "iloveyou1314", "1234567890", "Admin@123456"} {
		var v feedback.Invalid
		err := w.Add(t.Context(), staff.New{Name: "wangwu", Roles: []feedback.Role{feedback.Admin}, Password: p})
		if !errors.As(err, &v) || v.Rule != "common-password" {
			t.Errorf("%s: %v", p, err)
		}
	}
	w.add(t, "wangwu", feedback.Admin)
}
