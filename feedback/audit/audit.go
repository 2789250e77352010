// Package audit keeps who did what, when and why, outside of what happens to a
// submission itself (审计记录): who opened a contact detail, exported, signed in
// or failed to, changed rights, erased, rotated keys. Entries form a chain: each
// holds the digest of the one before it, so none can be changed, taken out or
// moved without a trace; that the end was not cut off is proven by digests of
// the chain in the public log (Commit).
//
// It must not know submissions, accounts, pages, or a store's driver: who and
// what are words here, and why is what somebody said.
//
// Start reading at this file, then store.go and check.go.
package audit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of the words of an entry, in bytes.
const (
	MaxName   = 200
	MaxReason = 4000
)

// Act names what was done.
type Act string

// What stands in the chain.
const (
	Reveal     Act = "reveal-contact" // 查看联系方式
	Download   Act = "download"       // 下载附件原件
	Export     Act = "export"         // 导出数据
	SignIn     Act = "sign-in"        // 登录
	SignInFail Act = "sign-in-failed" // 登录失败
	Password   Act = "password"       // 修改自己的密码
	Account    Act = "account"        // 建立账号
	Rights     Act = "rights"         // 改变权限
	Disable    Act = "disable"        // 停用账号
	Enable     Act = "enable"         // 启用账号
	Reset      Act = "reset"          // 重设密码
	Erase      Act = "erase"          // 删除个人信息
	Access     Act = "access"         // 留言人下载自己的数据
	Retain     Act = "retain"         // 到期清理
	Trim       Act = "trim"           // 清理审计记录本身
	Keys       Act = "keys"           // 更换密钥
	Backup     Act = "backup"         // 备份或恢复

	LinkUsed    Act = "link-used"       // 用邀请或重设链接
	CodeFail    Act = "code-failed"     // 第二步不对
	ProofFail   Act = "proof-failed"    // 再次确认身份不对
	Recovery    Act = "recovery-code"   // 用恢复码登录
	FactorOn    Act = "factor-on"       // 开启动态口令
	FactorOff   Act = "factor-off"      // 关闭动态口令
	FactorCodes Act = "factor-codes"    // 换恢复码
	FactorReset Act = "factor-reset"    // 清除他人的第二步
	FactorRule  Act = "factor-rule"     // 要求或不再要求第二步
	PasskeyAdd  Act = "passkey-add"     // 添加通行密钥
	PasskeyDrop Act = "passkey-remove"  // 删除通行密钥
	PasskeyName Act = "passkey-rename"  // 给通行密钥改名
	PasskeyFail Act = "passkey-failed"  // 通行密钥不对
	SessionEnd  Act = "session-end"     // 结束登录
	Email       Act = "email"           // 改提醒邮箱
	Leave       Act = "leave"           // 离岗，交接在办事项
	LinkAdd     Act = "identity-add"    // 关联单位统一登录
	LinkDrop    Act = "identity-remove" // 取消关联单位统一登录
	LinkFail    Act = "identity-failed" // 统一登录失败
	Settings    Act = "settings"        // 改单位设置

	Calendar Act = "calendar" // 改工作日历
	Redate   Act = "redate"   // 按新日历重新计算时限

	Emergency Act = "emergency" // 一人发布紧急答复
	Reviewed  Act = "reviewed"  // 复核紧急答复
	Phrases   Act = "phrases"   // 改单位的答复模板
)

// Acts lists every act, for filters.
func Acts() []Act {
	return []Act{Reveal, Download, Export, SignIn, SignInFail, Password, Account, Rights, Disable, Enable, Reset, Erase, Access, Retain, Trim, Keys, Backup,
		LinkUsed, CodeFail, ProofFail, Recovery, FactorOn, FactorOff, FactorCodes, FactorReset, FactorRule, PasskeyAdd, PasskeyDrop, PasskeyName, PasskeyFail, SessionEnd, Email, Leave, LinkAdd, LinkDrop, LinkFail, Settings, Calendar, Redate,
		Emergency, Reviewed, Phrases}
}

// Who did it, where it was no account.
const (
	Console = "(console)" // somebody at the machine itself, by a command
	Program = "(program)"
	Sender  = "(sender)"  // by receipt code
	Unknown = "(unknown)" // somebody who did not sign in
)

// Entry is one link of the chain.
type Entry struct {
	Seq    int64     `json:"seq"` // from 1, without a gap
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Act    Act       `json:"act"`
	Object string    `json:"object,omitempty"` // number of a submission, name of an account, …
	Reason string    `json:"reason,omitempty"`
	Prev   []byte    `json:"prev"` // Hash of the entry before; of the first one 32 random bytes, so that digests tell nothing
	Hash   []byte    `json:"hash"`
}

// Digest is what Hash must be: SHA-256 over all the rest.
func (e Entry) Digest() []byte {
	src, err := json.Marshal([]any{"rectify/1 audit", e.Seq, e.At.UnixMilli(), e.Who, e.Act, e.Object, e.Reason, e.Prev})
	if err != nil {
		panic(fmt.Sprintf("entry of plain fields: %v", err)) // cannot happen: strings and numbers only
	}
	sum := sha256.Sum256(src)
	return sum[:]
}

// Commit is what the public log says of a chain that ends with e.
func (e Entry) Commit() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "rectify/v1 audit head\n%d\n%x\n", e.Seq, e.Hash))
	return hex.EncodeToString(sum[:])
}

// Chain adds entries.
type Chain struct {
	Store Store
	Now   func() time.Time
}

// tries bounds how often an entry that met another copy's is added again.
const tries = 50

// Add adds an entry. When it answers nil the entry is durable; what it records
// should not go on otherwise. Words that are too long are cut, and what is no
// UTF-8 is left out.
func (c *Chain) Add(ctx context.Context, who string, act Act, object, reason string) error {
	e := Entry{Who: cut(who, MaxName), Act: act, Object: cut(object, MaxName), Reason: cut(reason, MaxReason)}
	for range tries {
		last, err := c.Store.Last(ctx)
		switch {
		case errors.Is(err, ErrNotFound):
			last.Hash = make([]byte, sha256.Size)
			if _, err := rand.Read(last.Hash); err != nil {
				return fmt.Errorf("audit: %w", err)
			}
		case err != nil:
			return fmt.Errorf("audit: %w", err)
		}
		e.Seq, e.At, e.Prev = last.Seq+1, c.Now().UTC().Truncate(time.Millisecond), last.Hash
		e.Hash = e.Digest()
		if err = c.Store.Append(ctx, e); err == nil {
			return nil
		}
		if !errors.Is(err, ErrTaken) {
			return fmt.Errorf("audit: %w", err)
		}
	}
	return fmt.Errorf("audit: %w", ErrTaken)
}

func cut(s string, most int) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) <= most {
		return s
	}
	s = s[:most]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}
