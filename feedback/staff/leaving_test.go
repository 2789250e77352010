package staff_test

import (
	"errors"
	"slices"
	"testing"

	"rectify/feedback"
	"rectify/feedback/staff"
)

// Nobody changes their own roles or state, however the name is typed, and the
// last administrator cannot be taken away by anybody.
func TestOwnAccountIsOthersToChange(t *testing.T) {
	w := newWorld(t)
	w.add(t, "guanli", feedback.Admin)
	w.add(t, "fuzhi", feedback.Admin)
	for _, name := range []string{"guanli", "GuanLi", " guanli "} {
		for what, err := range map[string]error{
			"roles":   w.SetRoles(t.Context(), "guanli", name, feedback.Roles(), nil),
			"disable": w.Disable(t.Context(), "guanli", name, true),
			"leave":   w.Leave(t.Context(), "guanli", name, ""),
		} {
			if !errors.Is(err, staff.ErrOwn) {
				t.Errorf("%s of %q by the same person: %v", what, name, err)
			}
		}
	}
	if err := w.Leave(t.Context(), "guanli", "fuzhi", ""); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"leave": w.Leave(t.Context(), "(console)", "guanli", ""), "disable": w.Disable(t.Context(), "(console)", "guanli", true),
		"roles": w.SetRoles(t.Context(), "(console)", "guanli", []feedback.Role{feedback.Replier}, nil),
	} {
		if !errors.Is(err, staff.ErrLastAdmin) {
			t.Errorf("%s of the last administrator: %v", what, err)
		}
	}
	for what, err := range map[string]error{
		"enable": w.Disable(t.Context(), "guanli", "fuzhi", false), "leave again": w.Leave(t.Context(), "guanli", "fuzhi", ""),
	} {
		if !errors.Is(err, staff.ErrLeft) {
			t.Errorf("%s of somebody who left: %v", what, err)
		}
	}
}

// Who left is out: no session, password, link or identity opens the account.
func TestLeavingEndsEverything(t *testing.T) {
	w := newWorld(t)
	w.add(t, "guanli", feedback.Admin)
	w.add(t, "lisi", feedback.Replier)
	w.add(t, "wangwu", feedback.Replier)
	if err := w.LinkTo(t.Context(), "lisi", "https://id.example", "42"); err != nil {
		t.Fatal(err)
	}
	session, err := w.SignIn(t.Context(), "lisi", password)
	if err != nil {
		t.Fatal(err)
	}
	link, err := w.Link(t.Context(), "lisi")
	if err != nil {
		t.Fatal(err)
	}
	for to, want := range map[string]error{"lisi": staff.ErrTaker, "nobody": staff.ErrTaker, "guanli": staff.ErrTaker} {
		if err := w.Leave(t.Context(), "guanli", "lisi", to); !errors.Is(err, want) {
			t.Errorf("to %s: %v", to, err)
		}
	}
	if err := w.Leave(t.Context(), "guanli", "lisi", "WangWu"); err != nil {
		t.Fatal(err)
	}
	_, _, err = w.Who(t.Context(), session)
	if !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("session goes on: %v", err)
	}
	if _, err := w.SignIn(t.Context(), "lisi", password); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("password: %v", err)
	}
	if _, err := w.Accept(t.Context(), link, "anderes-langes-wort"); !errors.Is(err, staff.ErrLink) {
		t.Errorf("link: %v", err)
	}
	if _, err := w.Link(t.Context(), "lisi"); !errors.Is(err, feedback.ErrNotFound) {
		t.Errorf("a new link: %v", err)
	}
	if _, _, err := w.SignInLinked(t.Context(), "https://id.example", "42"); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("identity: %v", err)
	}
	left, err := w.Left(t.Context())
	if err != nil || len(left) != 1 || left[0].Leaving.To != "wangwu" || left[0].Leaving.By != "guanli" {
		t.Errorf("left: %+v, %v", left, err)
	}
	for range 2 {
		if err := w.HandedOver(t.Context(), "lisi"); err != nil {
			t.Error(err)
		}
	}
	if left, err := w.Left(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// Limits are held to roles that have one, to notices that have a name, and to
// roles that can be limited.
func TestLimitsOfRoles(t *testing.T) {
	w := newWorld(t)
	w.add(t, "lisi", feedback.Replier)
	for name, c := range map[string]struct {
		roles []feedback.Role
		only  staff.Limits
		want  staff.Limits
		bad   bool
	}{
		"none":           {[]feedback.Role{feedback.Replier}, nil, nil, false},
		"sorted":         {[]feedback.Role{feedback.Replier}, staff.Limits{feedback.Replier: {"b", "a", "b"}}, staff.Limits{feedback.Replier: {"a", "b"}}, false},
		"not held":       {[]feedback.Role{feedback.Replier}, staff.Limits{feedback.Approver: {"a"}}, nil, false},
		"of the body":    {[]feedback.Role{feedback.Auditor}, staff.Limits{feedback.Auditor: {"a"}}, nil, false},
		"empty":          {[]feedback.Role{feedback.Replier}, staff.Limits{feedback.Replier: {}}, nil, true},
		"of no name":     {[]feedback.Role{feedback.Replier}, staff.Limits{feedback.Replier: {""}}, nil, true},
		"too many":       {[]feedback.Role{feedback.Replier}, staff.Limits{feedback.Replier: many(201)}, nil, true},
		"as many as may": {[]feedback.Role{feedback.Replier}, staff.Limits{feedback.Replier: many(200)}, staff.Limits{feedback.Replier: many(200)}, false},
	} {
		err := w.SetRoles(t.Context(), "", "lisi", c.roles, c.only)
		if v := (feedback.Invalid{}); errors.As(err, &v) != c.bad {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if a := w.account(t, "lisi"); !c.bad && (len(a.Only) != len(c.want) || !slices.Equal(a.Only[feedback.Replier], c.want[feedback.Replier])) {
			t.Errorf("%s: kept %v", name, a.Only)
		}
	}
}

func many(n int) (list []string) {
	for i := range n {
		list = append(list, string([]rune{'a' + rune(i/26), 'a' + rune(i%26)}))
	}
	slices.Sort(list)
	return list
}
