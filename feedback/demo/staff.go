package demo

import "rectify/feedback"

// Person is a member of the made-up staff.
type Person struct {
	Name, Display, Office string
	Roles                 []feedback.Role
}

func (p Person) actor() feedback.Actor {
	return feedback.Actor{Kind: feedback.Staff, ID: p.Name, Roles: p.Roles}
}

// Staff are the people of the made-up bureau: who moderates, three who reply,
// two who approve, one who audits, one who manages.
func Staff() []Person {
	as := func(name, display, office string, role feedback.Role) Person {
		return Person{name, display, office, []feedback.Role{role}}
	}
	return []Person{
		as("shenhe", "温如许（审核）", "办公室", feedback.Moderator),
		as("jingban1", "岑向晚（经办）", "公共服务科", feedback.Replier),
		as("jingban2", "池上云（经办）", "文物保护科", feedback.Replier),
		as("jingban3", "边小满（经办）", "市场管理科", feedback.Replier),
		as("qianfa1", "冉知行（签发）", "机关党委", feedback.Approver),
		as("qianfa2", "燕北川（签发）", "办公室", feedback.Approver),
		as("shenji", "谷若水（审计）", "机关党委", feedback.Auditor),
		as("guanli", "易清和（管理）", "办公室", feedback.Admin),
	}
}

// team is Staff by what they do.
type team struct {
	moderator feedback.Actor
	repliers  []feedback.Actor
	approvers []feedback.Actor
}

func newTeam() team {
	var t team
	for _, p := range Staff() {
		switch p.Roles[0] {
		case feedback.Moderator:
			t.moderator = p.actor()
		case feedback.Replier:
			t.repliers = append(t.repliers, p.actor())
		case feedback.Approver:
			t.approvers = append(t.approvers, p.actor())
		case feedback.Auditor, feedback.Admin: // have no part in a submission
		}
	}
	return t
}
