package outbox

import (
	"fmt"
	"slices"
	"time"

	"rectify/feedback"
)

// Letter (邮件) is one thing to be told to one person.
type Letter struct {
	ID     string          `json:"id"` // made of what it is about, so that it is queued once
	Rev    int64           `json:"rev"`
	Kind   Kind            `json:"kind"`
	Number feedback.Number `json:"number,omitempty"` // of the submission, where it is about one
	Event  int             `json:"event,omitempty"`  // of that submission
	Whom   string          `json:"whom,omitempty"`   // otherwise: subscriber, subscription or account
	State  State           `json:"state"`
	Queued time.Time       `json:"queued"`
	Next   time.Time       `json:"next"` // not before
	First  time.Time       `json:"first"`
	Tries  int             `json:"tries,omitempty"`
	Code   string          `json:"code,omitempty"`  // the post's last answer, never its words: 450 4.2.0
	Lease  string          `json:"lease,omitempty"` // the copy of the site that is sending it
	Until  time.Time       `json:"until"`           // when the lease ends
	Ended  time.Time       `json:"ended"`
}

// Kind is what a letter says.
type Kind string

// The kinds of letters.
const (
	Received  Kind = "received"  // 已收到
	Accepted  Kind = "accepted"  // 已受理
	Ask       Kind = "ask"       // 请补充情况
	Reply     Kind = "reply"     // 已答复
	Amended   Kind = "amended"   // 答复已更正或者撤回
	Shared    Kind = "shared"    // 并入的留言已答复
	Rejected  Kind = "rejected"  // 不予受理
	Extension Kind = "extension" // 延期
	Merged    Kind = "merged"    // 已合并
	Reopened  Kind = "reopened"  // 重新办理
	Branched  Kind = "branched"  // 拆成几件
	Forwarded Kind = "forwarded" // 已转送
	Confirm   Kind = "confirm"   // 确认订阅
	News      Kind = "news"      // 订阅的内容有更新
	Reminder  Kind = "reminder"  // 待办提醒

	// slot is no letter: it holds the one acknowledgement of an address and day.
	slot Kind = "slot"
)

// Kinds lists every kind that has words.
func Kinds() []Kind {
	return []Kind{Received, Accepted, Ask, Reply, Amended, Shared, Rejected, Extension, Merged, Reopened, Branched, Forwarded, Confirm, News, Reminder}
}

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// State is where a letter stands.
type State string

// The states of a letter. Only a waiting one is sent.
const (
	Waiting State = "waiting" // 待发送
	Sent    State = "sent"    // 已交邮件服务器
	Failed  State = "failed"  // 发送失败
	Bounced State = "bounced" // 被退回
	Void    State = "void"    // 无需再发

	taken State = "taken" // of a slot
)

// States lists every state.
func States() []State { return []State{Waiting, Failed, Bounced, Sent, Void} }

// ID is the id of the letter about one event of a submission.
func ID(n feedback.Number, event int) string { return fmt.Sprintf("%s/%d", n, event) }

// KindOf is the kind of letter that an act of a submission calls for.
func KindOf(a feedback.Act) (Kind, bool) {
	kind, ok := map[feedback.Act]Kind{
		feedback.ActReceive: Received, feedback.ActAccept: Accepted, feedback.ActAsk: Ask, feedback.ActApprove: Reply,
		feedback.ActEmergency: Reply, feedback.ActApproveAmend: Amended, feedback.ActShared: Shared,
		feedback.ActReject: Rejected, feedback.ActGrant: Extension, feedback.ActMerge: Merged, feedback.ActReopen: Reopened,
		feedback.ActBranched: Branched, feedback.ActForward: Forwarded,
	}[a]
	return kind, ok
}

// About is a new letter about an event of a submission.
func About(s *feedback.Submission, event int, now time.Time) (Letter, bool) {
	if event < 0 || event >= len(s.Events) {
		return Letter{}, false
	}
	kind, ok := KindOf(s.Events[event].Act)
	l := New(ID(s.Number, event), kind, now)
	l.Number, l.Event = s.Number, event
	return l, ok
}

// New is a letter that waits from now on.
func New(id string, kind Kind, now time.Time) Letter {
	now = now.UTC().Truncate(time.Millisecond)
	return Letter{ID: id, Kind: kind, State: Waiting, Queued: now, Next: now}
}

// end makes it a letter that is not tried again.
func (l *Letter) end(state State, code string, now time.Time) {
	l.State, l.Code, l.Lease, l.Until, l.Ended = state, code, "", time.Time{}, now.UTC().Truncate(time.Millisecond)
}

// later lets a letter wait until a time.
func (l *Letter) later(next time.Time, code string) {
	l.Next, l.Code, l.Lease, l.Until = next.UTC().Truncate(time.Millisecond), code, "", time.Time{}
}
