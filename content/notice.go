package content

import (
	"regexp"
	"time"
)

// Notice (通报) is one published rectification notice. The zero value of a
// field means that the document does not state it; nothing is ever inferred.
type Notice struct {
	Slug        string // file name without extension; part of every address of the notice
	Title       string // 标题
	Issuer      string // 发布单位, as signed
	Inspection  Inspection
	Date        Day       // 成文日期, the document's own date
	Published   time.Time // the real moment of publication on a site
	Number      string    // 文号
	Index       string    // 索引号
	Subjects    []string  // 主题
	Supervision Period    // 公示期: until when opinions are invited
	Contacts    Contacts  // 监督渠道
	Stated      Stated    // the totals that the document itself claims
	Supersedes  string    // slug of the notice that this one replaces
	Attachments []Attachment
	Change      Change // why the file was changed last
	Archived    Day    // 归档时间: from then on it does not change and takes no opinions

	Intro    []Block   // what stands before the first heading
	Sections []Section // 一、二、三、 in the document's order

	Source []byte // the Markdown that all this was read from
	Digest string // SHA-256 of Source, lower-case hex
}

// Inspection (巡察 / 巡视) says who inspected, when, and when the opinion was
// handed over (反馈).
type Inspection struct {
	Body       string // 巡察机构, e.g. 市县第二专项巡察组
	Round      string // 轮次, e.g. 十四届市委第一轮巡察
	Kind       string // 类别, e.g. 专项巡察
	From, To   Day
	HandedOver Day // 反馈日

	RectifyFrom, RectifyTo Day // 集中整改期, where the document states one
	LookedBack             Day // 回头看
}

// Contacts (监督渠道) are the ways by which a body invites opinions.
type Contacts struct {
	Phone    []string `json:"phone,omitempty"`
	Post     string   `json:"post,omitempty"`     // postal address and addressee
	Postcode string   `json:"postcode,omitempty"` // six digits
	Email    []string `json:"email,omitempty"`
	Hours    string   `json:"hours,omitempty"` // when the phone is answered
}

// Empty reports whether no way at all is stated.
func (c Contacts) Empty() bool {
	return len(c.Phone) == 0 && c.Post == "" && len(c.Email) == 0
}

// Stated holds the totals that the document claims (3个方面11个问题…25个具体表现);
// 0 means not claimed. They are checked against what was counted, never shown
// instead of it.
type Stated struct {
	Aspects, Problems, Findings int
}

// Change (更正说明) is what a file says about how it differs from the version
// before: why, who answers for it, and whether it is a mere slip of the pen.
type Change struct {
	Note, By string
	Minor    bool
}

// Attachment is a file that belongs to the notice, named relative to its folder.
type Attachment struct {
	File, Title string
}

// Rule is the line that ends an item where no heading does: what follows it
// stands in a headless Section.
const Rule = "***"

// Section is one part of the document under a 一、 heading, the headless whole
// of a document that has none, or what follows a Rule.
type Section struct {
	ID      string // fragment of its address, s1, s2 … in document order
	Number  string // 一、 as written; empty if the document has none
	Title   string // heading text without the number
	Line    int    // line of the heading in Source, from 1; 0 without a heading
	Body    []Block
	Items   []*Item
	Heading string // the heading as written, number included
}

// Block is a run of Markdown that belongs to one place of the document and
// has no heading in it. It keeps the exact source so that rendering and
// export need no second reading.
type Block struct {
	Line int    // first line in Source, from 1
	Text string // Markdown, without trailing blank lines
}

// slugPattern bounds what may stand in an address; letters of any script are
// allowed because bodies name their files in Chinese.
var slugPattern = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_-]{0,119}$`)

// ValidSlug reports whether s can be the slug of a notice.
func ValidSlug(s string) bool { return slugPattern.MatchString(s) }
