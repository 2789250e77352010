package body

import "rectify/content"

// ArchivedOn is the day since which a notice of this body, or with it the whole
// site, is archived (归档时间); the zero day when neither is by today. Without a
// notice it speaks of the site alone.
func (b *Body) ArchivedOn(n *content.Notice, today content.Day) content.Day {
	var on content.Day
	days := []content.Day{b.Archived}
	if n != nil {
		days = append(days, n.Archived)
	}
	for _, d := range days {
		if !d.IsZero() && !today.Before(d) && (on.IsZero() || d.Before(on)) {
			on = d
		}
	}
	return on
}
