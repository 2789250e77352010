package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rectify/feedback"
)

// What a sender chose stays chosen on every page that a form goes over before it
// is filed.
func TestChoiceIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.published(w.file(opinion("三楼的导览屏一直黑着，看不懂展品说明，请尽快修好。")).Number)
	b := w.visitor()
	form := b.form("三楼的导览屏还是黑着，看不懂展品说明，请修好。我的身份证号是" + hiddenID)
	form.Del("phone")
	asked := b.post("/feedback", form).want(t, "asked", http.StatusUnprocessableEntity).has(t, "asked", `href="#strong"`, "请选择遮盖还是保留")
	if broken := brokenAnchors(t, asked.body); len(broken) > 0 {
		t.Errorf("links of the summary lead nowhere: %q", broken)
	}
	form.Set("strong", "keep")
	like := b.post("/feedback", form).want(t, "alike", http.StatusOK).has(t, "alike", "您的意见还没有提交")
	if got := field(t, like.body, "strong"); got != "keep" {
		t.Errorf("the number is to be kept; the next page says %q", got)
	}
	rated := w.file(opinion("停车场没有无障碍车位。"))
	w.answered(rated.Number)
	page, pass := b.open(rated.Code)
	page.has(t, "answered", "请评价这次办理")
	half := b.post("/track", url.Values{"pass": {pass}, "act": {"rate"}, "attitude": {"1"}, "word": {"没有人问过我"}}).want(t, "half a rating", http.StatusUnprocessableEntity).has(t, "half a rating", "没有人问过我")
	if got := field(t, half.body, "attitude"); got != "1" {
		t.Errorf("attitude 1 comes back as %q", got)
	}
	done := b.post("/track", url.Values{"pass": {pass}, "act": {"rate"}, "solved": {"1"}, "attitude": {"1"}, "word": {"没有人问过我"}}).want(t, "rated", http.StatusOK).
		has(t, "rated", "您的评价，可以改", "问题解决了吗：没有解决，办理态度：差", "没有人问过我")
	if got := field(t, done.body, "word"); got != "没有人问过我" {
		t.Errorf("the word comes back as %q", got)
	}
}

// A file that is refused on an opened submission is named at its own form, as on
// the form of a new opinion; the good ones stay. Which of too many were left is
// said.
func TestOwnFilesRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	r := w.file(opinion("屏幕坏了。"))
	_, pass := b.open(r.Code)
	form := url.Values{"pass": {pass}, "act": {"remark"}, "text": {"补两张照片"}}
	a := b.parts("/track", form, "现场.png", photo(t, 200), "图.svg", "<svg/>").want(t, "refused", http.StatusUnprocessableEntity).
		has(t, "refused", `<a href="#files-remark">“图.svg”是网页或矢量图`, "现场.png", "补两张照片").hasNot(t, "refused", "⟦")
	if broken := brokenAnchors(t, a.body); len(broken) > 0 {
		t.Errorf("links of the summary lead nowhere: %q", broken)
	}
	var six []string
	for _, n := range []string{"1.png", "2.png", "3.png", "4.png", "5.png", "6.png"} {
		six = append(six, n, photo(t, n[0]))
	}
	b.parts("/feedback", b.form("六张照片。"), six...).want(t, "six", http.StatusUnprocessableEntity).has(t, "six", "“6.png”和它后面的没有收下", "5.png")
}

// The sender's page promises nothing that cannot be done, and says what was.
func TestOwnWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.visitor()
	mod := actor("mod", feedback.Moderator)
	into, merged := w.file(opinion("导览屏坏了。")), w.file(opinion("导览屏黑了。"))
	w.act(merged.Number, mod, feedback.Merge{Into: into.Number})
	w.answered(into.Number)
	page, _ := b.open(merged.Code)
	page.has(t, "merged", "已经答复", "请另写一条意见，注明编号"+string(into.Number)).hasNot(t, "merged", "可以追问")
	page, pass := b.open(into.Code)
	page.has(t, "answered", "可以追问，最晚到")
	b.post("/track", url.Values{"pass": {pass}, "act": {"follow-up"}, "text": {"还是黑的"}}).want(t, "asked again", http.StatusOK)
	s := w.act(into.Number, actor("rep", feedback.Replier), feedback.DraftReply{Text: "又修了一次。", Office: "公共服务科", Submit: true})
	w.act(into.Number, actor("app", feedback.Approver), feedback.Approve{Digest: s.Draft.Digest})
	page, _ = b.open(into.Code)
	page.has(t, "answered twice", "已经答复").hasNot(t, "answered twice", "可以追问，最晚到") // it can be done once

	asked := w.file(opinion("台阶缺一块。"))
	w.act(asked.Number, mod, feedback.Ask{Text: "哪一级？"})
	page, pass = b.open(asked.Code)
	page.has(t, "asked", "我们有个问题等您回答", "哪一级？", "审核时限").hasNot(t, "asked", "答复时限：", "等待留言人")
	if strings.Count(page.body, "哪一级？") != 1 {
		t.Error("the question is put more than once")
	}
	b.post("/track/erase", url.Values{"pass": {pass}, "erase": {"yes"}}).want(t, "erased", http.StatusOK).has(t, "erased", "您的个人信息已删除</b>")
	for code, words := range map[feedback.Code]string{merged.Code: "不公开", into.Code: "您同意公开，现在还没有公开"} {
		page, _ = b.open(code)
		page.hasNot(t, words, "审核后由我们决定是否公开")
	}
}

// What staff typed as the subject of a call may fit several items: they are
// offered to choose from, and the choice counts.
func TestEntryChoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.signedIn("anna", feedback.Moderator)
	form := call(b, url.Values{"target": {"问题整改情况"}})
	b.post("/desk/enter", form).want(t, "vague", http.StatusUnprocessableEntity).has(t, "vague", "请多写几个字").hasNot(t, "vague", `name="pick"`)
	form.Set("target", leaf[:2])
	b.post("/desk/enter", form).want(t, "several", http.StatusUnprocessableEntity).has(t, "several", "项符合，请选一项", `name="pick"`, slug+"|"+leaf)
	form.Set("pick", slug+"|"+leaf)
	b.post("/desk/enter", form).want(t, "chosen", http.StatusOK).has(t, "chosen", "已登记")
	if s := w.newest(); s.Notice != slug || s.Item != leaf {
		t.Errorf("filed under %s %s", s.Notice, s.Item)
	}
}
