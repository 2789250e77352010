package content

// DueClass (按时限) says how a leaf stands to the limit that its own document
// states, on a given day.
type DueClass string

// The classes. A leaf that is completed or kept up for good has met whatever
// its limit was; a limit that is not stated is never passed.
const (
	DueLate  DueClass = "late"  // 已超过文件写明的时限
	DueSoon  DueClass = "soon"  // within DueSoonDays
	DueLater DueClass = "later" // after that
	DueNone  DueClass = "none"  // 未写明时限
	DueMet   DueClass = "met"   // completed or longterm
)

// DueSoonDays is how many calendar days before its limit a leaf is due soon.
const DueSoonDays = 30

// DueClasses lists every class in the order in which sums are shown.
func DueClasses() []DueClass { return []DueClass{DueLate, DueSoon, DueLater, DueNone, DueMet} }

// DueOn is the class of a leaf on that day. The day of the limit itself is
// still within it.
func (l Ledger) DueOn(today Day) DueClass {
	switch {
	case l.Status == Completed || l.Status == Longterm:
		return DueMet
	case l.Due.IsZero():
		return DueNone
	case l.Due.Before(today):
		return DueLate
	case l.Due.Time().After(today.Time().AddDate(0, 0, DueSoonDays)):
		return DueLater
	}
	return DueSoon
}

// CountDue counts leaves by class.
func CountDue(leaves []*Item, today Day) map[DueClass]int {
	counts := make(map[DueClass]int)
	for _, l := range leaves {
		counts[l.Ledger.DueOn(today)]++
	}
	return counts
}

// AsOf is the day on which a page of the notice speaks: today, or for what is
// archived the day from which it does not change any more.
func (n *Notice) AsOf(today Day) Day {
	if !n.Archived.IsZero() && n.Archived.Before(today) {
		return n.Archived
	}
	return today
}
