package calendar

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/6tail/lunar-go/HolidayUtil"
)

// FirstYear and LastYear bound the official tables that are compiled in. The
// table of a year usually appears in November of the year before, which is when
// its lack is warned of.
const (
	FirstYear = 2022
	LastYear  = 2026
)

// Table (放假安排) is everything that is known of one year: the days that do not
// follow their weekday, and by whose word. Only an Official one makes the dates
// of its year certain.
type Table struct {
	Year     int
	Official bool
	Source   string
	Days     []Exception // in the order of time, all of them in Year
}

// Notice is the title of the State Council's notice that fixes a year.
func Notice(year int) string {
	return fmt.Sprintf("国务院办公厅关于%d年部分节假日安排的通知", year)
}

// Built are the official tables that are compiled in. A first day of January
// whose holiday begins in December counts in the year of each of its days.
func Built() []Table {
	var list []Table
	for year := FirstYear; year <= LastYear; year++ {
		t := Table{Year: year, Official: true, Source: Notice(year)}
		holidays := HolidayUtil.GetHolidaysByYear(year)
		for e := holidays.Front(); e != nil; e = e.Next() {
			h, ok := e.Value.(*HolidayUtil.Holiday)
			if !ok {
				continue
			}
			kind := Rest
			if h.IsWork() {
				kind = Work
			}
			t.Days = append(t.Days, Exception{Day: Day(h.GetDay()), Kind: kind, Note: h.GetName(), Source: t.Source})
		}
		list = append(list, t)
	}
	return list
}

// With is the calendar with these tables in the place of all that was known of
// their years.
func (c *Calendar) With(tables ...Table) *Calendar {
	next := &Calendar{days: maps.Clone(c.days), tables: maps.Clone(c.tables)}
	if next.days == nil {
		next.days, next.tables = make(map[Day]Exception), make(map[int]Table)
	}
	for _, t := range tables {
		maps.DeleteFunc(next.days, func(d Day, _ Exception) bool { return d.Year() == t.Year })
		for _, x := range t.Days {
			next.days[x.Day] = x
		}
		t.Days = nil
		next.tables[t.Year] = t
	}
	return next
}

// Table is what is known of a year.
func (c *Calendar) Table(year int) Table {
	t := c.tables[year]
	t.Year = year
	for d, x := range c.days {
		if d.Year() == year {
			t.Days = append(t.Days, x)
		}
	}
	slices.SortFunc(t.Days, func(a, b Exception) int { return cmp.Compare(a.Day, b.Day) })
	return t
}

// Years are those of which anything is known, ascending.
func (c *Calendar) Years() []int {
	known := make(map[int]bool)
	for y := range c.tables {
		known[y] = true
	}
	for d := range c.days {
		known[d.Year()] = true
	}
	return slices.Sorted(maps.Keys(known))
}

// Digest is equal for two calendars under which every day counts alike, also
// in how certain it is.
func (c *Calendar) Digest() string {
	h := sha256.New()
	for _, d := range slices.Sorted(maps.Keys(c.days)) {
		fmt.Fprintln(h, d, c.days[d].Kind)
	}
	for _, y := range slices.Sorted(maps.Keys(c.tables)) {
		fmt.Fprintln(h, y, c.tables[y].Official)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Lacking is the year whose official table should be known today and is not: a
// year is fixed by November of the one before. 0 when there is none.
func (c *Calendar) Lacking(today Day) int {
	year := today.Year()
	if !c.Official(year) {
		return year
	}
	if today.Time().Month() >= noticeMonth && !c.Official(year+1) {
		return year + 1
	}
	return 0
}
