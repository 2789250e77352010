package desk

import (
	"log/slog"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/content/library"
	"rectify/content/proposal"
	"rectify/content/search"
	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/bulk"
	"rectify/feedback/figures"
	"rectify/feedback/mail"
	"rectify/feedback/mailroom"
	"rectify/feedback/outbox"
	"rectify/feedback/pii"
	"rectify/feedback/staff"
	"rectify/feedback/topics"
	"rectify/feedback/weekly"
	"rectify/site/auth"
	"rectify/site/body"
	"rectify/site/guard"
	"rectify/site/letter"
	"rectify/site/live"
	"rectify/site/tray"
	"rectify/site/ui"
	"rectify/site/web"
)

// Desk holds what the handlers need.
type Desk struct {
	Site       *ui.Site
	Engine     *ui.Engine
	Library    *library.Library
	Store      feedback.Store
	Vault      feedback.Vault
	Press      *proposal.Press
	Search     *search.Index // nil: earlier replies are found by likeness only
	Reading    chan struct{} // as many documents are read at once as it has room for: each may take 100 MB
	Keeper     *staff.Keeper
	Gate       *auth.Gate
	Watch      *guard.Watch // nil: nothing is counted
	Log        *slog.Logger
	Provider   *auth.Provider // of sign-ins elsewhere; nil: there is none
	Intake     *feedback.Intake
	Office     *feedback.Office
	Jobs       *bulk.Jobs
	Orders     *bulk.Orders
	Briefs     feedback.Briefs
	Hub        *live.Hub // nil: nothing new is announced
	Clocks     feedback.Clocks
	Versions   shelf.Shelf   // where versions of the calendar stand; nil: none are kept
	Statistics *figures.Book // what is open, whose, and since when; which alarms go off
	Topics     *topics.Book
	Weekly     *weekly.Maker
	Audit      *audit.Chain
	Finder     func() pii.Finder // of personal data, but for what the body itself publishes
	Room       *mailroom.Room    // nil: no mail is taken in
	Inboxes    *mail.Watch       // which mailboxes cannot be read; nil: nobody looks
	Blobs      feedback.Blobs    // nil: none are kept
	Tray       *tray.Tray        // nil: forms take no files
	Tally      feedback.Tally    // nil: nothing is counted
	Now        func() time.Time
	Waiting    func() int // submissions that wait to be registered; nil: there never are any
	Box        outbox.Store
	Post       *outbox.Post // nil: no mail server is set
	Letters    *letter.Writer
	Settings   *body.Settings // nil: they cannot be changed here
	Hand       func()         // work of somebody who left is to be handed over now

	badges  badges
	groups  recent[[]feedback.Campaign]
	counted recent[tallied]
	totals  recent[Amount]
}

// Routes are the rows of this room in the site's table. Who may use them stands
// in feedback.Rights, what each act on a submission asks for in feedback.Moves.
func (d *Desk) Routes() []web.Route {
	can := func(r feedback.Right) web.Access { return web.Access{Staff: true, Right: r} }
	anyStaff, moderators, entry, auditor, admin := can(feedback.RightSee), can(feedback.RightModerate), can(feedback.RightEnter), can(feedback.RightAudit), can(feedback.RightStaff)
	own := web.Access{Staff: true, Right: feedback.RightOwn, Bare: true} // one's own account
	mail, office, letters, edit := can(feedback.RightMail), can(feedback.RightOutbox), can(feedback.RightLetters), can(feedback.RightEdit)
	writers, phrasers := can(feedback.RightDraft), can(feedback.RightPhrases)
	workers := can(feedback.RightOrders)
	return []web.Route{
		{Method: fiber.MethodGet, Path: "/desk/login", Handler: d.loginForm},
		{Method: fiber.MethodPost, Path: "/desk/login", Handler: d.login, Limit: web.LimitLogin},
		{Method: fiber.MethodGet, Path: "/desk/elsewhere", Handler: d.elsewhere, Limit: web.LimitLogin},
		{Method: fiber.MethodGet, Path: "/desk/elsewhere/back", Handler: d.elsewhereBack, Limit: web.LimitLogin},
		{Method: fiber.MethodGet, Path: "/desk/account/elsewhere", Handler: d.ownElsewhere, Access: own, Limit: web.LimitLogin},
		{Method: fiber.MethodPost, Path: "/desk/account/elsewhere", Handler: d.linkAct, Access: own},
		{Method: fiber.MethodGet, Path: "/desk/first", Handler: d.firstForm},
		{Method: fiber.MethodPost, Path: "/desk/first", Handler: d.first, Limit: web.LimitLogin},
		{Method: fiber.MethodGet, Path: "/desk/invite", Handler: d.inviteForm},
		{Method: fiber.MethodPost, Path: "/desk/invite", Handler: d.invite, Limit: web.LimitLogin},
		{Method: fiber.MethodPost, Path: "/desk/logout", Handler: d.logout, Access: own},
		{Method: fiber.MethodGet, Path: "/desk/confirm", Handler: d.confirmForm, Access: own},
		{Method: fiber.MethodPost, Path: "/desk/confirm", Handler: d.confirm, Access: own, Limit: web.LimitLogin},
		{Method: fiber.MethodGet, Path: "/desk", Handler: d.queue, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/find", Handler: d.find, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/live", Handler: d.news, Access: web.Access{Staff: true, Right: feedback.RightSee, Quiet: true}},
		{Method: fiber.MethodGet, Path: "/desk/keys", Handler: d.keys, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/keys", Handler: d.setKeys, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/orders", Handler: d.order, Access: workers},
		{Method: fiber.MethodGet, Path: "/desk/orders/:id", Handler: d.orderPage, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/orders/:id", Handler: d.takeBack, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/campaigns", Handler: d.campaigns, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/campaigns/:likeness", Handler: d.campaign, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/campaigns/:likeness", Handler: d.decide, Access: moderators},
		{Method: fiber.MethodGet, Path: "/desk/submissions/:number", Handler: d.submission, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/submissions/:number", Handler: d.act, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/submissions/:number/compose", Handler: d.compose, Access: writers},
		{Method: fiber.MethodGet, Path: "/desk/phrases", Handler: d.phrases, Access: phrasers},
		{Method: fiber.MethodPost, Path: "/desk/phrases", Handler: d.phrasesAct, Access: phrasers},
		{Method: fiber.MethodPost, Path: "/desk/submissions/:number/here", Handler: d.stillHere, Access: web.Access{Staff: true, Right: feedback.RightSee, Quiet: true}},
		{Method: fiber.MethodGet, Path: "/desk/submissions/:number/files/:n", Handler: d.caseFile, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/submissions/:number/files", Handler: d.addFiles, Access: entry, Uploads: d.Tray.Rule()},
		{Method: fiber.MethodGet, Path: "/desk/enter", Handler: d.enterForm, Access: entry},
		{Method: fiber.MethodPost, Path: "/desk/enter", Handler: d.enter, Access: entry, Uploads: d.Tray.Rule()},
		{Method: fiber.MethodPost, Path: "/desk/enter/draft", Handler: d.draft, Access: entry},
		{Method: fiber.MethodPost, Path: "/desk/enter/similar", Handler: d.similar, Access: entry},
		{Method: fiber.MethodGet, Path: "/desk/notices", Handler: d.notices, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/notices", Handler: d.propose, Access: edit, Files: maxUpload},
		{Method: fiber.MethodGet, Path: "/desk/notices/:id", Handler: d.proposal, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/notices/:id", Handler: d.proposalAct, Access: edit, Files: maxEdit},
		{Method: fiber.MethodGet, Path: "/desk/rights", Handler: d.rights, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/insight", Handler: d.insight, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/insight/voices", Handler: d.voices, Access: can(feedback.RightInsight)},
		{Method: fiber.MethodGet, Path: "/desk/insight.csv", Handler: d.insightFile, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/insight.xlsx", Handler: d.insightBook, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/reports", Handler: d.reports, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/reports/:week", Handler: d.report, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/account/weekly", Handler: d.changeWeekly, Access: own},
		{Method: fiber.MethodPost, Path: "/desk/tour", Handler: d.tour, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/account", Handler: d.account, Access: own},
		{Method: fiber.MethodPost, Path: "/desk/account", Handler: d.changePassword, Access: own, Limit: web.LimitLogin},
		{Method: fiber.MethodPost, Path: "/desk/account/email", Handler: d.changeEmail, Access: own},
		{Method: fiber.MethodPost, Path: "/desk/passkey/options", Handler: d.askPasskey, Limit: web.LimitLogin},
		{Method: fiber.MethodPost, Path: "/desk/passkey", Handler: d.passkey, Limit: web.LimitLogin},
		{Method: fiber.MethodPost, Path: "/desk/account/passkeys/options", Handler: d.askOwn, Access: own},
		{Method: fiber.MethodPost, Path: "/desk/account/passkeys", Handler: d.ownPasskeys, Access: own},
		{Method: fiber.MethodPost, Path: "/desk/account/sessions", Handler: d.endSession, Access: own},
		{Method: fiber.MethodGet, Path: "/desk/account/factor", Handler: d.factorForm, Access: own},
		{Method: fiber.MethodPost, Path: "/desk/account/factor", Handler: d.factorAct, Access: own},
		{Method: fiber.MethodGet, Path: "/desk/mail", Handler: d.mail, Access: mail},
		{Method: fiber.MethodGet, Path: "/desk/mail/:id", Handler: d.mailOne, Access: mail},
		{Method: fiber.MethodPost, Path: "/desk/mail/:id", Handler: d.mailAct, Access: mail},
		{Method: fiber.MethodGet, Path: "/desk/mail/:id/raw", Handler: d.mailRaw, Access: mail},
		{Method: fiber.MethodPost, Path: "/desk/submissions/:number/mails/:n", Handler: d.caseMail, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/outbox", Handler: d.outbox, Access: office},
		{Method: fiber.MethodPost, Path: "/desk/outbox", Handler: d.resend, Access: office},
		{Method: fiber.MethodGet, Path: "/desk/letters", Handler: d.letters, Access: letters},
		{Method: fiber.MethodPost, Path: "/desk/letters", Handler: d.lettersAct, Access: letters},
		{Method: fiber.MethodGet, Path: "/desk/settings", Handler: d.settings, Access: can(feedback.RightSettings)},
		{Method: fiber.MethodPost, Path: "/desk/settings", Handler: d.settingsAct, Access: can(feedback.RightSettings)},
		{Method: fiber.MethodGet, Path: "/desk/calendar", Handler: d.calendar, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/calendar", Handler: d.calendarAct, Access: can(feedback.RightCalendar)},
		{Method: fiber.MethodGet, Path: "/desk/reminders", Handler: d.reminders, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/audit", Handler: d.auditList, Access: auditor},
		{Method: fiber.MethodPost, Path: "/desk/audit", Handler: d.auditExport, Access: auditor},
		{Method: fiber.MethodGet, Path: "/desk/staff", Handler: d.staffList, Access: admin},
		{Method: fiber.MethodPost, Path: "/desk/staff", Handler: d.staffAct, Access: admin},
		{Method: fiber.MethodGet, Path: "/desk/staff/:name", Handler: d.person, Access: admin},
	}
}

func (d *Desk) frame(c *fiber.Ctx) ui.Frame {
	path := "/desk"
	if c.Method() == fiber.MethodGet {
		path = strings.TrimPrefix(string(c.Request().RequestURI()), d.Site.Links.Base())
	}
	return d.frameAt(c, path)
}

// frameAt is the frame of a page that has its address also where a form of it
// answers.
func (d *Desk) frameAt(c *fiber.Ctx, path string) ui.Frame {
	f := ui.Frame{Site: d.Site, Mode: web.ModeOf(c), Path: path, NoIndex: true}
	if s := auth.Of(c); s != nil {
		f.Staff = s.Line()
		f.Alerts = d.alerts(c, f)
		f.Staff.Mark("/desk/reminders", d.badge(web.Context(c), s.Account))
		f.Tour = tourAt(f, s.Account)
		f.Staff.NoKeys = noKeys(c)
	}
	return f
}

func (d *Desk) show(c *fiber.Ctx, status int, page string, data any) error {
	web.Private(c)
	out, err := d.Engine.Render("desk", "desk/"+page, data)
	if err != nil {
		return err
	}
	return web.HTML(c, status, out)
}

// said is the sentence about what was just done; only codes of our own are said.
func said(f ui.Frame, done string) string {
	if done == "" || !f.Words.Has("done."+done) {
		return ""
	}
	return f.T("done." + done)
}
