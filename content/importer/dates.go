package importer

import (
	"regexp"
	"strconv"
	"strings"
	"time"

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

var (
	dayText = regexp.MustCompile(`(?:([0-9]{4}) ?年 ?)?(?:([0-9]{1,2}) ?月 ?)?([0-9]{1,2}) ?日`)
	isoText = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)[0-9]{2})([-/.])([0-9]{1,2})([-/.])([0-9]{1,2})(?:[^0-9]|$)`)
	hanText = regexp.MustCompile(`([一二三四五六七八九〇○零OoΟ0]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日`)
)

// days finds the days that s names, in order. Days that do not exist are none.
func days(s string) []dated {
	var found []dated
	add := func(y, m, d, from, to int, noYear, noMonth bool) {
		x := dated{day: content.Day{Year: y, Month: time.Month(m), Date: d}, noYear: noYear, noMonth: noMonth, from: from, to: to}
		check := x.day
		if noYear {
			check.Year = 2024 // a leap year: 29 February may be meant
		}
		if noMonth {
			check.Month = time.January
		}
		if m > 12 || d < 1 || content.DayOf(check.Time()) != check {
			return
		}
		found = append(found, x)
	}
	for _, m := range dayText.FindAllStringSubmatchIndex(s, -1) {
		y, mo, d := number(s, m[2], m[3]), number(s, m[4], m[5]), number(s, m[6], m[7])
		if y > 0 && mo == 0 || mo == 0 && m[4] >= 0 {
			continue
		}
		add(y, mo, d, m[0], m[1], y == 0, mo == 0)
	}
	for _, m := range isoText.FindAllStringSubmatchIndex(s, -1) {
		if s[m[4]:m[5]] == s[m[8]:m[9]] {
			add(number(s, m[2], m[3]), number(s, m[6], m[7]), number(s, m[10], m[11]), m[2], m[11], false, false)
		}
	}
	for _, m := range hanText.FindAllStringSubmatchIndex(s, -1) {
		mo, okM := numbering.HanNumber(s[m[4]:m[5]])
		d, okD := numbering.HanNumber(s[m[6]:m[7]])
		if y := hanYear(s[m[2]:m[3]]); y > 0 && okM && okD {
			add(y, mo, d, m[0], m[1], false, false)
		}
	}
	for i := 1; i < len(found); i++ {
		for k := i; k > 0 && found[k].from < found[k-1].from; k-- {
			found[k], found[k-1] = found[k-1], found[k]
		}
	}
	return found
}

func number(s string, from, to int) int {
	if from < 0 {
		return 0
	}
	n, _ := strconv.Atoi(s[from:to])
	return n
}

// hanYear reads 二〇二三, with any of the rings that are typed for 〇.
func hanYear(s string) int {
	y := 0
	for _, r := range s {
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
