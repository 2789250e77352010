package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// The text of an earlier version is taken out while the site runs: its page is
// gone within two seconds, and the log still holds.
func TestConceal(t *testing.T) {
	dir, data := folder(t), t.TempDir()
	p := start(t, "--data", data, "--content", dir)
	const path = "/notices/culture-tourism-2023"
	shown := func(address string, status int, part string) {
		t.Helper()
		until(t, func() bool {
			got, page := get(t, p.base+address)
			return got == status && strings.Contains(page, part)
		})
	}
	shown(path+"/versions/1", 200, "整改进展情况的通报")
	change(t, filepath.Join(dir, "culture-tourism-2023.md"), "title: ", "title: 更正后的")
	shown(path+"/history", 200, "第2版")
	for _, wrong := range [][]string{{"2", "--reason", "含有姓名"}, {"1", "--reason", " "}, {"7", "--reason", "含有姓名"}} {
		if code, _, _ := said(t, "", append([]string{"content", "conceal", "culture-tourism-2023", "--data", data}, wrong...)...); code != exitFault {
			t.Errorf("%v answers %d", wrong, code)
		}
	}
	if code, out, errs := said(t, "", "content", "conceal", "culture-tourism-2023", "1", "--reason", "含有个人姓名", "--data", data); code != 0 || !strings.Contains(out, "第1版的文字已撤下") {
		t.Fatalf("conceal answers %d: %s%s", code, out, errs)
	}
	shown(path+"/versions/1", 410, "含有个人姓名")
	p.stop(t)
	if code, out, errs := said(t, "", "verify", "--data", data); code != 0 {
		t.Errorf("verify answers %d: %s%s", code, out, errs)
	}
}
