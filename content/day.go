package content

import (
	"fmt"
	"time"
)

// Day is a calendar day without a time or zone. The zero value means that no
// day is stated.
type Day struct {
	Year  int
	Month time.Month
	Date  int
}

// ParseDay reads YYYY-MM-DD and refuses days that do not exist.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("day %q: want YYYY-MM-DD: %w", s, err)
	}
	return DayOf(t), nil
}

// DayOf is the day of t in t's own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{y, m, d}
}

// IsZero reports whether no day is stated.
func (d Day) IsZero() bool { return d == Day{} }

// Before reports whether d is earlier than e.
func (d Day) Before(e Day) bool { return d.Time().Before(e.Time()) }

// Time is midnight UTC of the day, for arithmetic.
func (d Day) Time() time.Time { return time.Date(d.Year, d.Month, d.Date, 0, 0, 0, 0, time.UTC) }

// String is YYYY-MM-DD, or empty for the zero value.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// MarshalText lets a Day stand in JSON as its String.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Period is a span of days, both included; either end may be unstated.
type Period struct {
	From, To Day
}

// IsZero reports whether neither end is stated.
func (p Period) IsZero() bool { return p.From.IsZero() && p.To.IsZero() }
