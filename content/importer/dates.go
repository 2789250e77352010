package importer

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"rectify/content"
	"rectify/content/numbering"
)

// dated is one day in running text.
type dated struct {
	day      content.Day
	noYear   bool
	noMonth  bool
	from, to int // in the folded text
}

// days finds the days that s names, in order: 2023年3月15日 with or without
// year and month, 2023-03-15, 二〇二三年三月十五日. Days that do not exist are none.
func days(s string) []dated {
	var found []dated
	for at := 0; ; {
		i := strings.Index(s[at:], "日")
		if i < 0 {
			break
		}
		end := at + i
		if x, ok := arabicDay(s, end); ok {
			found = append(found, x)
		} else if x, ok := hanDay(s, end); ok {
			found = append(found, x)
		}
		at = end + len("日")
	}
	found = append(found, isoDays(s)...)
	slices.SortStableFunc(found, func(a, b dated) int { return cmp.Compare(a.from, b.from) })
	return found
}

// exists reports whether there is such a day; of an unknown year, 29 February
// may be.
func (x dated) exists() bool {
	d := x.day
	if x.noYear {
		d.Year = 2024
	}
	if x.noMonth {
		d.Month = time.January
	}
	return d.Date > 0 && d.Month > 0 && d.Month <= time.December && content.DayOf(d.Time()) == d
}

// arabicDay reads backwards from the 日 at end.
func arabicDay(s string, end int) (dated, bool) {
	d, at := digitsBefore(s, end, 2)
	if at < 0 {
		return dated{}, false
	}
	x := dated{day: content.Day{Date: d}, noYear: true, noMonth: true, from: at, to: end + len("日")}
	if m, next := digitsBefore(s, cutBefore(s, at, "月"), 2); next >= 0 {
		x.day.Month, x.noMonth, x.from = time.Month(m), false, next
		if y, year := digitsBefore(s, cutBefore(s, next, "年"), 4); year >= 0 && y >= 1000 {
			x.day.Year, x.noYear, x.from = y, false, year
		}
	}
	return x, x.exists()
}

// cutBefore is where word begins if it ends at at, but for a space, or -1.
func cutBefore(s string, at int, word string) int {
	head := strings.TrimSuffix(s[:at], " ")
	if !strings.HasSuffix(head, word) {
		return -1
	}
	return len(head) - len(word)
}

// digitsBefore reads at most most digits that end at end, but for a space, and
// answers where they begin, or -1 if there are none.
func digitsBefore(s string, end, most int) (value, at int) {
	if end < 0 {
		return 0, -1
	}
	head := strings.TrimSuffix(s[:end], " ")
	at = len(head)
	for at > 0 && len(head)-at < most && head[at-1] >= '0' && head[at-1] <= '9' {
		at--
	}
	if at == len(head) {
		return 0, -1
	}
	return number(head, at, len(head)), at
}

// hanDay reads 二〇二三年三月十五日 backwards from the 日 at end.
func hanDay(s string, end int) (dated, bool) {
	d, at := hanBefore(s, end)
	m, at := hanBefore(s, cutBefore(s, at, "月"))
	at = cutBefore(s, at, "年")
	if at < 0 {
		return dated{}, false
	}
	from := at
	for range 4 {
		_, size := utf8.DecodeLastRuneInString(s[:from])
		from -= size
	}
	x := dated{day: content.Day{Year: hanYear(s[from:at]), Month: time.Month(m), Date: d}, from: from, to: end + len("日")}
	return x, x.day.Year > 0 && x.exists()
}

// hanBefore reads a number up to 31 in Chinese numerals that ends at end; at is
// where it begins, 0 if there is none: nothing can end there.
func hanBefore(s string, end int) (value, at int) {
	at = max(end, 0)
	for at > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:at])
		if !strings.ContainsRune("一二三四五六七八九十", r) || end-at > 2*len("十") {
			break
		}
		at -= size
	}
	value, ok := numbering.HanNumber(s[at:max(end, 0)])
	if !ok {
		return 0, 0
	}
	return value, at
}

// isoDays reads 2023-03-15, 2023/3/15 and 2023.3.15.
func isoDays(s string) []dated {
	var found []dated
	for at := 0; at < len(s); at++ {
		if c := s[at]; c != '-' && c != '/' && c != '.' {
			continue
		}
		y, from := digitsBefore(s, at, 5)
		if from < 0 || at-from != 4 || y < 1900 || y > 2099 {
			continue
		}
		m, next := digitsAfter(s, at+1)
		if next == len(s) || next == at+1 || s[next] != s[at] {
			continue
		}
		d, end := digitsAfter(s, next+1)
		x := dated{day: content.Day{Year: y, Month: time.Month(m), Date: d}, from: from, to: end}
		if (end == len(s) || s[end] < '0' || s[end] > '9') && x.exists() {
			found = append(found, x)
			at = end - 1
		}
	}
	return found
}

// digitsAfter reads at most two digits from at on.
func digitsAfter(s string, at int) (value, end int) {
	for end = at; end < len(s) && end < at+2 && s[end] >= '0' && s[end] <= '9'; end++ {
	}
	return number(s, at, end), end
}

func number(s string, from, to int) int {
	n, _ := strconv.Atoi(s[from:to])
	return n
}

// hanYear reads 二〇二三, with any of the rings that are typed for 〇.
func hanYear(s string) int {
	y := 0
	for _, r := range s {
		if !strings.ContainsRune("一二三四五六七八九〇○零OoΟ0", r) {
			return 0
		}
		d := strings.IndexRune("一二三四五六七八九", r)/len("一") + 1
		if strings.ContainsRune("〇○零OoΟ0", r) {
			d = 0
		}
		y = y*10 + d
	}
	if y < 1900 || y > 2099 {
		return 0
	}
	return y
}

// wholeDay reads a line that is a day and nothing else, but for brackets.
func wholeDay(s string) (content.Day, bool) {
	s = strings.Trim(s, " ()")
	for _, x := range days(s) {
		if x.from == 0 && x.to == len(s) && !x.noYear {
			return x.day, true
		}
	}
	return content.Day{}, false
}

// fill gives a day without a year or month those of the day before it, and the
// next year if it would lie before it.
func (x dated) fill(before content.Day) (content.Day, bool) {
	d := x.day
	if !x.noYear {
		return d, true
	}
	if before.IsZero() {
		return content.Day{}, false
	}
	if x.noMonth {
		d.Month = before.Month
	}
	d.Year = before.Year
	if d.Before(before) && !x.noMonth {
		d.Year++
	}
	if content.DayOf(d.Time()) != d {
		return content.Day{}, false
	}
	return d, true
}
