package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"rectify/site/i18n"
)

// official is a document without a fault.
const official = `中共临水市水务局党组关于巡察整改进展情况的通报

根据市委统一部署，2025年3月3日至2025年4月30日，市委第二巡察组对市水务局党组开展了常规巡察。2025年5月20日，巡察组反馈了巡察意见。

一、反馈问题整改情况

1.学习不到位的问题

整改状态：正在整改

一是增加次数。每月学习2次。二是完善记录。统一记录本。

二、下一步打算

欢迎监督。电话：0600-555-0142；电子邮箱：yijian@swj.linshui.example。

中共临水市水务局党组

2025年11月6日
`

func paper(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestImport(t *testing.T) {
	file := paper(t, "water.txt", official)
	code, out, errs := said(t, "", "import", file, "--published", "2025-11-10T09:30:00+08:00")
	if code != 0 || !strings.HasPrefix(out, "---\ntitle: 中共临水市水务局党组关于巡察整改进展情况的通报\n") || !strings.Contains(out, "published: 2025-11-10T09:30:00+08:00\n") ||
		!strings.Contains(out, "{#1 status=\"active\" label=\"正在整改\"}\n#### 1.学习不到位的问题\n") {
		t.Errorf("import answers %d:\n%s%s", code, out, errs)
	}
	if !regexp.MustCompile(`(?m)^[^ ]*water\.txt:1: 读入：编码是UTF-8$`).MatchString(errs) || !strings.Contains(errs, "\n0个方面，1个问题，1个具体问题") {
		t.Errorf("said:\n%s", errs)
	}
	dir := filepath.Join(t.TempDir(), "notices")
	if code, out, errs = said(t, "", "import", file, "--into", dir); code != 0 || out != "" || !strings.Contains(errs, "待定：文中没有发布时间") {
		t.Errorf("import into a folder answers %d: %s%s", code, out, errs)
	}
	if code, out, _ = said(t, "", "check", dir); code != 0 {
		t.Errorf("check of what was imported: %s", out)
	}
	p := start(t, "--data", t.TempDir(), "--content", dir)
	resp, err := http.Get(p.base + "/notices/water/items/1")
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(resp.Body)
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(page), "学习不到位的问题") {
		t.Errorf("the item is answered with %d: %v", resp.StatusCode, err)
	}
}

// A file that is a notice already is written as it stands.
func TestImportOfNotice(t *testing.T) {
	_, notice, _ := said(t, "", "import", paper(t, "water.txt", official), "--published", "2025-11-10T09:30:00+08:00")
	code, out, errs := said(t, "", "import", paper(t, "water.md", notice))
	if code != 0 || out != notice || !strings.Contains(errs, "已经是通报") {
		t.Errorf("import answers %d: %s\n%s", code, out, errs)
	}
}

// A file that cannot be read is told of in plain words.
func TestImportUnreadable(t *testing.T) {
	dir := t.TempDir()
	for file, want := range map[string]string{filepath.Join(dir, "none.docx"): "找不到", dir: "是文件夹"} {
		code, out, errs := said(t, "", "import", file)
		if code != 1 || out != "" || !strings.Contains(errs, ":1: 导入不了：") || !strings.Contains(errs, want) || strings.Contains(errs, "open ") {
			t.Errorf("import %s answers %d: %s%s", file, code, out, errs)
		}
	}
}

// What was read is said at its line, in the language of the terminal, and what
// keeps a notice from being published makes the command fail.
func TestImportSaysWhatIsWrong(t *testing.T) {
	text := strings.Replace(official, "2025年11月6日", "责任编辑：甲", 1)
	text = strings.Replace(text, "整改状态：正在整改", "整改状态：差不多了", 1)
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	file := paper(t, "水务.txt", gbk)
	code, out, errs := said(t, "", "import", file)
	if code != 1 || !strings.Contains(out, "## 一、反馈问题整改情况") {
		t.Errorf("answers %d: %s", code, out)
	}
	for _, want := range []string{`水务\.txt:1: 读入：编码是GB18030`, `水务\.txt:9: 待定：“差不多了”对应哪种状态拿不准`, `水务\.txt:19: 未收入：编辑署名：责任编辑：甲`, `待定：没有找到成文日期`, `水务\.md:1: 错误：.*date`} {
		if !regexp.MustCompile(want).MatchString(errs) {
			t.Errorf("nothing like %s in\n%s", want, errs)
		}
	}
	t.Setenv("LC_ALL", "en_US.UTF-8")
	if _, _, errs = said(t, "", "import", file); !strings.Contains(errs, "水务.txt:9: to decide: which status “差不多了” means is unclear") {
		t.Errorf("in English:\n%s", errs)
	}
}

func TestImportExitCodes(t *testing.T) {
	file := paper(t, "water.txt", official)
	dir := t.TempDir()
	for _, x := range []struct {
		name string
		args []string
		want int
		says string
	}{
		{"several to standard output", []string{file, file}, 2, "--into"},
		{"one slug for several", []string{file, file, "--into", dir, "--slug", "a"}, 2, "--slug"},
		{"no slug", []string{file, "--into", dir, "--slug", "../x"}, 2, "../x"},
		{"no time", []string{file, "--published", "yesterday"}, 2, "yesterday"},
		{"no file", []string{filepath.Join(dir, "none.docx")}, 1, "none.docx"},
		{"a folder", []string{dir}, 1, "导入不了"},
		{"no document", []string{paper(t, "a.pdf", "%PDF-1.7\n")}, 1, "不是能读的格式"},
		{"cut off", []string{paper(t, "a.docx", "PK\x03\x04")}, 1, "损坏"},
		{"empty", []string{paper(t, "a.txt", "\n\n")}, 1, "没有文字"},
		{"no argument", nil, 2, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			if code, out, errs := said(t, "", append([]string{"import"}, x.args...)...); code != x.want || !strings.Contains(errs, x.says) || strings.HasPrefix(out, "---") {
				t.Errorf("exit %d, want %d: %s%s", code, x.want, out, errs)
			}
		})
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("something was written: %v %v", left, err)
	}
}

// A notice is never replaced without being asked to, and nothing is written
// outside of the folder (threat T48).
func TestImportStaysInItsFolder(t *testing.T) {
	file := paper(t, "water.txt", official)
	parent := t.TempDir()
	dir, outside := filepath.Join(parent, "notices"), filepath.Join(parent, "outside.md")
	for name, text := range map[string]string{outside: "outside", filepath.Join(dir, "kept.md"): "kept"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "water.md")); err != nil {
		t.Fatal(err)
	}
	held := func(name, want string) {
		t.Helper()
		if b, err := os.ReadFile(name); err != nil || !strings.HasPrefix(string(b), want) {
			t.Errorf("%s holds %.40q, want %q: %v", name, b, want, err)
		}
	}
	if code, _, errs := said(t, "", "import", file, "--into", dir, "--slug", "kept"); code != 1 || !strings.Contains(errs, "--force") {
		t.Errorf("a notice that is there: %d %s", code, errs)
	}
	held(filepath.Join(dir, "kept.md"), "kept")
	if code, _, errs := said(t, "", "import", file, "--into", dir, "--slug", "kept", "--force"); code != 0 {
		t.Errorf("by force: %d %s", code, errs)
	}
	held(filepath.Join(dir, "kept.md"), "---\ntitle")
	if code, _, _ := said(t, "", "import", file, "--into", dir); code != 1 {
		t.Errorf("over a link that leads outside: %d", code)
	}
	if code, _, errs := said(t, "", "import", file, "--into", dir, "--force"); code != 0 {
		t.Errorf("over a link by force: %d %s", code, errs)
	}
	held(outside, "outside")
	for _, name := range []string{"../x.txt", "..", "a b", strings.Repeat("长", 60)} {
		odd := paper(t, filepath.Base(name)+"~.txt", official)
		if code, _, errs := said(t, "", "import", odd, "--into", dir, "--force"); code != 0 {
			t.Errorf("a file called %q: %d %s", name, code, errs)
		}
	}
	var names []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if want := []string{"kept.md", "notice-2025-11-06.md", "water.md"}; !slices.Equal(names, want) {
		t.Errorf("the folder holds %v, want %v", names, want)
	}
}

// What a document says never moves the cursor or makes a line of its own.
func TestImportSaysForeignTextOnOneLine(t *testing.T) {
	file := paper(t, "water.txt", strings.Replace(official, "整改状态：正在整改", "整改状态：\x1b[31m红\u2028色\u202e", 1))
	_, _, errs := said(t, "", "import", file)
	if strings.ContainsAny(errs, "\x1b\u2028\u202e") {
		t.Errorf("said %q", errs)
	}
}

// Every code that the rooms of the import can answer has words.
func TestImportCodesHaveWords(t *testing.T) {
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string]bool)
	for dir, patterns := range map[string]map[string]*regexp.Regexp{
		"../../content/importer": {
			"import.finding.": regexp.MustCompile(`(?:note\([^"\n]*|Code: |\{)"([a-z]+(?:-[a-z]+)+)"`),
			"import.reason.":  regexp.MustCompile(`(?:leave\((?:\w+, )?|Reason: )"([a-z-]+)"`),
			"key.":            regexp.MustCompile(`"((?:inspection|supervision)\.[a-z_]+|date)"`),
		},
		"../../content/check": {
			"key.": regexp.MustCompile(`"((?:inspection|supervision|stated)\.[a-z_]+|date|title|issuer|published|archived)"`),
		},
		"../../content/document": {
			"import.reason.": regexp.MustCompile(`Reason\w+ += "([a-z]+)"`),
			"import.remark.": regexp.MustCompile(`Remark\w+ += "([a-z-]+)"`),
		},
	} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for prefix, p := range patterns {
				for _, m := range p.FindAllStringSubmatch(string(src), -1) {
					want[prefix+m[1]] = true
				}
			}
		}
	}
	want["import.finding.notice-kept"] = true // said by the command itself
	if len(want) < 110 {
		t.Errorf("only %d codes were found: the patterns do not fit the sources any more", len(want))
	}
	for code := range want {
		if !words.Has(code) {
			t.Errorf("no words for %q", code)
		}
	}
	for _, code := range words.Codes() {
		for _, prefix := range []string{"import.finding.", "import.reason.", "import.remark.", "key."} {
			if strings.HasPrefix(code, prefix) && !want[code] {
				t.Errorf("nothing says %q", code)
			}
		}
	}
}
