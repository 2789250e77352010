package importer

import (
	"regexp"
	"strings"

	"rectify/content"
	"rectify/content/format"
)

// field is what a line such as 责任单位：办公室 states about a leaf.
type field struct {
	name  string // the word before the colon, folded
	value string // as written
	line  int
}

// maxFieldName is how many bytes may stand before the colon of a field.
const maxFieldName = 60

// ledgerNames are the fields that a sentence may open with in the middle of a
// line, as in …已补齐。整改时限:2026年6月30日前。
const ledgerNames = `(?:整改|完成|办理|当前|目前)?(?:进度)?状态|(?:整改)?(?:责任|牵头|主责)(?:单位|部门|科室|处室)|(?:整改|完成|整改完成|办结|销号)(?:时限|期限)`

const fieldNames = `(?:整改|完成|办理|当前|目前)?(?:进度)?状态|完成情况|销号情况|(?:整改)?(?:责任|牵头|配合|主责)(?:单位|部门|科室|处室)|(?:整改)?责任(?:领导|人)|牵头领导|(?:整改|(?:计划|预计|整改)?完成|办结|销号)(?:时限|期限|时间)|(?:反馈|存在|具体|主要|发现的?)问题|问题表现|整改(?:目标|类型|方式|举措|措施|情况|成效|结果|进展|落实情况|进展情况|完成情况|工作情况)|(?:主要|具体)(?:做法|措施)|工作措施|佐证材料`

var (
	fieldLine = regexp.MustCompile(`^[(\[【]?(?:` + fieldNames + `)[\]】]? ?:`)
	fieldAt   = regexp.MustCompile(`(?:^|[;,。(\[【 ])(` + fieldNames + `)[\]】]? ?: *`)
	sentence  = regexp.MustCompile(`。 ?((?:` + ledgerNames + `) ?:.*)$`)
	aside     = regexp.MustCompile(`\((?:` + fieldNames + `) ?:[^()]*\)[。 ]*$`)
	opens     = regexp.MustCompile(`^(?:整改(?:举措|措施|情况|成效|结果|进展|落实情况|进展情况|完成情况|工作情况)|(?:主要|具体)(?:做法|措施)|工作措施)$`)
	closes    = regexp.MustCompile(`^(?:反馈|存在|具体|主要|发现的?)问题$`)
)

// maxFields bounds what one item may state.
const maxFields = 64

func (x *extra) add(f field) {
	if len(x.fields) < maxFields {
		x.fields = append(x.fields, f)
	}
}

// tail reports whether the end of the document was already found in this item,
// and remembers that it was.
func (x *extra) tail() bool {
	for _, f := range x.fields {
		if f.name == "" {
			return true
		}
	}
	x.fields = append(x.fields, field{})
	return false
}

// fieldsOf reads the fields that a line of an item states. The line itself
// stays in the text, word for word.
func (p *reading) fieldsOf(it *content.Item, l line) {
	if l.rows != nil {
		return
	}
	if !mayState(l.fold) {
		return // asked of every line: no pattern for most of them
	}
	x := p.extra[it]
	part := ""
	if fieldLine.MatchString(l.fold) {
		part = l.fold
	} else if m := aside.FindString(l.fold); m != "" {
		part = m
	} else if m := sentence.FindStringSubmatch(l.fold); m != nil {
		part = m[1]
	}
	if part == "" {
		return
	}
	base := len(l.fold) - len(part)
	marks := fieldAt.FindAllStringSubmatchIndex(part, -1)
	for i, m := range marks {
		end := len(part)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		f := field{name: part[m[2]:m[3]], line: l.no, value: strings.Trim(l.original(base+m[1], base+end), " ；;，,。)）")}
		if opens.MatchString(f.name) {
			x.open = true
		} else if closes.MatchString(f.name) {
			x.open = false
		}
		x.add(f)
	}
}

// mayState reports whether a folded line may state a field: at its start, in
// brackets at its end, or in a sentence of its own.
func mayState(s string) bool {
	colon := strings.IndexByte(s, ':')
	if colon < 0 {
		return false
	}
	if colon <= maxFieldName || strings.HasSuffix(strings.TrimRight(s, "。 "), ")") {
		return true
	}
	for _, w := range []string{"状态", "单位", "部门", "科室", "处室", "时限", "期限"} {
		if strings.Contains(s, w+":") || strings.Contains(s, w+" :") {
			return true
		}
	}
	return false
}

// inHeading reads the fields that stand in brackets at the end of a heading.
func (p *reading) inHeading(it *content.Item, l line) {
	h := makeLine(l.no, it.Heading)
	if aside.MatchString(h.fold) {
		p.fieldsOf(it, h)
	}
}

var (
	statusTold = regexp.MustCompile(`^整改(?:情况|结果|进展|落实情况)$`)
	statusName = regexp.MustCompile(`状态$|^(?:整改)?完成情况$|^销号情况$`)
	ownerName  = regexp.MustCompile(`责任(?:单位|部门|科室|处室)$`)
	leadName   = regexp.MustCompile(`牵头(?:单位|部门|科室|处室)$|主责(?:单位|部门)$`)
	dueName    = regexp.MustCompile(`(?:时限|期限)$|^(?:整改|(?:计划|预计|整改)?完成|办结)时间$`)
	proofName  = regexp.MustCompile(`^佐证材料$`)
)

// statuses are the words that documents use, with what they mean here. What is
// not among them is asked, never guessed.
func statuses() map[string]content.Status {
	m := make(map[string]content.Status)
	for s, words := range map[content.Status]string{
		content.Planned:    "未启动 尚未启动 未开展 未开始 待启动",
		content.Active:     "正在整改 整改中 正在推进 推进中 进行中 正在进行 正在整改中",
		content.Partial:    "基本完成 阶段性完成 取得阶段性成果 取得阶段性成效 阶段性整改完成 部分完成 已基本完成 已阶段性完成 完成阶段性整改",
		content.Completed:  "完成 已完成 已完成整改 整改完成 完成整改 已整改 已整改完成 整改到位 已整改到位 已销号 销号 已销账 销账 已办结 办结 已整改到位并销号",
		content.Longterm:   "长期坚持 需长期坚持 长期整改 需长期整改 需长期持续整改 长期持续整改 坚持长期整改 长期推进",
		content.Unfinished: "未完成 未整改到位 尚未完成 未整改 尚未整改到位 未完成整改",
		content.Reopened:   "重新整改 回头看后重新整改 “回头看”后重新整改",
	} {
		for w := range strings.FieldsSeq(words) {
			m[w] = s
		}
	}
	return m
}

// ledgers sets what fields and tables state about the leaves.
func (p *reading) ledgers() {
	known := statuses()
	for it := range p.n.Items {
		x := p.extra[it]
		if !it.Leaf() {
			for _, f := range x.fields {
				if statusName.MatchString(f.name) || ownerName.MatchString(f.name) || dueName.MatchString(f.name) {
					p.note(Uncertain, f.line, "field-above-leaf", f.name, it.Heading)
				}
			}
			continue
		}
		for _, f := range x.fields {
			p.field(it, f, known)
		}
		if it.Ledger.Owner == "" {
			for _, f := range x.fields {
				if leadName.MatchString(f.name) {
					p.value(&it.Ledger.Owner, f)
				}
			}
		}
	}
}

func (p *reading) field(it *content.Item, f field, known map[string]content.Status) {
	l := &it.Ledger
	switch {
	case f.name == "":
	case statusName.MatchString(f.name):
		word := squeezed(f.value)
		status, ok := known[word]
		switch {
		case word == "":
			p.note(Uncertain, f.line, "field-empty", f.name)
		case strings.HasPrefix(word, "立行立改"):
			p.note(Info, f.line, "method-not-status", f.value)
		case !ok && len([]rune(word)) > 20:
			// 完成情况：一段文字 tells a story, not a state.
		case !ok || !format.Attribute(f.value):
			p.note(Uncertain, f.line, "status-unknown", f.value)
		case l.Label != "" && l.Label != f.value:
			p.note(Contradiction, f.line, "status-twice", l.Label, f.value)
		default:
			l.Status, l.Label = status, f.value
		}
	case statusTold.MatchString(f.name):
		if _, ok := known[squeezed(f.value)]; ok { // 整改情况：已完成 may be told, not set: a person decides
			p.note(Uncertain, f.line, "status-maybe", f.name, f.value)
		}
	case ownerName.MatchString(f.name):
		p.value(&l.Owner, f)
	case proofName.MatchString(f.name):
		p.value(&l.Evidence, f)
	case dueName.MatchString(f.name):
		p.due(l, f)
	}
}

func (p *reading) value(into *string, f field) {
	switch {
	case f.value == "":
		p.note(Uncertain, f.line, "field-empty", f.name)
	case !format.Attribute(f.value):
		p.note(Uncertain, f.line, "field-unwritable", f.name, f.value)
	case *into == "":
		*into = f.value
	}
}

// due takes a whole day only: 6月底 and 长期 stay in the text.
func (p *reading) due(l *content.Ledger, f field) {
	text := fold(f.value)
	found := days(text)
	switch {
	case f.value == "":
		p.note(Uncertain, f.line, "field-empty", f.name)
	case strings.HasPrefix(text, "立行立改"):
		p.note(Info, f.line, "method-not-status", f.value)
	case len(found) == 1 && !found[0].noYear && strings.Trim(text[found[0].to:], " 前之以完成") == "" && strings.Trim(text[:found[0].from], " 于在") == "":
		l.Due = found[0].day
	default:
		p.note(Uncertain, f.line, "due-inexact", f.value)
	}
}
