//go:build unix

package pii_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"rectify/feedback/pii"
)

// spent is the processor time that this program has had: unlike a clock it is
// not moved by what else the machine does.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A text of the largest size takes a blink, whatever it is made of.
func TestHostileTextIsQuick(t *testing.T) {
	const size, most = 64 << 10, 50 * time.Millisecond
	for _, unit := range []string{"1", "6", "0", "13", "1 3 8 ", "一", "张", "王小", "@", "a@", "a.b@c.", "a", "住在", "1室", "1号", "号", "1-", "第1", "路1号村", "我是", "我叫", "本人", "联系人：", "我是王",
		"微信", "微信号:", "鲁a1", "使", "e1", "\u200b", "\xff", "（", "0536-", "138一", "1加", "6222 0000 ", "37999919900101003", "十", "家住一号", "，1", "姓名", "张三，1380000123", "😀", "𝟏"} {
		text := strings.Repeat(unit, size/len(unit))
		best := time.Hour
		for range 3 {
			start := spent(t)
			pii.Find(text)
			best = min(best, spent(t)-start)
		}
		if best > most {
			t.Errorf("%q for 64 KB takes %v, want at most %v", unit, best, most)
		}
		t.Logf("%q %v", unit, best)
	}
}
