package site_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/site"
	"rectify/site/i18n"
)

// talkOf is the opinion as a page draws it, without what differs by where it is.
func talkOf(t *testing.T, page string) string {
	t.Helper()
	_, talk, ok := strings.Cut(page, `<article class="talk"`)
	if !ok {
		t.Fatalf("no opinion on the page\n%s", cut(page))
	}
	talk, _, _ = strings.Cut(talk, "</article>")
	talk, _, _ = strings.Cut(talk, `<form`) // by which readers say that they have the same concern
	return strings.TrimSpace(talk)
}

// textMark is the mark of the text that the form of redactions sends back.
func textMark(t *testing.T, page string) string {
	t.Helper()
	return field(t, page, "text")
}

// Places are offered one by one, taken or refused; the preview is what the public
// page is afterwards, to the letter; and nothing is kept by looking.
func TestPreviewIsThePublicPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("我叫周小满，电话" + senderPhone + "。\n屏幕坏了，请问石头记什么时候开演？")).Number
	mod := w.signedIn("mo", feedback.Moderator)
	page := mod.get("/desk/submissions/"+string(n)).want(t, "case", http.StatusOK)
	page.has(t, "case", `value="2-5-name" checked`, `value="8-19-phone" checked`, "<mark>周小满</mark>", "<mark>"+senderPhone+"</mark>")
	mark := textMark(t, page.body)
	rev := w.kept(n).Rev
	preview := func(more ...string) answer {
		t.Helper()
		return mod.act(n, "accept", rev, append([]string{"preview", "1", "text", mark, "category", "opinion"}, more...)...)
	}
	a := preview("place", "8-19-phone", "place", "25-28-other", "hide", "屏幕", "kind", "other").want(t, "preview", http.StatusOK)
	a.has(t, "preview", "还没有保存", `value="2-5-name">`, `value="8-19-phone" checked`, `value="25-28-other" checked`, `value="屏幕"`)
	if !strings.Contains(talkOf(t, a.body), "周小满") || strings.Contains(talkOf(t, a.body), senderPhone) {
		t.Errorf("refused and taken: %s", talkOf(t, a.body))
	}
	if s := w.kept(n); s.Rev != rev || s.State != feedback.Received {
		t.Fatalf("looking changed it: %s, revision %d", s.State, s.Rev)
	}
	full := []string{"place", "2-5-name", "place", "8-19-phone", "place", "26-29-other"}
	shown := talkOf(t, preview(full...).want(t, "preview", http.StatusOK).body)
	piece := preview(append(full, "piece", "1")...).want(t, "piece", http.StatusOK)
	if talkOf(t, piece.body) != shown || strings.Contains(piece.body, "<html") {
		t.Error("the piece is another one than the page shows")
	}
	mod.act(n, "accept", rev, append([]string{"text", mark, "category", "opinion"}, full...)...).want(t, "accepted", http.StatusSeeOther)
	w.act(n, actor("mo", feedback.Moderator), feedback.Publish{})
	public := talkOf(t, w.visitor().get("/feedback/"+string(n)).want(t, "public", http.StatusOK).body)
	if public != shown {
		t.Errorf("the preview showed\n%s\nthe public sees\n%s", shown, public)
	}
	for _, secret := range []string{"周小满", senderPhone} {
		if strings.Contains(public, secret) {
			t.Errorf("the public reads %s", secret)
		}
	}
	// Places of another text are refused, and so is what is none.
	rev = w.kept(n).Rev
	mod.act(n, "redact", rev, "place", "0-1-name", "text", "another").want(t, "another text", http.StatusUnprocessableEntity).has(t, "another text", "标记的地方对不上")
	mod.act(n, "redact", rev, "preview", "1", "text", mark, "place", "x", "place", "-3-2-name", "place", "9-2-name", "place", "0-1-$ne", "place", "0-99999999999999999999-name").want(t, "no places", http.StatusOK)
	mod.act(n, "note", rev, "preview", "1", "note", "x").want(t, "preview of a note", http.StatusBadRequest)
	rep := w.signedIn("re", feedback.Replier)
	rep.act(n, "redact", rev, "preview", "1", "text", mark).want(t, "preview by a replier", http.StatusForbidden)
}

// Each reason stands with the words that its sender reads, and each category with
// the limit that the answer would have.
func TestChoicesSayWhatTheyMean(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("屏幕坏了。")).Number
	mod := w.signedIn("mo", feedback.Moderator)
	page := mod.get("/desk/submissions/" + string(n))
	for _, r := range feedback.Rejections() {
		page.has(t, "reasons", w.words.Text(i18n.Chinese, "reject."+string(r)))
	}
	for cat, due := range map[string]string{"意见建议": "2027年1月23日", "咨询": "2026年12月1日", "纠错": "2026年11月27日"} {
		if !regexp.MustCompile(cat + `：[^<]*答复期限` + due).MatchString(page.body) {
			t.Errorf("%s does not say that it is due on %s", cat, due)
		}
	}
	chosen := func(page answer, want string) {
		t.Helper()
		if got := field(t, page.body, "category"); got != want {
			t.Errorf("chosen is %q, want %q", got, want)
		}
	}
	asked := w.file(opinion("几点开门？", func(in *feedback.Incoming) { in.Category = feedback.Question })).Number
	chosen(mod.get("/desk/submissions/"+string(asked)), "question")
	chosen(mod.act(asked, "note", 1, "note", "").want(t, "an empty note", http.StatusUnprocessableEntity), "question")
	chosen(mod.act(asked, "accept", 1, "preview", "1", "category", "praise").want(t, "preview", http.StatusOK), "praise")
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{})
	mod.act(n, "classify", w.kept(n).Rev, "category", "question").want(t, "classify", http.StatusSeeOther)
	mod.get("/desk/submissions/"+string(n)).has(t, "after", "答复期限由2027年1月23日改为2026年12月1日", "现在是“咨询”，答复期限：2026年12月1日")
}

// codeForm opens a submission by its code and answers the page.
func (b *browser) opened(code feedback.Code) answer {
	b.t.Helper()
	return b.post("/track", url.Values{"code": {string(code)}}).want(b.t, "track", http.StatusOK)
}

// A letter of several matters: each has its number and limits, the letter stays,
// and its sender sees and answers all of them by the one code, another sender none.
func TestSplitByTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	text := "第一，屏幕坏了。\n第二，停车场周末为什么收费？"
	r := w.file(opinion(text))
	other := w.file(opinion("别人的意见。"))
	mod := w.signedIn("mo", feedback.Moderator)
	rev := w.kept(r.Number).Rev
	bad := mod.act(r.Number, "split", rev, "piece", "屏幕一直坏着", "piece-category", "opinion").want(t, "other words", http.StatusUnprocessableEntity)
	bad.has(t, "other words", "不是信中原话", "屏幕一直坏着")
	mod.act(r.Number, "split", rev, "piece", "屏幕坏了。", "piece-category", "clue").want(t, "a clue", http.StatusUnprocessableEntity).has(t, "a clue", "整封信改为问题线索")
	mod.act(r.Number, "split", rev, "piece", " ").want(t, "nothing", http.StatusUnprocessableEntity)
	mod.act(r.Number, "split", rev, "piece", "停车场周末为什么收费？", "piece-category", "question", "piece", "", "piece-category", "opinion").want(t, "split", http.StatusSeeOther)
	letter := w.kept(r.Number)
	if len(letter.Pieces) != 1 || letter.Pieces[0].Number == "" || letter.Text != text || letter.State != feedback.Received {
		t.Fatalf("the letter: %+v", letter.Pieces)
	}
	part := w.kept(letter.Pieces[0].Number)
	if part.Category != feedback.Question || part.Limits.Answer.Day != "2026-12-01" || part.Item != leaf || part.Events[0].Note != string(r.Number) {
		t.Errorf("the part: %+v", part)
	}
	mod.get("/desk/submissions/"+string(r.Number)).has(t, "letter", "从这一件拆出", `/desk/submissions/`+string(part.Number)+`"`, "拆出的各件已登记："+string(part.Number))
	mod.get("/desk/submissions/"+string(part.Number)).has(t, "part", "从这封信拆出", `/desk/submissions/`+string(r.Number)+`"`, "从一封信中拆出："+string(r.Number))
	w.answered(part.Number)
	v := w.visitor()
	page := v.opened(r.Code).has(t, "track", "这封信分成了几件", string(part.Number))
	pass := field(t, page.body, "pass")
	open := v.post("/track", url.Values{"pass": {pass}, "act": {"open"}, "part": {string(part.Number)}}).want(t, "open", http.StatusOK)
	open.has(t, "part by code", "已经修好了。", "停车场周末为什么收费", string(r.Number))
	done := v.post("/track", url.Values{"pass": {field(t, open.body, "pass")}, "act": {"rate"}, "solved": {"3"}}).want(t, "rate", http.StatusOK)
	done.has(t, "rate", string(part.Number))
	if w.kept(part.Number).Rating == nil {
		t.Error("the rating is not kept")
	}
	v.post("/track", url.Values{"pass": {field(t, open.body, "pass")}, "act": {"open"}, "part": {string(r.Number)}}).want(t, "back", http.StatusOK).has(t, "back", "屏幕坏了")
	for _, n := range []string{string(other.Number), "2026-999999", "", "x"} {
		v.post("/track", url.Values{"pass": {pass}, "act": {"open"}, "part": {n}}).want(t, "open "+n, http.StatusNotFound)
	}
	strange := field(t, v.opened(other.Code).body, "pass")
	v.post("/track", url.Values{"pass": {strange}, "act": {"open"}, "part": {string(part.Number)}}).want(t, "another's", http.StatusNotFound)
	// The sender's data go from the letter and from every part of it.
	pass = field(t, v.opened(r.Code).body, "pass")
	v.post("/track/erase", url.Values{"pass": {pass}, "erase": {"yes"}}).want(t, "erase", http.StatusOK)
	for _, n := range []feedback.Number{r.Number, part.Number} {
		if s := w.kept(n); !s.Erased() || s.Text != "" || len(s.Senders) != 0 || len(s.Ties) > 1 {
			t.Errorf("%s is not erased: %+v", n, s)
		}
	}
}

// failing lets no insert through for a while.
type failing struct {
	feedback.Store
	down bool
}

func (f *failing) Insert(ctx context.Context, e feedback.Entry) (feedback.Entry, bool, error) {
	if f.down {
		return feedback.Entry{}, false, errors.New("away")
	}
	return f.Store.Insert(ctx, e)
}

// A split while nothing can be registered is kept, said, and finished later.
func TestSplitIsFinishedLater(t *testing.T) {
	t.Parallel()
	var store *failing
	w := newWorld(t, func(c *site.Config) {
		store = &failing{Store: c.Store}
		c.Store = store
	})
	r := w.file(opinion("第一，屏幕坏了。\n第二，没有灯。"))
	mod := w.signedIn("mo", feedback.Moderator)
	store.down = true
	a := mod.act(r.Number, "split", w.kept(r.Number).Rev, "piece", "没有灯。", "piece-category", "opinion").want(t, "split", http.StatusSeeOther)
	mod.get(a.where()).has(t, "split", "一会儿自动完成", "正在登记")
	w.visitor().opened(r.Code).has(t, "track", "正在登记")
	store.down = false
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { w.site.Branch(ctx); close(ended) }()
	w.until(func() bool {
		s := w.kept(r.Number)
		return !s.Unfiled()
	})
	cancel()
	<-ended
	mod.get("/desk/submissions/"+string(r.Number)).hasNot(t, "finished", "正在登记")
}

// Of a merge both sides show the other, and the merged one's sender reads what is
// replied to the target, never what its sender wrote.
func TestMergeFromBothSides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target, merged := w.file(opinion("馆里的屏幕一直黑着。")), w.file(opinion("三楼没有灯，牌子也坏了。"))
	mod := w.signedIn("mo", feedback.Moderator)
	mod.act(merged.Number, "merge", 1, "into", string(target.Number)).want(t, "merge", http.StatusSeeOther)
	mod.get("/desk/submissions/"+string(target.Number)).has(t, "target", "并入这一件的（1）", `/desk/submissions/`+string(merged.Number)+`"`, "三楼没有灯")
	mod.get("/desk/submissions/"+string(merged.Number)).has(t, "merged", "已并入", `/desk/submissions/`+string(target.Number)+`"`)
	page := w.visitor().opened(merged.Code).has(t, "before the reply", string(target.Number)).hasNot(t, "before the reply", "一直黑着")
	page.hasNot(t, "before", "已经修好了。")
	w.answered(target.Number)
	w.visitor().opened(merged.Code).has(t, "after the reply", "已经修好了。", "公共服务科").hasNot(t, "after the reply", "一直黑着")
	clue := w.file(opinion("王某收礼。", func(in *feedback.Incoming) { in.Category = feedback.Clue }))
	fresh := w.file(opinion("没有热水。"))
	mod.act(fresh.Number, "merge", 1, "into", string(clue.Number)).want(t, "into a clue", http.StatusUnprocessableEntity).has(t, "into a clue", "问题线索只能和问题线索合并")
	mod.act(clue.Number, "merge", 1, "into", string(fresh.Number)).want(t, "a clue into another", http.StatusUnprocessableEntity)
}

// Passed on: the sender reads the words, the public where it went, nobody is owed
// an answer here any more, and a blank of the set words is not sent.
func TestForwardByTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.file(opinion("门口的路灯不亮。"))
	w.published(r.Number)
	mod := w.signedIn("mo", feedback.Moderator)
	page := mod.get("/desk/submissions/" + string(r.Number))
	page.has(t, "case", "转送其他单位", "我们已把您的留言（编号"+string(r.Number)+"）转给12345热线", "可以拨打12388查询")
	rev := w.kept(r.Number).Rev
	mod.act(r.Number, "forward", rev, "where", "body", "name", "市城管局", "told", "请拨〔电话〕。").want(t, "a blank", http.StatusUnprocessableEntity).has(t, "a blank", "市城管局", "还有〔 〕没有填")
	mod.act(r.Number, "forward", rev, "where", "body", "name", "", "told", "请拨12345。").want(t, "no name", http.StatusUnprocessableEntity)
	mod.act(r.Number, "forward", rev, "where", "moon", "name", "x", "told", "x").want(t, "nowhere", http.StatusUnprocessableEntity)
	mod.act(r.Number, "forward", rev, "where", "hotline", "name", "12345热线", "told", "您好，已转12345，请拨12345查询。").want(t, "forward", http.StatusSeeOther)
	s := w.kept(r.Number)
	if s.State != feedback.Closed || s.Due != "" {
		t.Errorf("after: %s due %q", s.State, s.Due)
	}
	mod.get("/desk/submissions/"+string(r.Number)).has(t, "desk", "已转送", "您好，已转12345")
	w.visitor().get("/feedback/"+string(r.Number)).want(t, "public", http.StatusOK).
		has(t, "public", "已转给12345热线办理。", "可以拨打12345查询").hasNot(t, "public", "您好，已转12345", "已办结")
	opened := w.visitor().opened(r.Code).has(t, "track", "您好，已转12345，请拨12345查询。", "已转给12345热线办理", "申请复查")
	opened.hasNot(t, "track", "评价答复")
	mod.act(r.Number, "reopen", s.Rev, "note", "对方退回").want(t, "reopen", http.StatusSeeOther)
	back := w.kept(r.Number)
	if p, ok := back.Public(); !ok || p.Sent != nil || back.Due == "" {
		t.Errorf("taken up again: %+v, due %q", p.Sent, back.Due)
	}
}

// A colleague who is called on finds it, with a count; a name that nobody bears
// is said; nothing of it is public.
func TestMentionsAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.file(opinion("屏幕坏了。"))
	w.published(r.Number)
	mod, rep := w.signedIn("mo", feedback.Moderator), w.signedIn("re", feedback.Replier)
	rev := w.kept(r.Number).Rev
	for text, want := range map[string]int{
		"请@nobody 看": http.StatusUnprocessableEntity, "请@res看": http.StatusUnprocessableEntity,
		"写信到zhang@re.example 问": http.StatusSeeOther, "请＠re看一下，@re谢谢": http.StatusSeeOther,
	} {
		mod.act(r.Number, "note", w.kept(r.Number).Rev, "note", text).want(t, text, want)
	}
	if s := w.kept(r.Number); len(s.Mentions) != 1 || s.Mentions[0] != "re" {
		t.Fatalf("called on: %v (revision was %d)", s.Mentions, rev)
	}
	count := regexp.MustCompile(`提到我的</span>\s*<span class="num[^"]*">1<`)
	page := rep.get("/desk?view=called").want(t, "view", http.StatusOK).has(t, "view", string(r.Number))
	if !count.MatchString(page.body) {
		t.Errorf("the view has no count of 1\n%s", cut(page.body))
	}
	mod.get("/desk?view=called").hasNot(t, "of another", string(r.Number))
	rep.get("/desk/submissions/"+string(r.Number)).has(t, "case", "有备注提到您", "请＠re看一下")
	rep.act(r.Number, "heed", w.kept(r.Number).Rev).want(t, "heed", http.StatusSeeOther)
	rep.get("/desk?view=called").hasNot(t, "after", string(r.Number))
	rep.act(r.Number, "heed", w.kept(r.Number).Rev).want(t, "twice", http.StatusConflict)
	w.visitor().get("/feedback/"+string(r.Number)).hasNot(t, "public", "请＠re看一下")
	w.visitor().opened(r.Code).hasNot(t, "track", "请＠re看一下", "看过备注")
	// Of a clue only who may see it can be called on.
	clue := w.file(opinion("王某收礼。", func(in *feedback.Incoming) { in.Category = feedback.Clue }))
	mod.act(clue.Number, "note", 1, "note", "请@re看").want(t, "on a clue", http.StatusUnprocessableEntity).has(t, "on a clue", "没有叫“re看”的同事")
}

// What came from the same sender, and in like words, lies beside; how it came too.
func TestBeside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.file(opinion("图书馆三楼的屏幕一直是黑的，什么时候能修好？"))
	second := w.file(opinion("请问少儿阅览室周一开不开门？"))
	like := w.file(opinion("三楼屏幕一直是黑的，图书馆什么时候修？", func(in *feedback.Incoming) { in.Contact = feedback.Contact{} }))
	mod := w.signedIn("mo", feedback.Moderator)
	page := mod.get("/desk/submissions/"+string(first.Number)).want(t, "case", http.StatusOK)
	section := func(head string) string {
		_, s, _ := strings.Cut(page.body, head)
		s, _, _ = strings.Cut(s, "</section>")
		return s
	}
	if s := section("同一人的其他留言（1）"); !strings.Contains(s, string(second.Number)) || strings.Contains(s, string(like.Number)) {
		t.Errorf("the same sender: %s", s)
	}
	if s := section("说法相近的"); !strings.Contains(s, string(like.Number)) || strings.Contains(s, string(second.Number)) {
		t.Errorf("in like words: %s", s)
	}
	if s := section("来路"); !strings.Contains(s, "网上收到") || !strings.Contains(s, "2026年11月24日 10:00") {
		t.Errorf("how it came: %s", s)
	}
	page.hasNot(t, "case", senderPhone, senderMail)
}

// until waits for something that the site does by itself.
func (w *world) until(done func() bool) {
	w.t.Helper()
	for limit := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			w.t.Fatal("it does not come to pass")
		}
	}
}
