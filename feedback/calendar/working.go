package calendar

import "time"

// Kind says what an official table or a body makes of a day.
type Kind string

// A day that no table names follows its weekday.
const (
	Rest Kind = "rest" // 放假
	Work Kind = "work" // 调休上班
)

// Exception is one day that does not follow its weekday, with its source.
type Exception struct {
	Day    Day
	Kind   Kind
	Note   string // e.g. 国庆节
	Source string // whose word it is
}

// Calendar knows which days are worked. It is immutable and safe for
// concurrent use.
type Calendar struct {
	days   map[Day]Exception
	tables map[int]Table // what is known of a year beside its days
}

// New builds the calendar of the official tables with a body's own exceptions
// on top. A year for which own exceptions carry a Source that says it is the
// official table is not made official by that: only complete tables are, and
// those are named in officialYears.
func New(own []Exception, officialYears ...int) *Calendar {
	c := (&Calendar{}).With(Built()...)
	for _, y := range officialYears {
		c.tables[y] = Table{Year: y, Official: true}
	}
	for _, x := range own {
		c.days[x.Day] = x
	}
	return c
}

// Official reports whether the whole table of a year is known.
func (c *Calendar) Official(year int) bool { return c.tables[year].Official }

// IsWorking reports whether d is worked, and whether that is provisional
// because the year's official table is not known. A day that a body names by
// itself is certain; one of a whole table that is not official is not.
func (c *Calendar) IsWorking(d Day) (working, provisional bool) {
	table, tabled := c.tables[d.Year()]
	if x, ok := c.days[d]; ok {
		return x.Kind == Work, tabled && !table.Official
	}
	w := d.Weekday()
	return w != time.Saturday && w != time.Sunday, !table.Official
}

// Why tells what makes d worked or not, if it is not its weekday.
func (c *Calendar) Why(d Day) (Exception, bool) {
	x, ok := c.days[d]
	return x, ok
}

// AddWorking is the n-th working day after d: d itself is day zero. The result
// is provisional as soon as any day counted or skipped was.
func (c *Calendar) AddWorking(d Day, n int) (result Day, provisional bool) {
	for n > 0 {
		d = d.Add(1)
		working, guess := c.IsWorking(d)
		provisional = provisional || guess
		if working {
			n--
		}
	}
	return d, provisional
}

// WorkingDaysBetween counts the working days after from, up to and with to;
// negative when to is earlier.
func (c *Calendar) WorkingDaysBetween(from, to Day) int {
	if to < from {
		return -c.WorkingDaysBetween(to, from)
	}
	n := 0
	for d := from.Add(1); d <= to; d = d.Add(1) {
		if working, _ := c.IsWorking(d); working {
			n++
		}
	}
	return n
}

// AddMonths is the same date n months on, or the last day of that month when
// it is shorter.
func AddMonths(d Day, n int) Day {
	if d == "" {
		return ""
	}
	t := d.Time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Day(time.Date(first.Year(), first.Month(), min(t.Day(), last), 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
}

// noticeMonth is when the table of the next year should have been published.
const noticeMonth = time.November
