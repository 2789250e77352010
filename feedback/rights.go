package feedback

import "slices"

// Right (权限) is something that staff may do beside the acts of the table of
// moves.
type Right string

// The rights.
const (
	RightSee      Right = "see"      // 看队列、留言和办理记录
	RightClue     Right = "clue"     // 看涉及个人的问题线索
	RightContact  Right = "contact"  // 看联系方式和原始来信
	RightEnter    Right = "enter"    // 登记来电、来信、来访，补附件
	RightModerate Right = "moderate" // 成批审核相近的意见
	RightOrders   Right = "orders"   // 在队列里成批办理
	RightEdit     Right = "edit"     // 起草、修改通报
	RightPress    Right = "press"    // 批准通报公布
	RightDraft    Right = "draft"    // 起草答复时用常用语、以前的答复
	RightPhrases  Right = "phrases"  // 管理自己的常用语
	RightShare    Right = "share"    // 管理大家共用的常用语
	RightInsight  Right = "insight"  // 看全部在办分析
	RightCalendar Right = "calendar" // 改工作日历
	RightMail     Right = "mail"     // 处理没有归件的来邮
	RightOutbox   Right = "outbox"   // 看发出的信，重新发送
	RightLetters  Right = "letters"  // 改信的文字
	RightAudit    Right = "audit"    // 看审计记录
	RightStaff    Right = "staff"    // 管理账号
	RightSettings Right = "settings" // 改单位设置
	RightOwn      Right = "own"      // 管理自己的账号，看权限表
)

// Permit is one row of the table of rights. A role that is limited to some
// notices has the right there, unless Whole; Own are roles that have it for the
// matters they are in charge of.
type Permit struct {
	Right Right
	Roles []Role
	Own   []Role
	Whole bool
}

// Rights is who may do what, as one table; Moves is the other half of it.
func Rights() []Permit {
	editors := []Role{Moderator, Replier, Approver, Admin}
	return []Permit{
		{Right: RightSee, Roles: Roles()},
		{Right: RightClue, Roles: []Role{Moderator, Approver}, Own: []Role{Replier}},
		{Right: RightContact, Roles: []Role{Moderator}, Own: []Role{Replier}},
		{Right: RightEnter, Roles: []Role{Moderator, Replier}},
		{Right: RightModerate, Roles: []Role{Moderator}},
		{Right: RightOrders, Roles: []Role{Moderator, Replier, Approver}},
		{Right: RightEdit, Roles: editors},
		{Right: RightPress, Roles: []Role{Approver}},
		{Right: RightDraft, Roles: []Role{Replier, Approver}},
		{Right: RightPhrases, Roles: editors},
		{Right: RightShare, Roles: []Role{Approver, Admin}, Whole: true},
		{Right: RightInsight, Roles: []Role{Moderator, Approver, Auditor, Admin}, Whole: true},
		{Right: RightCalendar, Roles: []Role{Admin}, Whole: true},
		{Right: RightMail, Roles: []Role{Moderator}, Whole: true},
		{Right: RightOutbox, Roles: []Role{Moderator, Admin}, Whole: true},
		{Right: RightLetters, Roles: []Role{Admin}, Whole: true},
		{Right: RightAudit, Roles: []Role{Auditor}, Whole: true},
		{Right: RightStaff, Roles: []Role{Admin}, Whole: true},
		{Right: RightSettings, Roles: []Role{Admin}, Whole: true},
		{Right: RightOwn, Roles: Roles()},
	}
}

// PermitOf is the row of a right.
func PermitOf(r Right) Permit {
	for _, g := range Rights() {
		if g.Right == r {
			return g
		}
	}
	return Permit{Right: r, Whole: true} // nobody has what is not there
}

// May reports whether staff have a right in some place at least.
func (a Actor) May(r Right) bool {
	g := PermitOf(r)
	if g.Whole {
		return a.Whole(g.Roles...)
	}
	return a.Has(g.Roles...) || a.Has(g.Own...)
}

// MayFor reports whether staff have a right for a notice.
func (a Actor) MayFor(r Right, notice string) bool {
	g := PermitOf(r)
	if g.Whole {
		return a.Whole(g.Roles...)
	}
	return a.For(notice, g.Roles...)
}

// mayWith reports whether staff have a right for one submission.
func (a Actor) mayWith(r Right, s *Submission) bool {
	return a.MayFor(r, s.Notice) || (a.ID != "" && a.ID == s.Owner && a.For(s.Notice, PermitOf(r).Own...))
}

// MaySee reports whether staff may open s at all. A clue about a person is for
// moderators, approvers and the one in charge only.
func (a Actor) MaySee(s *Submission) bool {
	if s.Category == Clue {
		return a.mayWith(RightClue, s)
	}
	return a.mayWith(RightSee, s)
}

// MaySeeContact reports whether staff may open the sender's contact details.
func (a Actor) MaySeeContact(s *Submission) bool { return a.MaySee(s) && a.mayWith(RightContact, s) }

// StaffMoves are the rows of the table of moves that staff do.
func StaffMoves() []Move {
	return slices.DeleteFunc(Moves(), func(m Move) bool {
		return m.Roles == nil || slices.Contains(m.Roles, program)
	})
}
