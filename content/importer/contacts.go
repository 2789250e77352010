package importer

import (
	"regexp"
	"slices"
	"strings"

	"rectify/content"
)

// maxContactLines is how far above the signature the ways to be heard are looked for.
const maxContactLines = 24

// maxBelow is how many lines below the signature may still name contacts.
const maxBelow = 6

const (
	phoneLabel = `(?:专门)?(?:值班|联系|监督|监督举报|举报|受理|咨询|办公|投诉)?(?:电 *话|手 *机)(?:号码)?`
	emailLabel = `(?:专门)?(?:联系|监督|举报|互联网)*(?:电子(?:邮箱|信箱|邮件)|邮 *箱)(?:地址)?`
	postLabel  = `(?:专门)?(?:收件人|收信人|收件单位|收信单位|邮政信箱|邮政邮箱|通信地址|通讯地址|邮寄地址|来信地址|来信请寄|联系地址|信箱地址|来访地址|单位地址|收信地址|地 *址|信 *箱)`
	codeLabel  = `(?:邮政编码|邮 *编)`
	hoursLabel = `(?:接听|受理|值班|办公|工作|来访|接待)时间`
	faxLabel   = `传 *真(?:号码|电话)?`
)

var (
	contactAt  = regexp.MustCompile(`(` + phoneLabel + `)|(` + emailLabel + `)|(` + postLabel + `)|(` + codeLabel + `)|(` + hoursLabel + `)|(` + faxLabel + `)`)
	invitation = regexp.MustCompile(`(?:欢迎|请).{0,30}(?:监督|提出意见|反映)`)
	phoneValue = regexp.MustCompile(`1[3-9][0-9]{9}|[48]00-?[0-9]{3}-?[0-9]{4}|0[0-9]{3}-[0-9]{3}-[0-9]{4}(?:(?: ?转 ?|-)[0-9]{1,6})?|(?:\(0[0-9]{2,3}\) ?|0[0-9]{2,3} ?[-—–] ?|0[0-9]{2,3} )?[1-9][0-9]{6,7}(?:(?: ?转 ?|-)[0-9]{1,6})?|0[0-9]{2,3}[1-9][0-9]{6,7}(?: ?转 ?[0-9]{1,6})?|123[0-9]{2}`)
	mailValue  = regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+`)
	codeValue  = regexp.MustCompile(`^[0-9]{6}`)
	hoursValue = regexp.MustCompile(`(?:每个?工作日|法定工作日|工作日|每天|周一至周五|星期一至星期五|周一到周五|上午|正常上班时间)[^;。()]*?[0-9]{1,2}[:时点][0-9]{0,2}[^;。()]*`)
	addressee  = regexp.MustCompile(`^收[件信]`)
	elsewhere  = regexp.MustCompile(`详?见附[表件]`)
)

// leadsToContacts reports whether a line speaks of the ways to be heard. It is
// asked of many long lines, so plain words go before the pattern.
func leadsToContacts(s string) bool {
	s = strings.ReplaceAll(s, " ", "") // 电　话
	if strings.HasPrefix(s, "电话") {
		return true
	}
	if at := strings.IndexByte(s, ':'); at > 0 && at < maxFieldName {
		if m := contactAt.FindStringIndex(s[:at]); m != nil && m[0] == 0 && m[1] == at {
			return true
		}
	}
	for _, w := range []string{"联系方式", "联系电话", "监督电话", "举报电话", "值班电话", "电子邮箱", "电子信箱", "邮政信箱", "邮政邮箱", "通信地址", "通讯地址", "来信请寄", "邮寄地址"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return (strings.Contains(s, "监督") || strings.Contains(s, "反映") || strings.Contains(s, "提出意见")) && invitation.MatchString(s)
}

// contacts reads the ways to be heard out of the foot of the document.
func (p *reading) contacts() {
	end := p.end()
	body := p.body[max(0, end-maxContactLines):min(len(p.body), end+maxBelow)]
	start := slices.IndexFunc(body, func(l line) bool {
		return l.rows == nil && leadsToContacts(l.fold) || contactTable(l.rows)
	})
	if start < 0 {
		p.note(Uncertain, 0, "no-contacts")
		return
	}
	for _, l := range body[start:] {
		if l.rows != nil {
			if contactTable(l.rows) {
				p.contactRows(l)
			}
			continue
		}
		p.contactLine(l)
	}
	p.unfilled()
	p.mentioned(body[start:])
	if p.n.Contacts.Empty() {
		p.note(Uncertain, body[start].no, "no-contacts")
	}
}

func contactTable(rows [][]string) bool {
	for _, r := range rows {
		for _, c := range r {
			if f := fold(strings.TrimSpace(visible(c))); len(f) < 60 && contactAt.FindString(f) != "" && !ledgerTable(rows) {
				return true
			}
		}
	}
	return false
}

// contactRows reads a table of labels with their values beside or below them.
func (p *reading) contactRows(l line) {
	for i, r := range l.rows {
		for c, cell := range r {
			label := strings.TrimRight(strings.TrimSpace(visible(cell)), "：: ")
			m := contactAt.FindStringIndex(fold(label))
			if m == nil || m[0] != 0 || m[1] != len(fold(label)) {
				if m != nil {
					p.contactLine(makeLine(l.no, cell))
				}
				continue
			}
			value := ""
			if c+1 < len(r) {
				value = strings.TrimSpace(visible(r[c+1]))
			}
			if value == "" || contactAt.FindString(fold(value)) == fold(value) {
				value = ""
				if i+1 < len(l.rows) && c < len(l.rows[i+1]) {
					value = strings.TrimSpace(visible(l.rows[i+1][c]))
				}
			}
			p.contactLine(makeLine(l.no, label+"："+value))
		}
	}
}

// contactLine reads every label of a line with what stands behind it.
func (p *reading) contactLine(l line) {
	if elsewhere.MatchString(l.fold) && leadsToContacts(l.fold) {
		p.note(Uncertain, l.no, "contact-elsewhere", l.text)
	}
	marks := labels(l.fold)
	if len(marks) == 0 {
		p.below(l)
	} else {
		p.unfilled()
	}
	for i, m := range marks {
		end := len(l.fold)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		rest := l.fold[m[1]:end]
		value := strings.TrimLeft(rest, " :为是]】)")
		set := rest[:len(rest)-len(value)]
		colon := strings.ContainsRune(set, ':') || strings.Contains(set, "为")
		from := end - len(value)
		if stop := strings.IndexAny(value, ";。"); stop >= 0 {
			end = from + stop
		}
		kind := 0
		for k := aPhone; k <= aFax; k++ {
			if m[2*k] >= 0 {
				kind = k
			}
		}
		p.contact(kind, l, from, end, colon, l.fold[m[0]:m[1]])
	}
	if m := hoursValue.FindStringIndex(l.fold); m != nil && p.n.Contacts.Hours == "" && len(p.n.Contacts.Phone) > 0 {
		p.n.Contacts.Hours = strings.Trim(l.original(m[0], m[1]), " ，,、：:")
	}
}

// labels are the places of labels in a folded line. A post box named inside of
// an address, as in 邮政信箱:临水市第33号邮政信箱, is no label of its own.
func labels(s string) [][]int {
	marks := contactAt.FindAllStringSubmatchIndex(s, -1)
	post := 2 * aPost
	for i := len(marks) - 1; i > 0; i-- {
		before, m := marks[i-1], marks[i]
		if before[post] >= 0 && m[post] >= 0 && !strings.HasSuffix(s[:m[1]], "寄") &&
			!strings.HasPrefix(strings.TrimLeft(s[m[1]:], " ]】)"), ":") && !strings.ContainsAny(s[before[1]:m[0]], ";。") {
			marks = slices.Delete(marks, i, i+1)
		}
	}
	return marks
}

const (
	aPhone = iota + 1
	anEmail
	aPost
	aPostcode
	theHours
	aFax // read so that its number is no phone
)

// waiting is a label whose line ends behind its colon: its values stand below,
// as a list or each on a line.
type waiting struct {
	kind   int
	label  string
	no     int
	filled bool
}

// below takes a line without labels as a value of the label above.
func (p *reading) below(l line) {
	w := p.label
	if w == nil || p.signature > 0 && l.no >= p.signedFrom {
		return
	}
	value := l.fold[len(fold(l.marker.Text)):]
	switch w.kind {
	case aPhone:
		w.filled = w.filled || phoneValue.MatchString(value)
	case anEmail:
		w.filled = w.filled || mailValue.MatchString(value)
	default:
		if w.filled { // one line is the address; what follows may be anything
			return
		}
		w.filled = true
	}
	if w.filled {
		p.contact(w.kind, l, len(l.fold)-len(value), len(l.fold), true, w.label)
	}
}

// unfilled says that the label above was followed by nothing.
func (p *reading) unfilled() {
	if w := p.label; w != nil && !w.filled {
		p.note(Uncertain, w.no, "contact-empty", w.label)
	}
	p.label = nil
}

// contact takes the value of one label, from to end in the folded line.
func (p *reading) contact(kind int, l line, from, end int, colon bool, label string) {
	c, value := &p.n.Contacts, l.fold[from:end]
	full := strings.Trim(l.original(from, end), " ，,、（(：:")
	if strings.Count(full, "）")+strings.Count(full, ")") > strings.Count(full, "（")+strings.Count(full, "(") {
		full = strings.TrimRight(full, "）)")
	}
	if strings.Trim(value, " ,、()") == "" || value[0] == ',' && kind == aPhone && phoneValue.FindString(value) == "" {
		switch {
		case colon && kind != aFax && strings.TrimRight(l.fold[end:], " 。") == "":
			p.label = &waiting{kind: kind, label: label, no: l.no}
		case colon:
			p.note(Uncertain, l.no, "contact-empty", label)
		}
		return
	}
	switch {
	case kind == aPhone:
		for _, m := range phoneValue.FindAllStringIndex(value, -1) {
			if alone(value, m) {
				c.Phone = with(c.Phone, strings.ReplaceAll(value[m[0]:m[1]], " ", ""))
			}
		}
	case kind == anEmail || kind == aPost && mailValue.MatchString(value):
		for _, m := range mailValue.FindAllString(value, -1) {
			c.Email = with(c.Email, m)
		}
		if kind == anEmail && colon && !mailValue.MatchString(value) {
			p.note(Uncertain, l.no, "contact-unread", label, full)
		}
	case kind == aPost && (colon || strings.HasSuffix(label, "寄")):
		if addressee.MatchString(label) {
			full = label + "：" + full
		}
		if c.Post == "" {
			c.Post = full
		} else if c.Post != full {
			c.Post += "；" + full
		}
		if strings.HasSuffix(label, "邮政邮箱") {
			p.note(Info, l.no, "contact-label", label)
		}
	case kind == aPostcode:
		if m := codeValue.FindString(value); m == "" {
			p.note(Uncertain, l.no, "contact-unread", label, full)
		} else if c.Postcode != "" && c.Postcode != m {
			p.note(Uncertain, l.no, "postcode-twice", c.Postcode, m)
		} else {
			c.Postcode = m
		}
	case kind == theHours && colon && c.Hours == "":
		c.Hours = full
	}
}

// alone reports whether the number at m is not part of a longer one.
func alone(s string, m []int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }
	return !digit(m[0]-1) && !digit(m[1])
}

func with(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// mentioned adds what stands among the contacts without a label of its own.
func (p *reading) mentioned(lines []line) {
	for _, l := range lines {
		for _, m := range content.Mentions(l.text) {
			if p.n.Contacts.Holds(m) {
				continue
			}
			switch m.Kind {
			case content.MentionPhone:
				p.n.Contacts.Phone = with(p.n.Contacts.Phone, m.Text)
				p.note(Uncertain, l.no, "contact-unlabelled", m.Text)
			case content.MentionEmail:
				p.n.Contacts.Email = with(p.n.Contacts.Email, m.Text)
			case content.MentionPostcode:
				if p.n.Contacts.Postcode == "" {
					p.n.Contacts.Postcode = m.Text
				}
			}
		}
	}
}
