package topics_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/pii"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/topics"
)

func noon() time.Time { return time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC) }

func today() calendar.Day { return calendar.On(noon()) }

// said is a submission with a text, some days ago.
func said(n int, text string, ago int) feedback.Submission {
	return feedback.Submission{
		ID: fmt.Sprintf("%032d", n), Number: feedback.MakeNumber(2026, int64(n)), Rev: 1, State: feedback.Accepted, Category: feedback.Opinion, Channel: feedback.Web,
		Visibility: feedback.Private, Received: noon().AddDate(0, 0, -ago), Text: text, CodeMAC: fmt.Appendf(nil, "%032d", n), Notice: "hall", Item: "3-2",
	}
}

// town are 480 letters, one a day: of lamps, lifts, parking, books and more, each in
// words of its own, with greetings.
func town() (list []feedback.Submission) {
	r := rand.New(rand.NewPCG(1, 2))
	greet := []string{"冒昧来信，", "各位辛苦，", "早日盼回音，", "斗胆直言，", "", ""}
	matters := [][]string{
		{"小区路灯", "晚上漆黑", "楼道看不清", "灯泡熄灭", "电线裸露"}, {"电梯停运", "老人爬楼梯", "轿厢异响", "维保单据", "按钮失灵"},
		{"停车收费", "车位紧张", "道闸乱抬杆", "占道堵路", "发票难开"}, {"图书馆闭馆", "还书箱满", "自习座位", "新书上架慢", "借阅证难办"},
		{"广场舞噪音", "喇叭刺耳", "夜里扰民", "学生复习", "物业推诿"}, {"垃圾清运迟", "气味难闻", "苍蝇蚊子", "桶站满溢", "污水横流"},
		{"公厕缺纸", "地面湿滑", "门锁损坏", "洗手台漏水", "指示牌模糊"}, {"讲解预约难", "语音导览嘈杂", "展品灯光暗", "存包柜故障", "团队拥挤"},
	}
	for i := range 480 {
		own := matters[i%len(matters)]
		k := r.Perm(len(own))[:3]
		s := said(i+1, greet[r.IntN(len(greet))]+own[k[0]]+"，"+own[k[1]]+"，"+own[k[2]]+"。"+greet[r.IntN(len(greet))], i)
		if i%len(matters) == 1 {
			s.Item = "9"
		}
		list = append(list, s)
	}
	return list
}

func count(list []feedback.Submission) topics.Topics {
	var texts []topics.Text
	for i := range list {
		if t, ok := topics.TextOf(&list[i], pii.Finder{}); ok {
			texts = append(texts, t)
		}
	}
	return topics.Count(texts, today())
}

func term(t topics.Topics, what string) (topics.Term, bool) {
	for _, x := range t.Terms {
		if strings.Contains(x.Text, what) {
			return x, true
		}
	}
	return topics.Term{}, false
}

// What names no notice says nothing of where a word belongs, however much of it there is.
func TestPlace(t *testing.T) {
	t.Parallel()
	list, n := town(), 0
	for i := range list {
		if i%3 != 0 {
			list[i].Notice, list[i].Item = "", ""
		} else if strings.Contains(list[i].Text, "路灯") {
			n++
		}
	}
	if lamp, ok := term(count(list), "路灯"); !ok || lamp.Place != (topics.Place{Notice: "hall", Item: "3-2", N: n}) {
		t.Errorf("路灯 is about %+v, want %d", lamp.Place, n)
	}
	for i := range list {
		list[i].Notice, list[i].Item = "", ""
	}
	if lamp, ok := term(count(list), "路灯"); !ok || lamp.Place != (topics.Place{}) {
		t.Errorf("路灯 is about %+v where nothing is named", lamp.Place)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	list := town()
	got := count(list)
	if len(got.Groups) < 2 || !slices.ContainsFunc(got.Groups, func(g topics.Group) bool { return slices.Contains(g.Terms, "学生复习") && g.Total > 50 }) {
		t.Errorf("groups %+v", got.Groups)
	}
	lamp, ok := term(got, "路灯")
	n, recent := 0, 0
	for i, s := range list {
		if strings.Contains(s.Text, "路灯") {
			n++
			recent += 1 - min(i/28, 1)
		}
	}
	if !ok || lamp.Total != n || lamp.Recent != recent || lamp.Place != (topics.Place{Notice: "hall", Item: "3-2", N: n}) {
		t.Fatalf("路灯: %+v, %v in %+v, want %d and %d", lamp, ok, got.Terms, n, recent)
	}
	sum := 0
	for _, n := range lamp.Months {
		sum += n
	}
	if sum > lamp.Total || sum < lamp.Total/2 || len(lamp.Months) != len(got.Months) || got.Months[11] != "2026-11-01" || got.Months[0] != "2025-12-01" {
		t.Errorf("months %v of %v", lamp.Months, got.Months)
	}
	if lift, _ := term(got, "电梯"); lift.Place.Item != "9" {
		t.Errorf("电梯 is about %+v", lift.Place)
	}
	for _, x := range []string{"辛苦", "冒昧", "早日", "直言"} {
		if found, ok := term(got, x); ok {
			t.Errorf("a greeting is told: %+v", found)
		}
	}
}

// What looks like personal data, what was hidden and what is praise, spam,
// suspected or erased is not looked at; nearly equal ones of a month count once.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	var list []feedback.Submission
	for i, s := range town() {
		s.Text += "我叫欧阳建国，住幸福花园3号楼，电话13800138000。甲乙丙丁。"
		at := strings.Index(s.Text, "甲乙丙丁")
		from := len([]rune(s.Text[:at]))
		s.Redactions = []feedback.Redaction{{From: from, To: from + 4, Kind: feedback.HiddenOther}}
		list = append(list, s)
		for k, change := range []func(*feedback.Submission){
			func(s *feedback.Submission) { s.Category = feedback.Praise },
			func(s *feedback.Submission) { s.State, s.Rejection = feedback.Rejected, feedback.RejectSpam },
			func(s *feedback.Submission) { s.State, s.Suspect = feedback.Received, []string{"trap"} },
			func(s *feedback.Submission) { s.ErasedAt = noon() },
		} {
			other := said(1000+10*i+k, fmt.Sprint("河道黑臭死鱼漂浮", strings.Repeat("脏", k)), i)
			change(&other)
			list = append(list, other)
		}
	}
	got := count(list)
	for _, x := range []string{"欧阳", "建国", "幸福花园", "138", "甲乙", "河道", "死鱼"} {
		if found, ok := term(got, x); ok {
			t.Errorf("%s is told: %+v", x, found)
		}
	}
	if _, ok := term(got, "路灯"); !ok {
		t.Error("路灯 is not told")
	}
}

// Every word is told with the texts that it stands in, counted by looking for it,
// and none that stands in fewer than five.
func TestCountsAreTrue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"路灯", "晚上", "电梯", "停运", "老人", "噪音", "，", "收费", "wifi ", "灯", "的"})
		var list []feedback.Submission
		for i := range rapid.IntRange(0, 60).Draw(t, "texts") {
			list = append(list, said(i+1, strings.Join(rapid.SliceOfN(piece, 1, 5).Draw(t, "pieces"), ""), rapid.IntRange(0, 500).Draw(t, "ago")))
		}
		got := count(list)
		for _, x := range got.Terms {
			n, recent := 0, 0
			for _, s := range list {
				if !slices.ContainsFunc(strings.FieldsFunc(s.Text, func(r rune) bool { return strings.ContainsRune("，的 ", r) }), func(run string) bool { return strings.Contains(run, x.Text) }) {
					continue
				}
				n++
				if calendar.On(s.Received).DaysUntil(today()) < 28 {
					recent++
				}
			}
			// A phrase may be named by a longer stretch of it, which stands in fewer.
			if x.Total < topics.Least || n > x.Total || float64(n) < .7*float64(x.Total) || recent > x.Recent {
				t.Fatalf("%s stands in %d texts, %d lately; told %+v", x.Text, n, recent, x)
			}
		}
		for _, g := range got.Groups {
			if len(g.Terms) < 2 || g.Total < topics.Least {
				t.Fatalf("group %+v", g)
			}
		}
	})
}

// A book reads a store: clues stand only where they may, and near-equal ones of
// a month count once.
func TestBook(t *testing.T) {
	t.Parallel()
	s, err := sqlitestore.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	file := func(sub feedback.Submission) {
		sub.Number = ""
		if _, _, err := s.Insert(t.Context(), feedback.Entry{Submission: sub, Now: noon()}); err != nil {
			t.Fatal(err)
		}
	}
	all := town()
	slices.Reverse(all) // the oldest first, as they came
	lamps := 0
	for _, sub := range all {
		if sub.Received.Before(noon().AddDate(-1, 0, 0)) {
			continue
		}
		file(sub)
		if strings.Contains(sub.Text, "路灯") && calendar.On(sub.Received) >= "2025-12-01" {
			lamps++
		}
	}
	for i := range 60 {
		clue := said(2000+i, []string{"办公用房超标装修，账目不清", "超标装修，公款吃喝", "公款吃喝，账目不清"}[i%3], i)
		clue.Category = feedback.Clue
		file(clue)
		same := said(3000+i, "小区路灯晚上熄灭，楼道漆黑", 0)
		same.Likeness = "00000000000000aa"
		file(same)
	}
	book, source := &topics.Book{}, topics.Source{Store: s, Finder: func() pii.Finder { return pii.Finder{} }, Now: noon}
	if _, known := book.Topics(true); known {
		t.Error("topics before anything was read")
	}
	if err := book.Read(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	with, _ := book.Topics(true)
	without, _ := book.Topics(false)
	if _, ok := term(with, "超标装修"); !ok {
		t.Errorf("clues are not counted where they may be: %+v", with.Terms)
	}
	if found, ok := term(without, "装修"); ok {
		t.Errorf("clues stand where they may not: %+v", found)
	}
	if lamp, _ := term(without, "路灯"); lamp.Total != lamps+1 || !without.AsOf.Equal(noon()) || without.Full {
		t.Errorf("%+v as of %v: want one of those that are equal", lamp, without.AsOf)
	}
	if without.From != "2025-12-01" {
		t.Errorf("the oldest is of %s", without.From)
	}
}
