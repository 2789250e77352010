package sheet

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"rectify/content"
)

// maxValue bounds a value of a ledger, in characters.
const maxValue = 500

// value reads an edited cell as the value of an attribute; code is what is wrong
// with it. old is the value that the notice has.
func value(key, cell, old string) (v, code string) {
	switch key {
	case "status":
		return status(cell)
	case "due":
		return due(cell, old)
	case "progress":
		return progress(cell, old)
	}
	switch {
	case strings.ContainsFunc(cell, unicode.IsControl):
		return "", "sheet-line"
	case strings.ContainsAny(cell, "\"}{\\"):
		return "", "sheet-sign" // what an attribute list cannot hold
	case utf8.RuneCountInString(cell) > maxValue:
		return "", "sheet-long"
	}
	return cell, ""
}

// status takes the codes and the words of the contract.
func status(cell string) (v, code string) {
	words := map[string]content.Status{
		"": content.Unstated, "未标注": content.Unstated, "未启动": content.Planned, "正在整改": content.Active, "阶段性完成": content.Partial, "基本完成": content.Partial,
		"已完成": content.Completed, "长期坚持": content.Longterm, "未完成": content.Unfinished, "回头看后重新整改": content.Reopened,
	}
	s, ok := words[cell]
	if !ok {
		s, ok = content.ParseStatus(strings.ToLower(cell))
	}
	if !ok {
		return "", "sheet-status"
	}
	return string(s), ""
}

var (
	yearFirst = regexp.MustCompile(`^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T]0{1,2}:00(?::00)?)?$`)
	yearLast  = regexp.MustCompile(`^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.](?:20)?([0-9]{2})(?: 0{1,2}:00(?::00)?)?$`)
)

// due takes a day in the ways that spreadsheets write it. With the year last,
// day and month cannot be told apart; then only what stands there already is
// taken.
func due(cell, old string) (v, code string) {
	cell = strings.ReplaceAll(width.Narrow.String(cell), "年 ", "年")
	if cell == "" {
		return "", ""
	}
	day := func(y, m, d string) string {
		t, err := content.ParseDay(fmt.Sprintf("%s-%02s-%02s", y, pad(m), pad(d)))
		if err != nil {
			return ""
		}
		return t.String()
	}
	if m := yearFirst.FindStringSubmatch(cell); m != nil {
		if v := day(m[1], m[2], m[3]); v != "" {
			return v, ""
		}
		return "", "sheet-day"
	}
	if m := yearLast.FindStringSubmatch(cell); m != nil {
		if a, b := day("20"+m[3], m[1], m[2]), day("20"+m[3], m[2], m[1]); old != "" && (a == old || b == old) {
			return old, ""
		}
	}
	return "", "sheet-day"
}

func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

var percent = regexp.MustCompile(`^([0-9]{1,3})(?:\.0+)?\s*%$`)

// progress takes 60%, 0.6 and 60. A bare 1 may be one percent or all of it, so
// it is taken only where it stands for what is there already.
func progress(cell, old string) (v, code string) {
	cell = strings.TrimSpace(width.Narrow.String(cell))
	if cell == "" {
		return "", ""
	}
	if m := percent.FindStringSubmatch(cell); m != nil {
		return whole(m[1])
	}
	f, err := strconv.ParseFloat(cell, 64)
	switch {
	case err != nil || f < 0 || f > 100 || len(cell) > 8:
		return "", "sheet-progress"
	case f == 1 && (old == "1" || old == "100"):
		return old, ""
	case f == 1:
		return "", "sheet-one"
	case f > 0 && f < 1:
		f *= 100
	}
	n := int(f + 0.5)
	if diff := f - float64(n); diff > 1e-9 || diff < -1e-9 {
		return "", "sheet-progress"
	}
	return strconv.Itoa(n), ""
}

func whole(digits string) (v, code string) {
	n, err := strconv.Atoi(digits)
	if err != nil || n > 100 {
		return "", "sheet-progress"
	}
	return strconv.Itoa(n), ""
}

// broken finds what a spreadsheet writes where it could not compute.
var broken = regexp.MustCompile(`^(?:#(?:REF!|NAME\?|VALUE!|DIV/0!|N/A|NULL!|NUM!|SPILL!)|#{3,})$`)

// A day as spreadsheets write it is two or three numbers, one of which may be
// the English name of a month, and perhaps midnight behind them.
var (
	dayLike = regexp.MustCompile(`^(?:[0-9]{1,4}|[A-Z][a-z]{2,8})(?:[-/.,年月 ]+(?:[0-9]{1,4}|[A-Z][a-z]{2,8})){1,2}日?(?: 0{1,2}:00(?::00)?)?$`)
	dayPart = regexp.MustCompile(`[0-9]+|[A-Z][a-z]+`)
)

// ids are the ids that a cell may have been before a spreadsheet took it for a
// day: 3-2 becomes 3月2日, 2026/3/2, 3/2/26, 02.03.26, 2-Mar or 3-Feb-26 as the
// country has it.
func ids(cell string) []string {
	cell = strings.TrimSpace(width.Narrow.String(cell))
	all := []string{cell}
	if !dayLike.MatchString(cell) {
		return all
	}
	day, _, _ := strings.Cut(cell, " 0")
	named := false
	parts := dayPart.FindAllString(day, 3)
	for i, p := range parts {
		if p[0] > '9' {
			named, parts[i] = true, month(p)
		}
	}
	add := func(i, k int) {
		all = append(all, strings.TrimLeft(parts[i], "0")+"-"+strings.TrimLeft(parts[k], "0"))
	}
	switch {
	case len(parts) == 3 && len(parts[0]) == 4:
		add(1, 2)
	case len(parts) == 3:
		add(0, 1)
		add(1, 0)
		add(1, 2)
	default:
		add(0, 1)
		if named {
			add(1, 0)
		}
	}
	return all
}

// month is the number of a month by its English name, long or short.
func month(name string) string {
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(m.String(), name) {
			return strconv.Itoa(int(m))
		}
	}
	return name
}

// sameText reports whether a read-only cell still says what it said: spaces and
// line ends do not count, nor do characters that the file's encoding lost, nor
// what a spreadsheet cut off at its 32,767 characters.
func sameText(cell, text string, lossy bool) bool {
	squeeze := func(s string) []rune { return []rune(strings.Join(strings.Fields(s), "")) }
	a, b := squeeze(cell), squeeze(text)
	if len(a) > 32_000 && len(a) < len(b) {
		b = b[:len(a)]
	}
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && (!lossy || a[i] != '?') {
			return false
		}
	}
	return true
}
