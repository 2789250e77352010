package feedback

import "time"

// Event is one thing that happened to a submission: who, when, from, to, note.
// Events are only ever appended.
type Event struct {
	At   time.Time `json:"at"`
	Act  Act       `json:"act"`
	Kind ActorKind `json:"kind"`
	By   string    `json:"by,omitempty"` // account of staff
	From State     `json:"from"`
	To   State     `json:"to"`
	Note string    `json:"note,omitempty"` // for staff, unless the act's reason is public by rule

	Moved []Shift `json:"moved,omitempty"` // limits that were counted anew
}

// Again reports whether the event took the matter up again, so that the answer's
// clock started anew. That a reply was withdrawn starts no clock.
func (e Event) Again() bool {
	return e.To == Reopened && e.From != Reopened && e.Act != ActApproveAmend
}

// Redaction (遮盖) hides a span of Current() from everyone but staff. From and
// To count runes; spans are sorted and do not overlap.
type Redaction struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Kind Hidden `json:"kind"`
}

// Hidden says what kind of thing a redaction covers; it is shown in its place.
type Hidden string

// The kinds of hidden things.
const (
	HiddenName    Hidden = "name"    // 姓名
	HiddenPhone   Hidden = "phone"   // 电话
	HiddenAddress Hidden = "address" // 住址
	HiddenID      Hidden = "id"      // 证件号码
	HiddenAccount Hidden = "account" // 账号
	HiddenEmail   Hidden = "email"   // 电子邮箱
	HiddenPlate   Hidden = "plate"   // 车牌
	HiddenBank    Hidden = "bank"    // 银行卡号
	HiddenPass    Hidden = "pass"    // 护照或通行证号码
	HiddenSocial  Hidden = "social"  // 微信、QQ等账号
	HiddenCode    Hidden = "code"    // 查询码
	HiddenOther   Hidden = "other"   // 其他信息
)

// HiddenKinds lists every kind of hidden thing.
func HiddenKinds() []Hidden {
	return []Hidden{
		HiddenName, HiddenPhone, HiddenAddress, HiddenID, HiddenPass, HiddenBank, HiddenAccount,
		HiddenEmail, HiddenSocial, HiddenPlate, HiddenCode, HiddenOther,
	}
}

// Rejection is the published category of reasons for not accepting.
type Rejection string

// The reason categories. Their wording for citizens says where to turn instead.
const (
	RejectPetition   Rejection = "petition"   // 属于信访事项
	RejectDiscipline Rejection = "discipline" // 属于违纪举报
	RejectHotline    Rejection = "hotline"    // 属于政务服务热线
	RejectOtherBody  Rejection = "other-body" // 不属于本单位职责
	RejectUnclear    Rejection = "unclear"    // 内容不清，无法办理
	RejectRepeated   Rejection = "repeated"   // 重复提交
	RejectUnlawful   Rejection = "unlawful"   // 含有违法内容
	RejectSpam       Rejection = "spam"       // 广告或无关内容
)

// Rejections lists every reason category.
func Rejections() []Rejection {
	return []Rejection{RejectPetition, RejectDiscipline, RejectHotline, RejectOtherBody, RejectUnclear, RejectRepeated, RejectUnlawful, RejectSpam}
}
