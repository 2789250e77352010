package calendar

import (
	"fmt"
	"time"
)

// Day is a calendar day as YYYY-MM-DD, so that it sorts, compares and is kept
// as plain text. The empty string means no day.
type Day string

// Beijing is the zone of every day and year in the product (UTC+8, no summer
// time since 1991). It needs no time zone data on the machine.
func Beijing() *time.Location { return time.FixedZone("CST", 8*60*60) }

// On is the Beijing day of an instant.
func On(t time.Time) Day { return Day(t.In(Beijing()).Format(time.DateOnly)) }

// Parse reads YYYY-MM-DD and refuses days that do not exist.
func Parse(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return "", fmt.Errorf("day %q: want YYYY-MM-DD: %w", s, err)
	}
	return Day(t.Format(time.DateOnly)), nil
}

// Time is midnight UTC of the day, for arithmetic; the zero time for no day.
func (d Day) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Add moves the day by n calendar days.
func (d Day) Add(n int) Day {
	if d == "" {
		return ""
	}
	return Day(d.Time().AddDate(0, 0, n).Format(time.DateOnly))
}

// DaysUntil counts calendar days from d to e; negative when e is earlier.
func (d Day) DaysUntil(e Day) int { return int(e.Time().Sub(d.Time()).Hours() / 24) }

// Year is the day's year, 0 for no day.
func (d Day) Year() int {
	if d == "" {
		return 0
	}
	return d.Time().Year()
}

// Weekday of the day.
func (d Day) Weekday() time.Weekday { return d.Time().Weekday() }
