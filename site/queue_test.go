package site_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/site"
	"rectify/site/live"
)

var rowPattern = regexp.MustCompile(`<tr id="n([0-9-]+)">`)

// rows are the numbers of a page of the queue, in order.
func (a answer) rows() string {
	var list []string
	for _, m := range rowPattern.FindAllStringSubmatch(a.body, -1) {
		list = append(list, strings.TrimLeft(m[1][5:], "0"))
	}
	return strings.Join(list, " ")
}

// shows holds a page to its rows.
func (b *browser) shows(path, want string) answer {
	b.t.Helper()
	a := b.get(path).want(b.t, path, http.StatusOK)
	if got := a.rows(); got != want {
		b.t.Errorf("%s shows %q, want %q", path, got, want)
	}
	return a
}

// Every view holds what its name says, filters and orders narrow and turn it,
// and the count is that of what is shown.
func TestQueueViews(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	anna := w.signedIn("anna", feedback.Moderator, feedback.Approver, feedback.Replier)
	mod, rep := actor("mod", feedback.Moderator), actor("berta", feedback.Replier)
	kind := func(c feedback.Category) func(*feedback.Incoming) {
		return func(in *feedback.Incoming) { in.Category = c }
	}
	nums := []feedback.Number{""}
	for i, in := range []feedback.Incoming{
		opinion("第一件，屋顶漏水。"), opinion("第二件，几点开门？", kind(feedback.Question)), opinion("第三件，写错了字。", kind(feedback.Correction)),
		opinion("第四件，有人收钱。", kind(feedback.Clue)), opinion("第五件，谢谢。", func(in *feedback.Incoming) { in.Item = "3-1" }), opinion("第六件，没有灯。"),
	} {
		w.clock.minutes(1)
		nums = append(nums, w.file(in).Number)
		if got := string(nums[i+1]); got != fmt.Sprintf("2026-%06d", i+1) {
			t.Fatal(got)
		}
	}
	w.act(nums[2], mod, feedback.Accept{}, feedback.Assign{Owner: "anna"})
	w.act(nums[3], mod, feedback.Accept{}, feedback.Assign{Owner: "berta"})
	w.act(nums[3], rep, feedback.DraftReply{Text: "已改。", Office: "公共服务科", Submit: true})
	w.act(nums[5], mod, feedback.Accept{}, feedback.Ask{Text: "是哪一天？"})
	w.act(nums[6], mod, feedback.Accept{})
	w.answered(w.file(opinion("第七件，问过了。")).Number)

	anna.shows("/desk?sort=oldest", "1 2 3 4 5 6").has(t, "open", "全部在办，6件")
	anna.shows("/desk?sort=newest", "6 5 4 3 2 1")
	anna.shows("/desk?view=mine", "2")
	anna.shows("/desk?view=moderate&sort=oldest", "1 4").has(t, "moderate", "待审核，2件")
	anna.shows("/desk?view=approve", "3")
	anna.shows("/desk?view=waiting", "5").has(t, "waiting", "等留言人答复，1件", "已向留言人核实")
	anna.shows("/desk?view=clues", "4")
	anna.shows("/desk?view=answered", "7")
	anna.shows("/desk?view=all", "7 6 5 4 3 2 1").has(t, "all", "，7件")
	anna.shows("/desk?category=question", "2").has(t, "category", "全部在办，1件")
	anna.shows("/desk?notice="+slug+"&item=3-1", "5").has(t, "leaf", `<option value="3-1" selected>`)
	anna.shows("/desk?item=3-1&sort=oldest", "1 2 3 4 5 6") // a leaf of no notice is nothing
	anna.shows("/desk?owner=berta", "3").has(t, "owner", `name="owner" value="berta"`, "全部在办，1件")
	anna.shows("/desk?view=mine&owner=berta", "2") // one's own view stays so
	anna.shows("/desk?due=2019-02-30&owner=&sort=oldest", "1 2 3 4 5 6")
	first, err := w.store.Get(t.Context(), nums[1])
	must(t, err)
	anna.shows("/desk?sort=oldest&due="+string(first.Due), "1 4").has(t, "due", `name="due"`)
	anna.shows("/desk?channel=odd&category=odd&view=open&sort=oldest", "1 2 3 4 5 6")
	anna.get("/desk?sort=odd").want(t, "no such order", http.StatusOK).has(t, "no such order", `<option value="due" selected>`)
	anna.get("/desk?view=none").want(t, "no such view", http.StatusNotFound)
	w.clock.days(4)
	anna = w.signIn("anna")
	anna.shows("/desk?view=late&sort=oldest", "1 3 4").has(t, "late", `<span class="num late">3</span>`)

	// A clue is there for those with the right only, wherever one looks.
	replier := w.signedIn("berta", feedback.Replier)
	for _, path := range []string{"/desk?sort=oldest", "/desk?view=all&sort=oldest", "/desk?view=all&sort=oldest&q=%E7%AC%AC"} {
		if got := replier.get(path).rows(); strings.Contains(got, "4") {
			t.Errorf("%s shows a clue to a replier: %s", path, got)
		}
	}
	replier.get("/desk").hasNot(t, "views", "view=clues")
}

// A search finds words wherever staff may read them without asking for more, in
// any width and case, each of them; says how far it came; and finds no sender.
func TestQueueSearch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mod, rep := w.signedIn("anna", feedback.Moderator), w.signedIn("berta", feedback.Replier)
	one := w.file(opinion("门口的坡太陡，轮椅上不去。WIFI 也没有。")).Number
	two := w.file(opinion("展厅太暗。")).Number
	clue := w.file(opinion("有人收钱，在门口。", func(in *feedback.Incoming) { in.Category = feedback.Clue })).Number
	done := w.answered(w.file(opinion("几点关门？")).Number).Number
	w.act(two, actor("mod", feedback.Moderator), feedback.Accept{}, feedback.Note{Text: "和馆长核实过"}, feedback.Ask{Text: "哪个展厅？"})
	for q, want := range map[string]string{
		"门口 轮椅": "1", "ｗｉｆｉ": "1", "核实过": "2", "哪个展厅": "2", "门口": "3 1", "已经修好": "4", "000002": "2", "收钱": "3",
		"门口 展厅": "", senderName: "", senderPhone: "", "<b>": "", "%": "", "'": "",
	} {
		mod.shows("/desk?"+url.Values{"view": {"all"}, "q": {q}}.Encode(), want)
	}
	rep.shows("/desk?view=all&q="+url.QueryEscape("收钱"), "")
	rep.shows("/desk?view=all&q="+url.QueryEscape("门口"), "1")
	mod.shows("/desk?view=open&sort=oldest&q="+url.QueryEscape("门口"), "1 3").has(t, "search", "这个视图里的3件都找过了，找到2件", "不含留言人的姓名和联系方式", "全部在办，搜索“门口”")
	mod.get("/desk?q="+string(two)).want(t, "a number", http.StatusSeeOther)
	if to := mod.get("/desk/find?q="+url.QueryEscape("坡  太陡")).want(t, "find words", http.StatusSeeOther).where(); to != "/desk?q="+url.QueryEscape("坡 太陡")+"&view=all" {
		t.Errorf("words lead to %s", to)
	}
	if to := mod.get("/desk/find?q=" + string(clue)).where(); to != "/desk/submissions/"+string(clue) {
		t.Errorf("a number leads to %s", to)
	}
	_, _ = one, done
	long := mod.get("/desk?view=all&q="+strings.Repeat(url.QueryEscape("很长 "), 400)).want(t, "long", http.StatusOK)
	if n := len([]rune(field(t, long.body, "q"))); n > 60 {
		t.Errorf("%d characters are searched for", n)
	}

	// What does not stand on the first page of a search is on the next.
	for i := range 130 {
		w.file(opinion(fmt.Sprintf("很多件里的第%d件。", i)))
	}
	path, got := "/desk?view=all&q="+url.QueryEscape("很多件"), 0
	for range 9 {
		a := mod.get(path).want(t, path, http.StatusOK)
		got += len(strings.Fields(a.rows()))
		_, after, more := strings.Cut(a.body, `rel="next" href="`)
		if !more {
			break
		}
		path, _, _ = strings.Cut(strings.ReplaceAll(after, "&amp;", "&"), `"`)
	}
	if got != 130 {
		t.Errorf("%d of 130 are found page by page", got)
	}
}

// carryingOut runs what carries out orders, until the test ends.
func (w *world) carryingOut() {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); w.site.Orders(ctx) }()
	w.t.Cleanup(func() { stop(); <-ended })
}

func (b *browser) ordered(back, act string, more url.Values, picks ...string) answer {
	b.t.Helper()
	f := url.Values{"csrf": {b.csrf()}, "act": {act}, "back": {back}, "pick": picks}
	for k, v := range more {
		f[k] = v
	}
	return b.post("/desk/orders", f)
}

// orderID is the order that an address asks for.
func orderID(where string) string {
	u, err := url.Parse(where)
	if err != nil {
		return ""
	}
	return u.Query().Get("order")
}

// until gets a page again and again until it holds the words.
func (b *browser) until(path, words string) answer {
	b.t.Helper()
	var a answer
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if a = b.get(path); strings.Contains(a.body, words) {
			return a
		}
	}
	b.t.Fatalf("%s never says %q\n%s", path, words, cut(a.body))
	return a
}

// What is ordered about several submissions waits for ten seconds, can be taken
// back until then, is carried out once even if the program is restarted, and
// says what was done, what was not, and why.
func TestOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mod, other := w.signedIn("anna", feedback.Moderator, feedback.Replier), w.signedIn("berta", feedback.Moderator)
	var n []feedback.Number
	for i := range 6 {
		n = append(n, w.file(opinion(fmt.Sprint("屋顶漏水 ", i))).Number)
	}
	at := func(i int) string { return fmt.Sprint(n[i], " ", w.kept(n[i]).Rev) }
	mod.get("/desk?view=moderate").has(t, "boxes", `value="`+at(0)+`"`, "转给我", "不予受理")

	// Taken back in time: nothing happens, also later.
	where := mod.ordered("/desk?view=moderate", "accept", nil, at(0), at(1)).want(t, "order", http.StatusSeeOther).where()
	page := mod.get(where).has(t, "held", "受理", "2件，10秒后执行", "撤销")
	id := orderID(where)
	other.get("/desk/orders/"+id).want(t, "another's", http.StatusNotFound)
	other.post("/desk/orders/"+id, url.Values{"csrf": {other.csrf()}}).want(t, "another's", http.StatusNotFound)
	other.get(where).hasNot(t, "another's queue", "10秒后执行")
	undo := url.Values{"csrf": {mod.csrf()}, "back": {field(t, page.body, "back")}}
	where = mod.post("/desk/orders/"+id, undo).want(t, "undo", http.StatusSeeOther).where()
	mod.get(where).has(t, "undone", "已撤销，2件都没有改动")
	mod.post("/desk/orders/"+id, undo).want(t, "undo twice", http.StatusSeeOther)
	w.carryingOut()

	// Carried out after a restart, with one changed by somebody else, one that
	// cannot be, and one that is not there.
	where = mod.ordered("/desk", "accept", nil, at(0), at(1), at(2), "2026-000999 1", "nonsense", at(0)).where()
	id = orderID(where)
	w.act(n[1], actor("mod", feedback.Moderator), feedback.Note{Text: "快了一步"})
	w.act(n[2], actor("mod", feedback.Moderator), feedback.Reject{Reason: feedback.RejectSpam})
	if s := w.kept(n[0]); s.State != feedback.Received {
		t.Fatalf("carried out at once: %s", s.State)
	}
	second, err := site.New(w.config)
	must(t, err)
	w.site = second
	w.carryingOut() // both copies
	w.clock.move(11 * time.Second)
	mod.until("/desk/orders/"+id, "办成1件，没有办成3件").has(t, "ended", string(n[0]), "2026-000999", "别人改动了这一件", "没有这一件").hasNot(t, "ended", "撤销</button>")
	if s := w.kept(n[0]); s.State != feedback.Accepted || len(s.Events) != 2 || s.Events[1].By != "anna" {
		t.Errorf("%s %+v", s.State, s.Events)
	}
	mod.get(mod.post("/desk/orders/"+id, undo).want(t, "too late", http.StatusSeeOther).where()).has(t, "too late", "来不及撤销", "办成1件")

	// The other acts.
	for _, c := range []struct {
		act  string
		more url.Values
		say  string
		want func(s feedback.Submission) bool
	}{
		{"classify", url.Values{"category": {"question"}}, "改类别为咨询", func(s feedback.Submission) bool { return s.Category == feedback.Question }},
		{"assign-me", nil, "转办给anna", func(s feedback.Submission) bool { return s.State == feedback.Assigned && s.Owner == "anna" }},
		{"merge", url.Values{"into": {string(n[3])}}, "并入" + string(n[3]), func(s feedback.Submission) bool { return s.State == feedback.Merged }},
	} {
		where := mod.ordered("/desk", c.act, c.more, at(0), string(n[3])+" 0").want(t, c.act, http.StatusSeeOther).where()
		mod.get(where).has(t, c.act, c.say)
		w.clock.move(11 * time.Second)
		mod.until("/desk/orders/"+orderID(where), "办成1件")
		if s := w.kept(n[0]); !c.want(s) {
			t.Errorf("%s: %+v", c.act, s)
		}
	}
}

// What would fail for each one is said at the form, with all that was ticked.
func TestOrderFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mod, rep, aud := w.signedIn("anna", feedback.Moderator), w.signedIn("berta", feedback.Replier), w.signedIn("carl", feedback.Auditor)
	n := string(w.file(opinion("屋顶漏水。")).Number)
	for what, c := range map[string]struct {
		act  string
		more url.Values
	}{
		"no act": {"", nil}, "not for many": {"publish", nil}, "no reason": {"reject", nil}, "no category": {"classify", url.Values{"category": {"x"}}},
		"no target": {"merge", url.Values{"into": {"2026-000999"}}}, "itself": {"merge", url.Values{"into": {n}}}, "nobody": {"assign", nil}, "not a replier": {"assign", url.Values{"owner": {"anna"}}},
	} {
		a := mod.ordered("/desk?view=moderate", c.act, c.more, n+" 1").want(t, what, http.StatusUnprocessableEntity)
		a.has(t, what, `class="errs"`, `value="`+n+` 1" aria-label="选中`+n+`" checked`)
		if broken := brokenAnchors(t, a.body); len(broken) > 0 {
			t.Errorf("%s: links to %v lead nowhere", what, broken)
		}
	}
	mod.ordered("/desk", "accept", nil).want(t, "nothing ticked", http.StatusUnprocessableEntity).has(t, "nothing ticked", "先选中要办的意见")
	mod.ordered("https://evil.example/", "accept", nil, n+" 1").want(t, "back elsewhere", http.StatusSeeOther)
	rep.ordered("/desk", "accept", nil, n+" 1").want(t, "by a replier", http.StatusForbidden)
	aud.ordered("/desk", "accept", nil, n+" 1").want(t, "by an auditor", http.StatusForbidden)
	aud.get("/desk").hasNot(t, "as auditor", `name="pick"`)
	for range 4 {
		mod.ordered("/desk", "accept", nil, n+" 1").want(t, "again", http.StatusSeeOther)
	}
	mod.ordered("/desk", "accept", nil, n+" 1").want(t, "too many", http.StatusConflict)
}

// Who looks at a submission is seen by the others, on its page and in the queue,
// and no longer when they have gone or their time is over.
func TestLookers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	anna, berta := w.signedIn("anna", feedback.Moderator), w.signedIn("berta", feedback.Moderator)
	n := string(w.file(opinion("屋顶漏水。")).Number)
	path := "/desk/submissions/" + n
	anna.get(path).hasNot(t, "alone", "也在看")
	anna.get("/desk").hasNot(t, "oneself", "也在看")
	berta.get("/desk").has(t, "queue", "anna也在看这一件")
	berta.get(path).has(t, "case", "anna也在看这一件")
	say := func(b *browser, more url.Values) answer {
		f := url.Values{"csrf": {b.csrf()}}
		for k, v := range more {
			f[k] = v
		}
		return b.post(path+"/here", f)
	}
	say(anna, nil).want(t, "still here", http.StatusOK).has(t, "still here", `{"others":"berta也在看这一件"}`)
	w.clock.move(80 * time.Second)
	say(anna, nil)
	w.clock.move(80 * time.Second)
	say(berta, nil).has(t, "stays", "anna")
	say(anna, nil).has(t, "gone by itself", "berta")
	say(berta, url.Values{"leave": {"1"}}).want(t, "leaves", http.StatusNoContent)
	say(anna, nil).has(t, "left", `{"others":""}`)
	clue := string(w.file(opinion("有人收钱。", func(in *feedback.Incoming) { in.Category = feedback.Clue })).Number)
	w.signedIn("carl", feedback.Replier).post("/desk/submissions/"+clue+"/here", url.Values{"csrf": {berta.csrf()}}).want(t, "unseen", http.StatusForbidden)
}

// The stream tells of arrivals that its reader may see, ends by itself with the
// site, keeps no session alive, and is bounded.
func TestLive(t *testing.T) {
	t.Parallel()
	hub := live.New(20 * time.Millisecond)
	w := newWorld(t, func(c *site.Config) { c.Live = hub })
	t.Cleanup(hub.Stop)
	rep := w.signedIn("berta", feedback.Replier)
	w.file(opinion("早先的。"))
	page := rep.get("/desk").has(t, "page", "data-stream")
	stream, _, _ := strings.Cut(strings.SplitN(page.body, `data-stream="`, 2)[1], `"`)
	stream = strings.ReplaceAll(stream, "&amp;", "&")
	w.file(opinion("在打开之前来的。"))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.addr+stream, nil)
	must(t, err)
	res, err := rep.client.Do(r)
	must(t, err)
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream; charset=utf-8" {
		t.Fatal(kind)
	}
	in := bufio.NewScanner(res.Body)
	next := func() string {
		for in.Scan() {
			if data, ok := strings.CutPrefix(in.Text(), "data: "); ok {
				return data
			}
		}
		return "end"
	}
	if got := next(); got != "1" {
		t.Errorf("first told of %s", got)
	}
	w.file(opinion("有人收钱。", func(in *feedback.Incoming) { in.Category = feedback.Clue }))
	w.file(opinion("后来的。"))
	if got := next(); got != "2" {
		t.Errorf("then told of %s", got)
	}
	rep.get("/desk/live?since=nonsense").want(t, "no number", http.StatusNotFound)
	hub.Use(away{})
	rep.get(stream).want(t, "store away", http.StatusOK).has(t, "store away", "retry: 10000")
	hub.Stop()
	if got := next(); got != "end" {
		t.Errorf("after the end: %s", got)
	}
	rep.get(stream).want(t, "after the end", http.StatusOK).has(t, "after the end", "retry: 30000")
}

// away is a store that does not answer.
type away struct{}

func (away) List(context.Context, feedback.Query) ([]feedback.Submission, string, error) {
	return nil, "", errors.New("away")
}

// What pages ask by themselves does not keep a session alive.
func TestQuietRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	anna := w.signedIn("anna", feedback.Moderator)
	n := string(w.file(opinion("屋顶漏水。")).Number)
	csrf := anna.csrf()
	for range 65 { // longer than somebody may be idle
		w.clock.minutes(1)
		anna.post("/desk/submissions/"+n+"/here", url.Values{"csrf": {csrf}})
	}
	anna.get("/desk").want(t, "after a while", http.StatusSeeOther)
}

// Single keys can be turned off; the sheet is a page of its own.
func TestKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	anna := w.signedIn("anna", feedback.Auditor)
	anna.get("/desk").hasNot(t, "on", `data-keys="off"`)
	anna.get("/desk/keys").has(t, "sheet", "快捷键现在是开着的", "<kbd>j</kbd>")
	to := anna.post("/desk/keys", url.Values{"csrf": {anna.csrf()}, "keys": {"off"}}).want(t, "off", http.StatusSeeOther).where()
	anna.get(to).has(t, "off", "快捷键已关掉", `data-keys="off"`)
	anna.get("/desk").has(t, "off", `data-keys="off"`)
	anna.post("/desk/keys", url.Values{"csrf": {anna.csrf()}, "keys": {"on"}})
	anna.get("/desk").hasNot(t, "on again", `data-keys="off"`)
}
