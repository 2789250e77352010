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

// The time that a text takes grows with its length and not with its square,
// whatever it is made of: eight times the text may take three times eight times
// as long. The ratio holds on any machine.
func TestHostileTextIsQuick(t *testing.T) {
	const part, size = 8 << 10, 64 << 10
	for _, unit := range []string{"1", "6", "0", "13", "1 3 8 ", "一", "张", "王小", "@", "a@", "a.b@c.", "a", "住在", "1室", "1号", "号", "1-", "第1", "路1号村", "我是", "我叫", "本人", "联系人：", "我是王",
		"微信", "微信号:", "鲁a1", "使", "e1", "\u200b", "\xff", "（", "0536-", "138一", "1加", "6222 0000 ", "37999919900101003", "十", "家住一号", "，1", "姓名", "张三，1380000123", "😀", "𝟏"} {
		short, long := best(t, strings.Repeat(unit, part/len(unit))), best(t, strings.Repeat(unit, size/len(unit)))
		// What takes less than 5 ms for the largest text is not worth a ratio: the
		// collector alone is that much.
		if ratio := float64(long) / float64(short); ratio > 3*size/part && long > 5*time.Millisecond {
			t.Errorf("%q: 64 KB take %v, %.0f times the %v of 8 KB", unit, long, ratio, short)
		}
	}
}

// best is the least time that looking through text took, of five times.
func best(t *testing.T, text string) time.Duration {
	least := time.Hour
	for range 5 {
		start := spent(t)
		pii.Find(text)
		least = min(least, spent(t)-start)
	}
	return least
}
