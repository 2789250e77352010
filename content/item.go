package content

// Level is the depth of an Item in the tree 方面 → 问题 → 具体问题.
type Level int

// The levels of a notice's tree. A document may skip levels.
const (
	Aspect  Level = iota + 1 // 方面, usually （一）
	Problem                  // 问题, usually 1.
	Finding                  // 具体问题, usually ① or （1）
)

// Item is one node of the tree. A node without children is a leaf: it is what
// is rectified, tracked and commented on, and only leaves carry a Status.
type Item struct {
	// ID is stable for ever: a2 for an aspect, 3 for a problem, 3-2 for a
	// finding, with the section's number before it (2.3-2) where numbers
	// restart in another section.
	ID      string
	Level   Level
	Number  string // as written: （一）, 1., ①
	Ordinal int    // the number as an integer
	Title   string // heading text without the number and a final 。
	Heading string // the heading as written, number included
	Line    int    // line of the heading in Source, from 1

	Body     []Block   // text under the heading, before any child
	Measures []Measure // 一是…二是…, in order; a reading of Body, not in addition to it
	Children []*Item

	Ledger Ledger // meaningful for leaves only
}

// Leaf reports whether the item has no children.
func (it *Item) Leaf() bool { return len(it.Children) == 0 }

// Ledger is what the attribute list over a heading states about a leaf.
type Ledger struct {
	Status   Status
	Label    string // the document's own word for the status, shown to readers
	Owner    string // 责任单位
	Due      Day    // 整改时限
	Progress *int   // 0 to 100, nil if not stated
	Evidence string // what shows that it was done
}

// Measure (整改措施) is one measure taken under a leaf.
type Measure struct {
	Ordinal int    // 1 for 一是
	Mark    string // 一是, as written
	Title   string // up to the first 。 when that is a short heading, else empty
	Text    string // the whole measure as plain text, mark included
	Line    int    // line in Source, from 1
}

// Status (整改状态) of a leaf. The zero value is Unstated, because most
// documents state none and none is ever inferred from wording.
type Status string

// The fixed vocabulary of states. 立行立改 is a method, not a status.
const (
	Unstated   Status = ""           // 未标注
	Planned    Status = "planned"    // 未启动
	Active     Status = "active"     // 正在整改
	Partial    Status = "partial"    // 阶段性完成 / 基本完成
	Completed  Status = "completed"  // 已完成
	Longterm   Status = "longterm"   // 长期坚持
	Unfinished Status = "unfinished" // 未完成
	Reopened   Status = "reopened"   // 回头看后重新整改
)

// Statuses lists every status in the order in which sums are shown: what is
// open first, what is done after it, what is not stated last.
func Statuses() []Status {
	return []Status{Reopened, Unfinished, Planned, Active, Partial, Longterm, Completed, Unstated}
}

// ParseStatus reads the word used in an attribute list; "unstated" and the
// empty string both mean Unstated.
func ParseStatus(s string) (Status, bool) {
	if s == "unstated" {
		return Unstated, true
	}
	for _, st := range Statuses() {
		if string(st) == s {
			return st, true
		}
	}
	return Unstated, false
}

// Code is the word used in attribute lists and data: never empty.
func (s Status) Code() string {
	if s == Unstated {
		return "unstated"
	}
	return string(s)
}
