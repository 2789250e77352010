package leaked_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"rectify/feedback/staff/leaked"
)

func TestCommon(t *testing.T) {
	t.Parallel()
	for _, p := range []string{
		"1q2w3e4r5t", "qwertyuiop", "Qwertyuiop", " qwertyuiop ", "ｑｗｅｒｔｙｕｉｏｐ", "password123", "1234567890", "iloveyou2026!", "20261130iloveyou", "princess!!", "passwordpassword",
		"PassWord2026", "sunshine#1", "wangyut2", "123456789a",
	} {
		if !leaked.Common(p) {
			t.Errorf("%q is taken", p)
		}
	}
	for _, p := range []string{
		"linshui-2026-ceshi", "correct horse battery staple", "我家门口有两棵枣树", "password but with a story", "tHw9-qqLm-22ab", "sunshine20261130x7", "", "a", "!!!!!!!!!!",
		strings.Repeat("x", 5000),
	} {
		if leaked.Common(p) {
			t.Errorf("%q is refused", p)
		}
	}
}

// Drawn passwords are hardly ever refused: of 100,000 at most 30 by chance.
func TestFewFalseAlarms(t *testing.T) {
	t.Parallel()
	n := 0
	for range 100_000 {
		if leaked.Common(rand.Text()[:20]) {
			n++
		}
	}
	if n > 30 {
		t.Errorf("%d of 100,000 drawn passwords are taken for leaked ones", n)
	}
}

func FuzzCommon(f *testing.F) {
	for _, p := range []string{"", "qwertyuiop", "\xff\xfe", "aa", "字字"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if leaked.Common(p) != leaked.Common(" "+p+" ") {
			t.Errorf("%q: space around it makes a difference", p)
		}
	})
}
