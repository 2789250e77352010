package site_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rectify/content/library"
	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/site"
)

// document is an official document as a body has it, made up.
const document = `中共临水市图书馆总支部委员会
关于市委第三轮巡察整改进展情况的通报

根据市委统一部署，2025年3月3日至5月9日，市委第二巡察组对市图书馆党总支开展了巡察。6月12日，市委巡察组反馈了巡察意见。现将巡察整改进展情况予以公布。

一、整改工作开展情况

市图书馆将反馈的1个方面1个问题细化分解为2个具体表现，逐一落实。

二、具体问题整改情况

（一）服务读者不够用心

1.阅览环境长期没有改善

①阅览室灯光昏暗问题整改情况。

一是更换灯具。已更换灯具48盏。二是建立巡查制度。每周巡查一次。

②老年读者座位不足问题整改情况。

一是增设座位。新增座位20个。

欢迎广大干部群众对巡察整改落实情况进行监督。如有意见建议，请及时向我们反映。联系方式：电话0600-555-0177；邮政信箱：临水市学府路3号市图书馆收；电子邮箱tsg@linshui.example。

中共临水市图书馆总支部委员会

2025年12月1日
`

// withFolder lets the world's notices stand in a folder of their own.
func withFolder(t *testing.T) func(*site.Config) {
	return func(c *site.Config) {
		dir, err := shelf.OpenDir(t.TempDir())
		must(t, err)
		t.Cleanup(func() { _ = dir.Close() })
		c.Press.Notices = dir
		c.Library, err = library.Open(context.Background(), library.Options{FS: dir.FS(), Archive: c.Archive, Now: c.Now})
		must(t, err)
	}
}

// upload posts a form of parts with one file.
func (b *browser) upload(path, file string, data []byte, fields ...string) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		must(b.t, w.WriteField(fields[i], fields[i+1]))
	}
	must(b.t, w.WriteField("csrf", b.csrf()))
	if file != "" {
		part, err := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {`form-data; name="file"; filename="` + file + `"`}, "Content-Type": {"application/octet-stream"},
		})
		must(b.t, err)
		_, err = part.Write(data)
		must(b.t, err)
	}
	must(b.t, w.Close())
	return b.do(http.MethodPost, path, &body, "Content-Type", w.FormDataContentType())
}

var hiddenField = regexp.MustCompile(`name="(rev|digest)" value="([0-9a-f]+)"`)

// proposalOn reads revision and digest off the page of a proposal.
func proposalOn(a answer) (rev, digest string) {
	for _, m := range hiddenField.FindAllStringSubmatch(a.body, -1) {
		if m[1] == "rev" {
			rev = m[2]
		} else {
			digest = m[2]
		}
	}
	return rev, digest
}

func source(t *testing.T, a answer) string {
	t.Helper()
	_, rest, ok := strings.Cut(a.body, "<textarea class=\"in src\"")
	_, rest, _ = strings.Cut(rest, ">\n")
	text, _, _ := strings.Cut(rest, "</textarea>")
	if !ok {
		t.Fatal("no box with the text")
	}
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&#43;", "+", "&amp;", "&").Replace(text)
}

// A clerk turns the official document into a notice, a second person publishes
// it, and readers see it at once; a correction goes the same way.
func TestFromDocumentToPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withFolder(t))
	w.config.Library.OnChange(w.site.Changed)
	clerk, second := w.signedIn("li", feedback.Replier, feedback.Approver), w.signedIn("wang", feedback.Approver)

	got := clerk.upload("/desk/notices", "library-2025.txt", []byte(document), "act", "upload").want(t, "upload", 303)
	at := got.where()
	page := clerk.get(at).want(t, "proposal", 200).has(t, "proposal",
		"读出 1 个方面、1 个问题、2 个整改条目", "0600-555-0177", "tsg@linshui.example", "阅览室灯光昏暗", "2025-05-09")
	rev, digest := proposalOn(page)
	clerk.post(at, url.Values{"csrf": {clerk.csrf()}, "rev": {rev}, "act": {"approve"}, "digest": {shelf.Digest([]byte(source(t, page)))}}).
		want(t, "own approval", 409).has(t, "own approval", "写过这份稿子的人不能批准它")
	if digest != "" {
		t.Error("its own author is offered to approve it")
	}
	clerk.upload(at, "", nil, "rev", rev, "act", "submit", "source", source(t, page)).want(t, "submit", 303)
	page = second.get(at).has(t, "waiting", "批准并公布")
	rev, digest = proposalOn(page)
	second.post(at, url.Values{"csrf": {second.csrf()}, "rev": {rev}, "act": {"approve"}, "digest": {digest}}).want(t, "approve", 303)

	visitor := w.visitor()
	visitor.get("/notices/library-2025").want(t, "notice", 200).has(t, "notice", "阅览室灯光昏暗问题整改情况", "已更换灯具48盏")
	visitor.get("/notices").has(t, "list", "中共临水市图书馆总支部委员会")
	visitor.get("/notices/library-2025/items/1-2").want(t, "leaf", 200)
	clerk.get("/desk/notices").has(t, "desk", "没有正在准备的通报")

	at = clerk.post("/desk/notices", url.Values{"csrf": {clerk.csrf()}, "act": {"edit"}, "notice": {"library-2025"}}).want(t, "edit", 303).where()
	page = clerk.get(at)
	rev, _ = proposalOn(page)
	better := strings.Replace(source(t, page), "新增座位20个", "新增座位24个", 1)
	clerk.upload(at, "", nil, "rev", rev, "act", "submit", "source", better).want(t, "without a note", 409).
		has(t, "without a note", "请写更正说明", "新增座位24个")
	clerk.upload(at, "", nil, "rev", rev, "act", "submit", "source", better, "minor", "yes").
		want(t, "a number as minor", 409).has(t, "a number as minor", "这不是细小改动", "数字", "新增座位24个")
	clerk.upload(at, "", nil, "rev", rev, "act", "submit", "source", better, "note", "座位数更正为24个").want(t, "with a note", 303)
	rev, digest = proposalOn(second.get(at))
	second.post(at, url.Values{"csrf": {second.csrf()}, "rev": {rev}, "act": {"approve"}, "digest": {digest}}).want(t, "approve", 303)
	visitor.get("/notices/library-2025").has(t, "corrected", "新增座位24个")
	versions, err := w.config.Archive.Versions(t.Context(), "library-2025")
	if err != nil || len(versions) != 2 || versions[1].By != "li" || versions[1].Second != "wang" || versions[1].Note != "座位数更正为24个" {
		t.Errorf("versions %+v, %v", versions, err)
	}
}

// What the check finds stands at its line of the text, and what the import was
// unsure of leads to its line, wherever that has moved since.
func TestFindingsStandAtTheirLines(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withFolder(t))
	clerk := w.signedIn("li", feedback.Replier)
	text := strings.Replace(document, "①阅览室", "③阅览室", 1) // ② does not come after ③
	at := clerk.upload("/desk/notices", "library-2025.txt", []byte(text), "act", "upload").want(t, "upload", 303).where()
	lineOf := func(page answer, begins string) string {
		for i, l := range strings.Split(source(t, page), "\n") {
			if strings.HasPrefix(l, begins) {
				return strconv.Itoa(i + 1)
			}
		}
		t.Fatalf("no line %q", begins)
		return ""
	}
	page := clerk.get(at)
	before := lineOf(page, "##### ②")
	page.has(t, "as imported", `data-line="`+before+`"`, "导入时做的处理")
	rev, _ := proposalOn(page)
	longer := strings.Replace(source(t, page), "## 一、", "另有一段。\n\n另有两段。电话0600-555-0999。\n\n## 一、", 1)
	clerk.upload(at, "", nil, "rev", rev, "act", "save", "source", longer).want(t, "save", 303)
	page = clerk.get(at)
	now, phone := lineOf(page, "##### ②"), lineOf(page, "另有两段")
	if now == before {
		t.Fatal("nothing moved")
	}
	page.has(t, "lines were added", `href="#l`+now+`" data-line="`+now+`"`, `<li id="l`+phone+`" class="hit">另有两段。电话0600-555-0999。<p class="grave">`, `href="#l`+phone+`"`)
	if strings.Contains(page.body, `data-line="`+before+`"`) && before != phone {
		t.Errorf("line %s, where the doubt was, is still named", before)
	}
}

// Two people change one proposal: the second is told, sees both texts, and
// loses nothing.
func TestProposalConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withFolder(t))
	li, zhao := w.signedIn("li", feedback.Replier), w.signedIn("zhao", feedback.Moderator)
	at := li.upload("/desk/notices", "library-2025.txt", []byte(document), "act", "upload").where()
	page := li.get(at)
	rev, _ := proposalOn(page)
	text := source(t, page)
	zhao.upload(at, "", nil, "rev", rev, "act", "save", "source", text+"\n赵的补充。\n").want(t, "first", 303)
	li.upload(at, "", nil, "rev", rev, "act", "save", "source", text+"\n李的补充。\n").want(t, "second", 409).
		has(t, "second", "李的补充", "赵的补充", "别人刚刚改过")
}

// T46–T50 at the desk's door: what cannot be read is said, nothing is kept, and
// nobody but staff may send files at all.
func TestUploadRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withFolder(t))
	li := w.signedIn("li", feedback.Replier)
	for name, x := range map[string]struct {
		file string
		data []byte
		say  string
	}{
		"none":    {"", nil, "请选择一个文件"},
		"empty":   {"a.txt", nil, "文件里没有文字"},
		"pdf":     {"a.pdf", []byte("%PDF-1.7\n%âãÏÓ\n"), "这种格式读不了"},
		"cut zip": {"a.docx", []byte("PK\x03\x04\x14\x00\x00\x00"), "文件损坏"},
		"ledger":  {"a.csv", []byte("编号\n1-1\n"), "要选它属于哪份通报"},
		"no name": {"<b>.txt", []byte("没有日期也没有编号的一句话。"), ""},
	} {
		got := li.upload("/desk/notices", x.file, x.data, "act", "upload")
		if name == "no name" {
			if got.status != 303 && got.status != 422 {
				t.Errorf("%s: %d", name, got.status)
			}
			continue
		}
		got.want(t, name, 422).has(t, name, x.say)
	}
	big := bytes.Repeat([]byte("a"), 25<<20)
	li.upload("/desk/notices", "big.txt", big, "act", "upload").want(t, "25 MB", 413).has(t, "25 MB", "正式文件不超过 20 兆").hasNot(t, "25 MB", "5000字")
	two := li.upload("/desk/notices", "a.txt\"; name=\"file", []byte("x"), "act", "upload")
	if two.status >= 500 {
		t.Errorf("a hostile file name: %d", two.status)
	}
	w.visitor().do(http.MethodPost, "/desk/notices", bytes.NewReader(big), "Content-Type", "multipart/form-data; boundary=x").want(t, "a stranger", 401)
	w.visitor().do(http.MethodPost, "/mode", strings.NewReader("--x--"), "Content-Type", "multipart/form-data; boundary=x").want(t, "a form elsewhere", 415)
}

// Nobody edits who only looks on, and nobody approves without the role.
func TestPressRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withFolder(t))
	li, auditor, admin := w.signedIn("li", feedback.Replier), w.signedIn("audit", feedback.Auditor), w.signedIn("root", feedback.Admin)
	at := li.upload("/desk/notices", "library-2025.txt", []byte(document), "act", "upload").where()
	page := li.get(at)
	rev, _ := proposalOn(page)
	li.upload(at, "", nil, "rev", rev, "act", "submit", "source", source(t, page)).want(t, "submit", 303)
	auditor.get(at).want(t, "auditor reads", 200).hasNot(t, "auditor reads", "批准并公布", "<textarea")
	rev, _ = proposalOn(li.get(at))
	auditor.post(at, url.Values{"csrf": {auditor.csrf()}, "rev": {rev}, "act": {"save"}}).want(t, "auditor saves", 403)
	admin.post(at, url.Values{"csrf": {admin.csrf()}, "rev": {rev}, "act": {"approve"}, "digest": {shelf.Digest([]byte(source(t, li.get(at))))}}).want(t, "admin approves", 403)
}
