package body

import (
	"rectify/content"
	"rectify/feedback"
	"rectify/feedback/calendar"
)

// Body (单位) is the content of a site.yaml.
type Body struct {
	Name       string // 单位名称
	SiteName   string // 网站名称, SiteName of every page's head
	Domain     string // SiteDomain
	IDCode     string // 网站标识码, SiteIDCode
	ICP        string // ICP备案号
	Police     string // 公安备案号
	Organiser  string // 承办
	Contacts   content.Contacts
	Categories []Category
	Rules      feedback.Rules
	Holidays   []calendar.Exception
	Official   []int // further years whose official table Holidays holds whole
	Days       Days  // tables that were made at the desk; they stand over all else
	Reminders  Reminders
	Offices    []string
	Retention  Retention
	Archived   content.Day // 归档时间 of the whole site: from then on it takes no opinions
}

// Category is one kind of submission with the body's own word for it.
type Category struct {
	Code  feedback.Category
	Label string
}

// Retention says for how many days after closing things are kept; 0 means for
// good.
type Retention struct {
	ClosedDays  int // everything that tells of the sender
	RefusedDays int // the same, of what was refused as spam, repeated or unlawful
	ContactDays int // contact details
	MailDays    int // raw mails
	FilesDays   int // attachments
	AuditDays   int // audit records, from when they were written
}

// Clocks counts limits by this body's rules and days.
func (b *Body) Clocks() feedback.Clocks {
	return feedback.Clocks{Rules: b.Rules, Days: calendar.New(b.Holidays, b.Official...).With(b.Days.Tables...)}
}
