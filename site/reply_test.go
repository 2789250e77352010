package site_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"rectify/content/parse"
	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/outbox"
)

// on posts an act on a submission, on what is kept now.
func (b *browser) on(n feedback.Number, act string, pairs ...string) answer {
	b.t.Helper()
	return b.act(n, act, b.w.kept(n).Rev, pairs...)
}

// compose asks for help with a reply.
func (b *browser) compose(n feedback.Number, do string, pairs ...string) answer {
	b.t.Helper()
	form := url.Values{"csrf": {b.csrf()}, "act": {"draft"}, "do": {do}, "rev": {strconv.FormatInt(b.w.kept(n).Rev, 10)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.post("/desk/submissions/"+string(n)+"/compose", form)
}

// A template is filled from the case, put into what was typed without a script,
// and what it lacks keeps the draft from being sent.
func TestTemplates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("大厅的屏幕坏了。")).Number
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{})
	boss, rep, other := w.signedIn("boss", feedback.Approver), w.signedIn("rene", feedback.Replier), w.signedIn("otto", feedback.Replier)
	save := func(b *browser, of, id, name, body, was string) answer {
		t.Helper()
		return b.post("/desk/phrases", url.Values{"csrf": {b.csrf()}, "act": {"save"}, "of": {of}, "id": {id}, "name": {name}, "body": {body}, "was": {was}})
	}
	save(rep, "shared", "", "甲", "文", "").want(t, "shared by a replier", http.StatusForbidden)
	save(boss, "shared", "", "办结", "{{nosuch}}", "").want(t, "unknown variable", http.StatusUnprocessableEntity).has(t, "unknown variable", "{{nosuch}}")
	save(boss, "shared", "", "办结", "关于{{number}}（{{item}}）：{{office}}于{{accepted}}受理，〔　〕办结。<b>", "").want(t, "saved", http.StatusSeeOther)
	save(rep, "own", "", "我的", "仅供自己{{due}}", "").want(t, "own", http.StatusSeeOther)
	save(boss, "shared", "", "又一", "文", "").want(t, "over what is there", http.StatusConflict).has(t, "conflict", "又一")
	list := rep.get("/desk/phrases").want(t, "list", http.StatusOK).has(t, "list", "办结", "&lt;b&gt;", "仅供自己")
	list.hasNot(t, "a replier may not change the office's", "?of=shared")
	other.get("/desk/phrases").hasNot(t, "another's", "仅供自己")
	page := rep.get("/desk/submissions/"+string(n)).want(t, "case", http.StatusOK).has(t, "case", "办结", "我的")
	key := option(t, page.body, "phrase", "办结")
	got := field(t, rep.compose(n, "phrase", "phrase", key, "reply", "已经写了一些", "office", "公共服务科").want(t, "insert", http.StatusOK).body, "reply")
	for _, part := range []string{"已经写了一些\n关于" + string(n) + "（3-2）", "公共服务科于2026年11月24日受理", "〔　〕"} {
		if !strings.Contains(got, part) {
			t.Errorf("the box holds %q, want %q in it", got, part)
		}
	}
	if w.kept(n).Draft != nil {
		t.Error("composing kept a draft")
	}
	rep.on(n, "draft", "reply", got, "office", "公共服务科", "seen", "", "submit", "1").want(t, "unfilled", http.StatusUnprocessableEntity).has(t, "unfilled", "〔　〕")
	rep.on(n, "draft", "reply", "编号{{number}}", "office", "公共服务科", "seen", "", "submit", "1").want(t, "variable typed", http.StatusUnprocessableEntity)
	rep.on(n, "draft", "reply", "依据国办发〔2017〕47号办理。", "office", "公共服务科", "seen", "", "submit", "1").want(t, "a document's number", http.StatusSeeOther)
	// Somebody else writes meanwhile: what was typed comes back, and nothing is lost.
	form := url.Values{"csrf": {other.csrf()}, "act": {"draft"}, "do": {"phrase"}, "rev": {"1"}, "reply": {"写了很久"}}
	other.post("/desk/submissions/"+string(n)+"/compose", form).want(t, "old page", http.StatusConflict).has(t, "old page", "写了很久")
	rep.compose(n, "nosuch").want(t, "unknown help", http.StatusBadRequest)
	// A history is kept, and what was taken away can be brought back.
	edit := boss.get("/desk/phrases?of=shared&id="+strings.TrimPrefix(key, "shared ")).want(t, "edit", http.StatusOK)
	save(boss, "shared", strings.TrimPrefix(key, "shared "), "办结二", "新的写法", field(t, edit.body, "was")).want(t, "changed", http.StatusSeeOther)
	boss.get("/desk/phrases").has(t, "history", "新的写法", "以前的样子（1）", "〔　〕办结")
	edit = boss.get("/desk/phrases?of=shared&id=" + strings.TrimPrefix(key, "shared "))
	boss.post("/desk/phrases", url.Values{"csrf": {boss.csrf()}, "act": {"drop"}, "of": {"shared"}, "id": {strings.TrimPrefix(key, "shared ")}, "was": {field(t, edit.body, "was")}}).want(t, "dropped", http.StatusSeeOther)
	rep.get("/desk/submissions/"+string(n)).hasNot(t, "dropped", "办结二")
	boss.get("/desk/phrases").has(t, "to be brought back", "办结二")
}

// Earlier replies are suggested out of what everybody may read, and of nothing
// else.
func TestSuggestions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	shown := w.file(opinion("文化馆大厅的屏幕坏了，一直黑着。")).Number
	w.answered(shown)
	w.act(shown, actor("mod", feedback.Moderator), feedback.Publish{})
	private := w.file(opinion("文化馆大厅的屏幕坏了，还是黑着，不公开。", func(in *feedback.Incoming) { in.PublishConsent = false })).Number
	w.answered(private)
	clue := w.file(opinion("线索：文化馆大厅屏幕采购有人收礼。", func(in *feedback.Incoming) { in.Category = feedback.Clue })).Number
	w.act(clue, actor("mod", feedback.Moderator), feedback.Accept{}, feedback.Assign{Owner: "rep"})
	draft := w.act(clue, actor("rep", feedback.Replier), feedback.DraftReply{Text: "已收到，正在核查。", Office: "办公室", Submit: true}).Draft
	w.act(clue, actor("app", feedback.Approver), feedback.Approve{Digest: draft.Digest})
	n := w.file(opinion("文化馆大厅那块屏幕又黑了。")).Number
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{})
	rep := w.signedIn("rene", feedback.Replier)
	page := rep.compose(n, "find", "reply", "草稿开头").want(t, "find", http.StatusOK).has(t, "find", string(shown)+"/1", "已经修好了。", "草稿开头")
	page.hasNot(t, "only what is public", string(private)+"/", string(clue)+"/")
	got := field(t, rep.compose(n, "take "+string(shown)+"/1", "reply", "草稿开头").want(t, "take", http.StatusOK).body, "reply")
	if !strings.Contains(got, "草稿开头\n已经修好了。") {
		t.Errorf("the box holds %q", got)
	}
	for _, key := range []string{string(private) + "/1", string(clue) + "/1", string(shown) + "/2", "2026-000099/1", "x", "", "2026-000001/-1"} {
		if a := rep.compose(n, "take "+key, "reply", "x"); a.status != http.StatusNotFound {
			t.Errorf("taking %q answers %d", key, a.status)
		}
	}
	w.act(shown, actor("mod", feedback.Moderator), feedback.Unpublish{Note: "有误"})
	rep.compose(n, "find").want(t, "taken off", http.StatusOK).hasNot(t, "taken off", string(shown)+"/1")
}

// A correction of a published reply shows in public what changed and why, with
// the version before it; a withdrawal leaves the fact and the reason.
func TestCorrectionInPublic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.file(opinion("大厅的屏幕坏了。"))
	n := r.Number
	w.answered(n)
	w.act(n, actor("mod", feedback.Moderator), feedback.Publish{})
	rep, boss := w.signedIn("rene", feedback.Replier, feedback.Approver), w.signedIn("boss", feedback.Approver)
	const fixed = "已经于11月20日修好了。"
	rep.on(n, "amend", "of", "1", "amended", "已经修好了。", "amended-office", "公共服务科", "amended-why", "补充日期", "submit", "1").
		want(t, "nothing changed", http.StatusUnprocessableEntity)
	rep.on(n, "amend", "of", "1", "amended", fixed, "amended-office", "公共服务科", "amended-why", "", "submit", "1").
		want(t, "no reason", http.StatusUnprocessableEntity).has(t, "no reason", fixed, "写明更正原因")
	rep.on(n, "amend", "of", "1", "amended", fixed, "amended-office", "公共服务科", "amended-why", "补充日期", "submit", "1").want(t, "amend", http.StatusSeeOther)
	w.visitor().get("/feedback/"+string(n)).hasNot(t, "before approval", "补充日期")
	boss.get("/desk/submissions/"+string(n)).want(t, "to approve", http.StatusOK).has(t, "to approve", "更正待批", "补充日期", "<ins>")
	boss.get("/desk?view=approve").has(t, "queue", string(n), "更正待批")
	digest := w.kept(n).Amendment.Digest
	boss.on(n, "approve-amend", "digest", digest).want(t, "approve", http.StatusSeeOther)
	follow(t, w.site)
	page := w.shown("/feedback/"+string(n), fixed)
	page.has(t, "public", fixed, "补充日期", "已更正", "<ins>", "更正前的答复", "已经修好了。")
	w.visitor().get("/notices/"+slug+"/items/"+leaf).has(t, "item", fixed, "查看更正前的答复").hasNot(t, "item", "<ins>")
	w.visitor().get("/api/v1/submissions").has(t, "api", `"corrects":1`, `"why":"补充日期"`, `"corrected_by":2`)
	w.visitor().get("/feedback/"+string(n)+"/feed.atom").has(t, "feed", "（更正）", "补充日期")
	track := w.visitor().post("/track", url.Values{"code": {string(r.Code)}}).want(t, "track", http.StatusOK)
	track.has(t, "track", fixed, "补充日期", "答复已更正或者撤回")
	// Withdrawn by two people: its text is gone, and so is what it corrected.
	rep.on(n, "retract", "of", "2", "retract-why", "答错了对象").want(t, "retract", http.StatusSeeOther)
	rep.on(n, "approve-amend", "digest", w.kept(n).Amendment.Digest).want(t, "by oneself", http.StatusConflict)
	boss.on(n, "approve-amend", "digest", w.kept(n).Amendment.Digest).want(t, "withdraw", http.StatusSeeOther)
	for path, what := range map[string]string{"/feedback/" + string(n): "答错了对象", "/notices/" + slug + "/items/" + leaf: "本答复已撤回", "/api/v1/submissions": `"withdrawal":"答错了对象"`, "/feedback/" + string(n) + "/feed.atom": "已撤回"} {
		w.shown(path, what).hasNot(t, path, fixed, "已经修好了。")
	}
	if s := w.kept(n); s.State != feedback.Reopened || s.Due == "" {
		t.Errorf("nobody answers it, and it is %s, due %q", s.State, s.Due)
	}
}

// One person may publish in an emergency: everybody is told, it heads what is
// overdue, and another person's review ends that.
func TestEmergencyInPublic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("大厅漏电！")).Number
	w.published(n)
	rep, boss, other := w.signedIn("rene", feedback.Replier), w.signedIn("boss", feedback.Approver), w.signedIn("both", feedback.Replier, feedback.Approver)
	text := "已停电抢修，请勿靠近。"
	send := func(b *browser, reason string) answer {
		return b.on(n, "draft", "how", "emergency", "reply", text, "office", "公共服务科", "seen", "", "emergency", reason)
	}
	send(rep, "有人身危险").want(t, "by a replier", http.StatusForbidden)
	send(boss, "").want(t, "without a reason", http.StatusUnprocessableEntity).has(t, "without a reason", text, "写明为什么等不得")
	send(boss, "有人身危险").want(t, "emergency", http.StatusSeeOther)
	const mark = "第二个人还没有复核"
	w.visitor().get("/feedback/"+string(n)).has(t, "public", text, mark).hasNot(t, "public", "有人身危险")
	w.visitor().get("/api/v1/submissions").has(t, "api", `"alone":true`)
	for _, view := range []string{"late", "open"} {
		other.get("/desk?view="+view).want(t, view, http.StatusOK).has(t, view, "一人发布、还没有复核的答复：1 件", string(n))
	}
	boss.get("/desk/submissions/"+string(n)).has(t, "its author", "要由没有参与起草和发布").hasNot(t, "its author", `value="confirm"`)
	digest := w.kept(n).Replies[0].Digest
	boss.on(n, "confirm", "of", "1", "digest", digest).want(t, "by oneself", http.StatusConflict)
	other.get("/desk/submissions/"+string(n)).has(t, "another", `value="confirm"`, "有人身危险")
	w.clock.days(4)
	other = w.signIn("both")
	other.get("/desk?view=late").has(t, "overdue", "due-1")
	other.on(n, "confirm", "of", "1", "digest", digest).want(t, "review", http.StatusSeeOther)
	follow(t, w.site)
	w.shown("/feedback/"+string(n), "复核日期").hasNot(t, "reviewed", mark)
	other.get("/desk?view=late").hasNot(t, "reviewed", "还没有复核的答复")
	acts := map[audit.Act]string{}
	for _, e := range w.entries() {
		acts[e.Act] = e.Who + " " + e.Object + " " + e.Reason
	}
	if acts[audit.Emergency] != "boss "+string(n)+" 有人身危险" || acts[audit.Reviewed] != "both "+string(n)+" " {
		t.Errorf("recorded: %q", acts)
	}
}

// One reply answers everything that was merged: each sender reads it with their
// own code and is written to once; what is withdrawn they are told as well.
func TestReplyToMerged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := context.Background()
	target := w.file(opinion("大厅的屏幕坏了。"))
	a, b := w.file(opinion("屏幕黑了。")), w.file(opinion("屏幕不亮。"))
	mod := actor("mod", feedback.Moderator)
	w.act(target.Number, mod, feedback.Accept{})
	w.act(a.Number, mod, feedback.Merge{Into: b.Number}) // into one that is merged later itself
	w.act(b.Number, mod, feedback.Merge{Into: target.Number})
	s := w.act(target.Number, actor("rep", feedback.Replier), feedback.DraftReply{Text: "已经修好了。", Office: "公共服务科", Submit: true})
	w.act(target.Number, actor("app", feedback.Approver), feedback.Approve{Digest: s.Draft.Digest})
	queue := &outbox.Queue{Store: w.store, Office: w.office, Box: w.store, Keys: w.config.Keys, Now: w.clock.Now, Log: w.config.Log}
	for range 4 {
		must(t, queue.Look(ctx))
	}
	for _, x := range []feedback.Receipt{a, b} {
		page := w.visitor().post("/track", url.Values{"code": {string(x.Code)}}).want(t, "track", http.StatusOK)
		page.has(t, "track", "已经修好了。", string(target.Number), "所并入的留言有了新的答复")
		if n := w.letters(x.Number, outbox.Shared); n != 1 {
			t.Errorf("%s is written to %d times", x.Number, n)
		}
	}
	if s := w.kept(target.Number); len(s.Relay) != 0 || len(s.Owed) != 0 {
		t.Errorf("still to be told: %v, %v", s.Relay, s.Owed)
	}
	for _, l := range w.letterList(a.Number) {
		if l.Kind == outbox.Shared {
			m, err := w.site.Write(ctx, l)
			if err != nil || !strings.Contains(m.Text, string(target.Number)) || !strings.Contains(m.Subject, string(a.Number)) {
				t.Errorf("the letter says %q: %v", m.Text, err)
			}
		}
	}
	w.act(target.Number, actor("rep", feedback.Replier), feedback.Retract{Of: 1, Why: "答错了"})
	w.act(target.Number, actor("app", feedback.Approver), feedback.ApproveAmend{Digest: w.kept(target.Number).Amendment.Digest})
	for range 4 {
		must(t, queue.Look(ctx))
	}
	page := w.visitor().post("/track", url.Values{"code": {string(a.Code)}}).want(t, "withdrawn", http.StatusOK)
	page.has(t, "withdrawn", "答错了").hasNot(t, "withdrawn", "已经修好了。")
	if n := w.letters(a.Number, outbox.Shared); n != 2 {
		t.Errorf("%s is written to %d times in all", a.Number, n)
	}
}

// A reply that says a new status of its leaf proposes that change to the notice;
// nobody who wrote in the reply can approve it, and both lead to each other.
func TestReplyProposesStatus(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("大厅的屏幕坏了。")).Number
	w.published(n)
	rep, boss := w.signedIn("rene", feedback.Replier), w.signedIn("boss", feedback.Approver)
	rep.on(n, "draft", "reply", "已于11月20日修好。", "office", "公共服务科", "seen", "", "status", "nosuch", "label", "x").want(t, "no status", http.StatusSeeOther)
	rep.on(n, "draft", "reply", "已于11月20日修好。", "office", "公共服务科", "seen", w.kept(n).Draft.Digest, "status", "longterm", "label", "长期坚持", "submit", "1").want(t, "draft", http.StatusSeeOther)
	boss.get("/desk/submissions/"+string(n)).has(t, "to approve", "长期坚持")
	a := boss.on(n, "approve", "digest", w.kept(n).Draft.Digest).want(t, "approve", http.StatusSeeOther)
	if !strings.HasSuffix(a.where(), "done=approve-proposed") {
		t.Errorf("leads to %s", a.where())
	}
	list, err := w.config.Press.Book.List(context.Background())
	must(t, err)
	if len(list) != 1 || list[0].Cause != string(n) || list[0].Editors[0] != "rene" || !list[0].Submitted || !strings.Contains(list[0].Note, string(n)) {
		t.Fatalf("proposals: %+v", list)
	}
	notice, _ := parse.Notice(slug+".md", []byte(list[0].Source))
	if got := notice.Item(leaf).Ledger; got.Status != "longterm" || got.Label != "长期坚持" {
		t.Errorf("the leaf would say %+v", got)
	}
	page := boss.get("/desk/submissions/"+string(n)).has(t, "case", "/desk/notices/"+list[0].ID)
	page.hasNot(t, "case", `value="propose"`)
	boss.get("/desk/notices/"+list[0].ID).want(t, "proposal", http.StatusOK).has(t, "proposal", "/desk/submissions/"+string(n))
	rep.compose(n, "propose", "of", "1").want(t, "again", http.StatusSeeOther)
	if again, _ := w.config.Press.Book.List(context.Background()); len(again) != 1 {
		t.Errorf("made twice: %d", len(again))
	}
}

// What was said about a draft, its versions, and advice stand beside it.
func TestDraftTalk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := w.file(opinion("屏幕什么时候能修好？")).Number
	w.act(n, actor("mod", feedback.Moderator), feedback.Accept{})
	rep, boss := w.signedIn("rene", feedback.Replier), w.signedIn("boss", feedback.Approver)
	rep.on(n, "draft", "reply", "屏幕的问题，我局高度重视，正在安排更换，请致电13800001234。", "office", "公共服务科", "seen", "", "submit", "1").want(t, "first", http.StatusSeeOther)
	boss.get("/desk/submissions/"+string(n)).has(t, "advice", "来信问什么时候", "高度重视", "13800001234")
	boss.on(n, "annotate", "comment", "第一句太空<i>").want(t, "comment", http.StatusSeeOther)
	boss.on(n, "return", "note", "写清日期").want(t, "return", http.StatusSeeOther)
	rep.on(n, "draft", "reply", "屏幕的问题，已于11月20日更换主板，恢复使用，欢迎再来。", "office", "公共服务科", "seen", w.kept(n).Draft.Digest, "submit", "1").want(t, "second", http.StatusSeeOther)
	page := boss.get("/desk/submissions/"+string(n)).want(t, "page", http.StatusOK)
	page.has(t, "page", "第一句太空&lt;i&gt;", "写清日期", "针对更早的一稿", "历次草稿（2）", "退回之后改了哪些字", "<del>").hasNot(t, "page", "来信问什么时候")
	rep.compose(n, "look", "reply", "好的。").want(t, "look", http.StatusOK).has(t, "look", "只有 3 字")
}

// shown answers a page as soon as it holds a part.
func (w *world) shown(path, part string) answer {
	w.t.Helper()
	b, a := w.visitor(), answer{}
	w.until(func() bool {
		a = b.get(path)
		return strings.Contains(a.body, part)
	})
	return a
}

// option is the value of the entry of a list whose words begin so.
func option(t *testing.T, page, list, words string) string {
	t.Helper()
	for _, n := range elements(parsed(t, page)) {
		if n.Data != "select" || attr(n, "name") != list {
			continue
		}
		for _, o := range elements(n) {
			if o.Data == "option" && strings.HasPrefix(text(o), words) {
				return attr(o, "value")
			}
		}
	}
	t.Fatalf("%s has no %s", list, words)
	return ""
}

// letterList are the letters about a submission.
func (w *world) letterList(n feedback.Number) (about []outbox.Letter) {
	w.t.Helper()
	list, _, err := w.store.Letters(context.Background(), outbox.Query{Limit: 200})
	must(w.t, err)
	for _, l := range list {
		if l.Number == n {
			about = append(about, l)
		}
	}
	return about
}

// letters counts those of one kind.
func (w *world) letters(n feedback.Number, kind outbox.Kind) (count int) {
	for _, l := range w.letterList(n) {
		if l.Kind == kind {
			count++
		}
	}
	return count
}
