package feedback

import "slices"

// State is where a submission stands in the workflow.
type State string

// The states of the contract: received → accepted → assigned → drafted →
// answered → closed; rejected and merged end it; reopened begins it again.
const (
	Received State = "received" // 已收到，待审核
	Accepted State = "accepted" // 已受理
	Assigned State = "assigned" // 已转办
	Drafted  State = "drafted"  // 答复起草中
	Answered State = "answered" // 已答复
	Closed   State = "closed"   // 已办结
	Rejected State = "rejected" // 不予受理
	Merged   State = "merged"   // 已并入另一件
	Reopened State = "reopened" // 重新办理
)

// States lists every state in the order of the workflow.
func States() []State {
	return []State{Received, Accepted, Assigned, Drafted, Answered, Closed, Rejected, Merged, Reopened}
}

// OpenStates are those in which the body still owes something.
func OpenStates() []State { return []State{Received, Accepted, Assigned, Drafted, Reopened} }

// Valid reports whether st is one of States.
func (st State) Valid() bool { return slices.Contains(States(), st) }

// Open reports whether the body still owes something in this state.
func (st State) Open() bool { return slices.Contains(OpenStates(), st) }

// Role (角色) is a set of rights of a member of staff; one may hold several.
type Role string

// The roles of the contract.
const (
	Moderator Role = "moderator" // 审核
	Replier   Role = "replier"   // 答复起草
	Approver  Role = "approver"  // 批准
	Auditor   Role = "auditor"   // 审计
	Admin     Role = "admin"     // 管理
)

// Roles lists every role.
func Roles() []Role { return []Role{Moderator, Replier, Approver, Auditor, Admin} }

// Valid reports whether r is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// program stands in the table of moves for what no person does; no account
// can hold it.
const program Role = "program"

// sender stands beside program for what both may do; an act of the sender alone
// has no roles at all.
const sender Role = "sender"

// Program is the actor of what happens by itself.
func Program() Actor { return Actor{Kind: System} }

// Actor is who does something: a member of staff, the sender by receipt code,
// or the program itself.
type Actor struct {
	Kind  ActorKind
	ID    string // account name of staff; empty otherwise
	Roles []Role
	Only  map[Role][]string // roles that are held for these notices only
}

// ActorKind tells staff, sender and program apart.
type ActorKind string

// The kinds of actor.
const (
	Staff   ActorKind = "staff"
	Citizen ActorKind = "citizen"
	System  ActorKind = "system"
)

// Sender is the actor of everything that is done by receipt code.
func Sender() Actor { return Actor{Kind: Citizen} }

// Has reports whether the actor is staff with at least one of the roles, be it
// for one notice.
func (a Actor) Has(roles ...Role) bool {
	return a.Kind == Staff && slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(a.Roles, r) })
}

// Act names what was done; it is the key of the table of moves.
type Act string

// Everything that can be done to a submission after it was received.
const (
	ActReceive       Act = "receive"        // 收到
	ActAccept        Act = "accept"         // 审核并受理
	ActReject        Act = "reject"         // 不予受理
	ActRedact        Act = "redact"         // 改遮盖
	ActClassify      Act = "classify"       // 改类别
	ActAssign        Act = "assign"         // 转办
	ActDraft         Act = "draft"          // 起草
	ActReturn        Act = "return"         // 退回草稿
	ActApprove       Act = "approve"        // 批准答复
	ActAnnotate      Act = "annotate"       // 批注草稿
	ActEmergency     Act = "emergency"      // 紧急答复
	ActConfirm       Act = "confirm"        // 复核紧急答复
	ActAmend         Act = "amend"          // 起草更正
	ActRetract       Act = "retract"        // 提请撤回答复
	ActReturnAmend   Act = "return-amend"   // 退回更正或者撤回
	ActDropAmend     Act = "drop-amend"     // 放弃更正或者撤回
	ActApproveAmend  Act = "approve-amend"  // 批准更正或者撤回
	ActShared        Act = "shared"         // 一并答复
	ActRelayed       Act = "relayed"        // 已告知并入件
	ActPublish       Act = "publish"        // 公开
	ActUnpublish     Act = "unpublish"      // 撤下
	ActClose         Act = "close"          // 办结
	ActMerge         Act = "merge"          // 合并
	ActReopen        Act = "reopen"         // 回头看，重新办理
	ActExtend        Act = "extend"         // 申请延期
	ActGrant         Act = "grant"          // 批准延期
	ActDecline       Act = "decline"        // 不同意延期
	ActRedate        Act = "redate"         // 重新计算时限
	ActRevealContact Act = "reveal-contact" // 查看联系方式
	ActNote          Act = "note"           // 内部备注
	ActCorrect       Act = "correct"        // 留言人改正
	ActRemark        Act = "remark"         // 留言人补充
	ActFollowUp      Act = "follow-up"      // 追问
	ActRate          Act = "rate"           // 评价
	ActWithdraw      Act = "withdraw"       // 撤回
	ActRenewCode     Act = "renew-code"     // 更换查询码
	ActAsk           Act = "ask"            // 向留言人核实
	ActExplain       Act = "explain"        // 留言人回答
	ActReview        Act = "review"         // 申请复查
	ActLocate        Act = "locate"         // 确定所指事项
	ActQueued        Act = "queued"         // 已发邮件
	ActErase         Act = "erase"          // 删除个人信息
	ActExpire        Act = "expire"         // 到期清理
	ActUndelivered   Act = "undelivered"    // 邮件未送达
	ActAddScan       Act = "add-scan"       // 补附件
	ActClearFile     Act = "clear-file"     // 公开附件
	ActHideFile      Act = "hide-file"      // 撤下附件
	ActSplit         Act = "split"          // 拆分
	ActBranched      Act = "branched"       // 拆出的各件已登记
	ActForward       Act = "forward"        // 转送其他单位
	ActHeed          Act = "heed"           // 看过提到自己的备注
	ActHandOver      Act = "hand-over"      // 离岗交接
)

// Move is one row of the table of moves: from which states an act is possible,
// where it leads (empty: the state stays), and which roles may do it (none:
// the sender does it; program: the program itself).
type Move struct {
	Act   Act
	From  []State
	To    State
	Roles []Role
}

// Moves is the whole workflow (contract, section 5) as one table. What more an
// act demands (two people, consent, a digest) is said in Apply.
func Moves() []Move {
	anyState := States()
	working := []State{Accepted, Assigned, Drafted, Reopened}
	answered := []State{Answered, Closed}
	seen := append(slices.Clone(working), answered...)
	return []Move{
		{ActAccept, []State{Received}, Accepted, []Role{Moderator}},
		{ActClear, []State{Received}, "", []Role{Moderator}},
		{ActReject, []State{Received, Accepted}, Rejected, []Role{Moderator}},
		{ActRedact, seen, "", []Role{Moderator}},
		{ActClassify, append([]State{Received}, working...), "", []Role{Moderator}},
		{ActAssign, working, Assigned, []Role{Moderator, Approver}},
		{ActDraft, working, Drafted, []Role{Replier}},
		{ActReturn, []State{Drafted}, "", []Role{Approver}},
		{ActApprove, []State{Drafted}, Answered, []Role{Approver}},
		{ActAnnotate, seen, "", []Role{Replier, Approver}},
		{ActEmergency, working, Answered, []Role{Approver}},
		{ActConfirm, seen, "", []Role{Approver}},
		{ActAmend, seen, "", []Role{Replier, Approver}}, // who reviews a reply of one person corrects it
		{ActRetract, seen, "", []Role{Replier, Approver}},
		{ActReturnAmend, seen, "", []Role{Approver}},
		{ActDropAmend, seen, "", []Role{Replier, Approver}},
		{ActApproveAmend, seen, "", []Role{Approver}}, // a matter that has no answer left is open again
		{ActShared, []State{Merged}, "", []Role{program}},
		{ActRelayed, anyState, "", []Role{program}},
		{ActPublish, seen, "", []Role{Moderator}},
		{ActUnpublish, anyState, "", []Role{Moderator}},
		{ActClose, []State{Answered}, Closed, []Role{Moderator, Replier, Approver}},
		{ActMerge, []State{Received, Accepted, Assigned}, Merged, []Role{Moderator}},
		{ActReopen, answered, Reopened, []Role{Moderator, Approver}},
		{ActExtend, working, "", []Role{Replier, Moderator}},
		{ActGrant, working, "", []Role{Approver}},
		{ActDecline, working, "", []Role{Approver, Replier, Moderator}}, // the latter two what they asked for themselves
		{ActRedate, append([]State{Received}, working...), "", []Role{program}},
		{ActRevealContact, anyState, "", []Role{Moderator, Replier}},
		{ActNote, anyState, "", []Role{Moderator, Replier, Approver}},
		{ActCorrect, []State{Received}, "", nil},
		{ActRemark, append([]State{Received}, working...), "", nil},
		{ActFollowUp, answered, Reopened, nil},
		{ActRate, answered, "", nil},
		{ActWithdraw, []State{Received, Accepted, Assigned, Drafted, Answered, Closed, Reopened}, Closed, nil},
		{ActRenewCode, anyState, "", nil},
		{ActAsk, append([]State{Received}, working...), "", []Role{Moderator, Replier}},
		{ActExplain, append([]State{Received}, working...), "", nil},
		{ActReview, append([]State{Rejected}, answered...), Reopened, nil},
		{ActLocate, append([]State{Received}, working...), "", []Role{Moderator}},
		{ActQueued, anyState, "", []Role{program}},
		{ActErase, anyState, "", []Role{program, sender}}, // what is open is closed by it
		{ActExpire, []State{Answered, Closed, Rejected, Merged}, "", []Role{program}},
		{ActUndelivered, anyState, "", []Role{program}},
		{ActAddScan, anyState, "", []Role{Moderator, Replier}},
		{ActClearFile, seen, "", []Role{Moderator}},
		{ActHideFile, anyState, "", []Role{Moderator}},
		{ActSplit, append([]State{Received}, working...), "", []Role{Moderator}},
		{ActBranched, anyState, "", []Role{program}},
		{ActForward, append([]State{Received}, working...), Closed, []Role{Moderator}},
		{ActHeed, anyState, "", Roles()},
		{ActHandOver, OpenStates(), "", []Role{program}},
	}
}

// MoveOf returns the row of the table for act.
func MoveOf(act Act) (Move, bool) {
	for _, m := range Moves() {
		if m.Act == act {
			return m, true
		}
	}
	return Move{}, false
}

// full reports whether there is room left for another act of who. A sender may
// fill a part of the record only, so that nobody keeps the office from its work.
func full(s *Submission, who Actor) bool {
	if len(s.Events) >= MaxEvents {
		return true
	}
	if who.Kind != Citizen {
		return false
	}
	own := 0
	for i := range s.Events {
		if s.Events[i].Kind == Citizen {
			own++
		}
	}
	return own >= MaxSenderEvents
}

// ends reports whether a move must be possible even on a full record: what
// finishes the matter, takes it off the site, keeps its code secret, notes that
// its letters went out, keeps its limits true, or takes it from somebody who
// left. None of them can follow another without end; the calendar changes a few
// times a year.
func ends(m Move) bool {
	switch m.To {
	case Answered, Closed, Rejected, Merged:
		return true
	}
	return m.Act == ActErase || m.Act == ActExpire || m.Act == ActUnpublish || m.Act == ActHideFile || m.Act == ActRenewCode || m.Act == ActQueued ||
		m.Act == ActBranched || m.Act == ActHeed || m.Act == ActRelayed || m.Act == ActRedate || m.Act == ActHandOver
}
