package figures

import (
	"fmt"
	"strconv"

	"rectify/feedback/calendar"
)

// Period (统计时段) is a stretch of whole days. Key names it: 2026 for a year,
// 2026-q3 for a quarter, and nothing for the twelve months up to today.
type Period struct {
	Key      string
	From, To calendar.Day // both are part of it
}

// firstYear bounds what is taken for a year at all.
const firstYear = 2000

// ParsePeriod reads a key. It reports false for one that is not written exactly
// so, and for a period that has not begun.
func ParsePeriod(key string, today calendar.Day) (Period, bool) {
	if key == "" {
		return Period{From: calendar.AddMonths(today, -12).Add(1), To: today}, true
	}
	if len(key) != 4 && len(key) != 7 {
		return Period{}, false
	}
	year, err := strconv.Atoi(key[:4])
	if err != nil || year < firstYear {
		return Period{}, false
	}
	p := Year(year)
	if len(key) == 7 {
		q := int(key[6] - '0')
		if key[4:6] != "-q" || q < 1 || q > 4 {
			return Period{}, false
		}
		p = Quarter(year, q)
	}
	return p, p.Key == key && p.From <= today
}

// Year is a calendar year.
func Year(year int) Period {
	return Period{Key: fmt.Sprintf("%04d", year), From: calendar.Day(fmt.Sprintf("%04d-01-01", year)), To: calendar.Day(fmt.Sprintf("%04d-12-31", year))}
}

// Quarter is one of the four quarters of a year.
func Quarter(year, q int) Period {
	from := calendar.Day(fmt.Sprintf("%04d-%02d-01", year, 3*q-2))
	return Period{Key: fmt.Sprintf("%04d-q%d", year, q), From: from, To: calendar.AddMonths(from, 3).Add(-1)}
}

// span is a period in the days that facts are kept in.
type span struct{ from, to day }

func (p Period) span() span { return span{dayOf(p.From), dayOf(p.To)} }

func (s span) holds(d day) bool { return d != 0 && s.from <= d && d <= s.to }
