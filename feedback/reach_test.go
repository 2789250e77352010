package feedback_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"rectify/feedback"
)

// somebody is staff with some roles, each for the whole body or some notices.
func somebody(t *rapid.T) feedback.Actor {
	a := feedback.Actor{Kind: feedback.Staff, ID: rapid.SampledFrom([]string{"lisi", "wangwu"}).Draw(t, "id"), Only: map[feedback.Role][]string{}}
	a.Roles = rapid.SliceOfNDistinct(rapid.SampledFrom(feedback.Roles()), 0, 3, func(r feedback.Role) feedback.Role { return r }).Draw(t, "roles")
	for _, r := range feedback.Roles() {
		if rapid.Bool().Draw(t, "limited") {
			a.Only[r] = rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b", "c"}), 0, 2).Draw(t, "notices")
		}
	}
	return a
}

// A veiled question finds exactly what its asker may open: no list shows what a
// page would refuse, and none hides what it would show.
func TestVeilIsMaySee(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, s := somebody(t), sample(feedback.Accepted)
		s.Notice = rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "notice")
		s.Category = rapid.SampledFrom([]feedback.Category{feedback.Opinion, feedback.Clue}).Draw(t, "category")
		s.Owner = rapid.SampledFrom([]string{"", "lisi", "wangwu"}).Draw(t, "owner")
		q := a.Veil(feedback.Query{})
		among := func(list []string) bool { return list == nil || slices.Contains(list, s.Notice) }
		found := among(q.Within)
		if s.Category == feedback.Clue {
			open := !q.NoClues && among(q.CluesWithin)
			own := (q.NoClues || q.CluesWithin != nil) && q.ExceptOwner != "" && s.Owner == q.ExceptOwner && among(q.ExceptWithin)
			found = found && (open || own)
		}
		if may := a.MaySee(&s); may != found {
			t.Fatalf("%+v of %+v: may see %v, finds %v by %+v", a, s.Notice, may, found, q)
		}
	})
}

// Whoever a role is limited for does nothing by it elsewhere: every act of the
// table, on a matter of another notice and on one of none, is refused with the
// same error as to somebody without the role.
func TestLimitedRolesEndAtTheirNotices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom(feedback.Moves()).Draw(t, "move")
		a := somebody(t)
		s := sample(rapid.SampledFrom(m.From).Draw(t, "from"))
		s.Notice = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "notice")
		_, err := clocks().Apply(s, drawn(t, &s, m.Act), a, at())
		if err == nil && !a.For(s.Notice, m.Roles...) {
			t.Fatalf("%s on %q by %+v is done", m.Act, s.Notice, a)
		}
	})
}

// The roles that concern the whole body cannot be limited, whatever an account says.
func TestOfficesOfTheWholeBody(t *testing.T) {
	a := feedback.Actor{Kind: feedback.Staff, ID: "x", Roles: feedback.Roles(), Only: map[feedback.Role][]string{}}
	for _, r := range feedback.Roles() {
		a.Only[r] = []string{"a"}
	}
	for _, r := range feedback.Roles() {
		limited := slices.Contains(feedback.Limitable(), r)
		if a.Whole(r) == limited || a.For("b", r) == limited || !a.For("a", r) {
			t.Errorf("%s: whole %v, for another notice %v", r, a.Whole(r), a.For("b", r))
		}
	}
}
