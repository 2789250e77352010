package importer

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"rectify/content"
	"rectify/content/numbering"
)

const amount = `([0-9]{1,4}|[一二三四五六七八九十]{1,3})`

var (
	aspectsText  = regexp.MustCompile(amount + ` ?个(?:大)?方面`)
	problemsText = regexp.MustCompile(amount + ` ?(?:个|项|条)(?:主要|突出|反馈|重点)?问题`)
	problemsSaid = regexp.MustCompile(`(?:反馈|指出|移交|梳理)(?:的|出)?(?:具体|主要)?问题(?:共|合计)? ?` + amount + ` ?(?:个|项|条)`)
	findingsText = regexp.MustCompile(amount + ` ?(?:个|项|条)具体(?:问题|表现|事项)`)
	totalText    = regexp.MustCompile(`([0-9]{1,5}) ?(?:个|项|条)(?:具体|反馈|整改)?(?:问题|表现|事项|任务|措施)`)
	partText     = regexp.MustCompile(`(已(?:经)?完成(?:整改)?|(?:已|全部)?整改完成|已整改(?:到位)?|基本完成(?:并[^0-9,。;]{0,10})?|阶段性完成|取得阶段性成[果效]|正在(?:推进|整改|办理|进行)(?:的)?|持续(?:推进|整改|坚持)(?:的)?|长期坚持(?:的)?|未完成(?:整改)?(?:的)?|未启动(?:的)?|重新列入整改|完成(?:整改)?) ?([0-9]{1,5}) ?(?:个|项|条)?`)
	togetherText = regexp.MustCompile(`共(?:计)? ?([0-9]{1,5}) ?(?:个|项|条)`)
	counting     = regexp.MustCompile(`反馈|共|梳理|涉及|指出|发现|移交|列出|细化|分解`)
	single       = regexp.MustCompile(`[每这同某任有哪各逐第]$`)
	percentText  = regexp.MustCompile(`([0-9]{1,3}(?:\.[0-9]{1,4})?) ?%`)
)

// count reads an amount in digits or Chinese numerals; 0 if it is none.
func count(s string) int {
	if v, ok := numbering.HanNumber(s); ok {
		return v
	}
	v, _ := strconv.Atoi(s)
	return v
}

// totals reads what the document claims to hold and does the sums that it
// states, with the words that stand outside of items.
func (p *reading) totals() {
	var said content.Stated
	at := 0
	for _, l := range p.outside {
		if l.rows != nil {
			continue
		}
		for s := range strings.SplitSeq(l.fold, "。") {
			if !strings.Contains(s, "问题") && !strings.Contains(s, "具体") && !strings.Contains(s, "完成") {
				continue // asked of every sentence: no pattern for most of them
			}
			p.sums(s, l.no)
			x := claims(s)
			known := kindsOf(x)
			if known > 1 && kindsOf(said) < 2 || known == 1 && kindsOf(said) == 0 && x.Aspects == 0 && counting.MatchString(s) {
				said, at = x, l.no
			}
		}
	}
	if said.Problems > 0 || said.Findings > 0 {
		p.stated(said, at)
	}
}

// claims are the totals that a sentence names; 每一个问题 names none.
func claims(s string) content.Stated {
	get := func(re *regexp.Regexp) int {
		for _, m := range re.FindAllStringSubmatchIndex(s, 8) {
			if v := count(s[m[2]:m[3]]); v > 1 || v == 1 && !single.MatchString(s[:m[2]]) {
				return v
			}
		}
		return 0
	}
	x := content.Stated{Aspects: get(aspectsText), Problems: get(problemsText), Findings: get(findingsText)}
	if x.Problems == 0 {
		x.Problems = get(problemsSaid)
	}
	return x
}

func kindsOf(s content.Stated) int {
	n := 0
	for _, v := range []int{s.Aspects, s.Problems, s.Findings} {
		if v > 0 {
			n++
		}
	}
	return n
}

// stated keeps what the document claims, where it agrees with the tree: a claim
// that does not is a contradiction for a person to look at. Which level of the
// tree it means by 问题 shows in the levels that it has.
func (p *reading) stated(said content.Stated, at int) {
	counted := p.n.Totals()
	if said.Problems > 0 && counted.Problems == 0 && said.Findings == 0 {
		said.Findings, said.Problems = said.Problems, 0 // the leaves are all the problems there are
	}
	if counted.Aspects == 0 && said.Aspects > 0 {
		p.note(Info, at, "aspects-are-no-level", said.Aspects)
		said.Aspects = 0
	}
	p.n.Stated = said
	for _, x := range []struct {
		code string
		said *int
		have int
	}{
		{"total-aspects", &p.n.Stated.Aspects, counted.Aspects}, {"total-problems", &p.n.Stated.Problems, counted.Problems},
		{"total-findings", &p.n.Stated.Findings, counted.Findings},
	} {
		if *x.said > 0 && *x.said != x.have && counted.Findings > 0 {
			p.note(Contradiction, at, x.code, *x.said, x.have)
			*x.said = 0
		}
	}
}

// sums holds parts such as 已完成19项、正在整改6项 against their total and
// percentages against both.
func (p *reading) sums(s string, at int) {
	var parts []int
	sum := 0
	for _, m := range partText.FindAllStringSubmatch(s, 16) {
		v, _ := strconv.Atoi(m[2])
		parts = append(parts, v)
		sum += v
	}
	if len(parts) == 0 {
		return
	}
	total := totalOf(s, partText.FindStringIndex(s)[0], sum)
	if total > 0 && len(parts) > 1 && sum != total {
		p.note(Contradiction, at, "sum-differs", sum, total)
	}
	if total == 0 {
		total = sum
	}
	if len(parts) == 1 && total == sum {
		return
	}
	for _, m := range percentText.FindAllStringSubmatch(s, 16) {
		if !percentFits(m[1], parts, total) {
			p.note(Contradiction, at, "percent-differs", m[1]+"%", total)
		}
	}
}

// totalOf is the total that parts belong to, out of the words before the first
// of them: of 4个问题细化为6个具体问题 the one that they add up to, else what is
// said behind them (共697项), else the nearest; 0 for none.
func totalOf(s string, first, sum int) int {
	total := 0
	for _, re := range []*regexp.Regexp{problemsSaid, totalText} {
		for _, m := range re.FindAllStringSubmatch(s[:first], 16) {
			if total = count(m[1]); total == sum {
				return total
			}
		}
	}
	if m := togetherText.FindStringSubmatch(s[first:]); m != nil {
		return count(m[1])
	}
	return total
}

// percentFits reports whether some of the parts together are that share of the
// total, rounded or cut as the digits say.
func percentFits(said string, parts []int, total int) bool {
	share, err := strconv.ParseFloat(said, 64)
	if err != nil || total == 0 {
		return false
	}
	places := 0
	if _, after, ok := strings.Cut(said, "."); ok {
		places = len(after)
	}
	step := math.Pow10(-places)
	for set := 1; set < 1<<min(len(parts), 10); set++ {
		sum := 0
		for i, v := range parts[:min(len(parts), 10)] {
			if set&(1<<i) != 0 {
				sum += v
			}
		}
		exact := float64(sum) * 100 / float64(total)
		if math.Abs(exact-share) <= step/2+1e-9 || exact >= share && exact-share < step {
			return true
		}
	}
	return false
}
