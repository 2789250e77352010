package feedback

import "slices"

// Limitable lists the roles that may be held for some notices only; the others
// always concern the whole body.
func Limitable() []Role { return []Role{Moderator, Replier, Approver} }

// notices answers for which notices a role is held; all of them, and what is
// about no notice, if whole.
func (a Actor) notices(r Role) (list []string, whole bool) {
	if a.Kind != Staff || !slices.Contains(a.Roles, r) {
		return nil, false
	}
	list, limited := a.Only[r]
	return list, !limited || !slices.Contains(Limitable(), r)
}

// For reports whether the actor is staff with at least one of the roles for that
// notice; the empty one is what is about no notice, or about the whole body.
func (a Actor) For(notice string, roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool {
		list, whole := a.notices(r)
		return whole || slices.Contains(list, notice)
	})
}

// Whole reports whether the actor is staff with at least one of the roles for
// the whole body.
func (a Actor) Whole(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool {
		_, whole := a.notices(r)
		return whole
	})
}

// Within are the notices for which one of the roles is held; nil: for all.
func (a Actor) Within(roles ...Role) []string {
	if a.Whole(roles...) {
		return nil
	}
	all := []string{}
	for _, r := range roles {
		list, _ := a.notices(r)
		all = append(all, list...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Veil leaves out of a question what the asker may not see (MaySee).
func (a Actor) Veil(q Query) Query {
	see, clue := PermitOf(RightSee), PermitOf(RightClue)
	q.Within = a.Within(see.Roles...)
	q.CluesWithin = a.Within(clue.Roles...)
	if q.NoClues = !a.Has(clue.Roles...); q.NoClues {
		q.CluesWithin = nil
	}
	if (q.NoClues || q.CluesWithin != nil) && a.Has(clue.Own...) {
		q.ExceptOwner, q.ExceptWithin = a.ID, a.Within(clue.Own...)
	}
	return q
}
