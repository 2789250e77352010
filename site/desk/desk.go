package desk

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/content/library"
	"rectify/content/proposal"
	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/bulk"
	"rectify/feedback/mailroom"
	"rectify/feedback/outbox"
	"rectify/feedback/pii"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/letter"
	"rectify/site/live"
	"rectify/site/tray"
	"rectify/site/ui"
	"rectify/site/web"
)

// Desk holds what the handlers need.
type Desk struct {
	Site    *ui.Site
	Engine  *ui.Engine
	Library *library.Library
	Store   feedback.Store
	Vault   feedback.Vault
	Press   *proposal.Press
	Reading chan struct{} // as many documents are read at once as it has room for: each may take 100 MB
	Keeper  *staff.Keeper
	Gate    *auth.Gate
	Intake  *feedback.Intake
	Office  *feedback.Office
	Jobs    *bulk.Jobs
	Orders  *bulk.Orders
	Briefs  feedback.Briefs
	Hub     *live.Hub // nil: nothing new is announced
	Clocks  feedback.Clocks
	Audit   *audit.Chain
	Finder  func() pii.Finder // of personal data, but for what the body itself publishes
	Room    *mailroom.Room    // nil: no mail is taken in
	Blobs   feedback.Blobs    // nil: none are kept
	Tray    *tray.Tray        // nil: forms take no files
	Tally   feedback.Tally    // nil: nothing is counted
	Now     func() time.Time
	Waiting func() int // submissions that wait to be registered; nil: there never are any
	Box     outbox.Store
	Post    *outbox.Post // nil: no mail server is set
	Letters *letter.Writer

	groups  recent[[]feedback.Campaign]
	counted recent[counts]
	totals  recent[Amount]
}

// Routes are the rows of this room in the site's table. What each act on a
// submission asks for stands in feedback.Moves; here any staff may knock.
func (d *Desk) Routes() []web.Route {
	anyStaff := web.Access{Staff: true}
	moderators := web.Access{Staff: true, Roles: []feedback.Role{feedback.Moderator}}
	entry := web.Access{Staff: true, Roles: []feedback.Role{feedback.Moderator, feedback.Replier}}
	auditor := web.Access{Staff: true, Roles: []feedback.Role{feedback.Auditor}}
	admin := web.Access{Staff: true, Roles: []feedback.Role{feedback.Admin}}
	own := web.Access{Staff: true, Bare: true} // one's own account
	workers := web.Access{Staff: true, Roles: []feedback.Role{feedback.Moderator, feedback.Replier, feedback.Approver}}
	office := web.Access{Staff: true, Roles: []feedback.Role{feedback.Moderator, feedback.Admin}}
	return []web.Route{
		{Method: fiber.MethodGet, Path: "/desk/login", Handler: d.loginForm},
		{Method: fiber.MethodPost, Path: "/desk/login", Handler: d.login, Limit: web.LimitLogin},
		{Method: fiber.MethodGet, Path: "/desk/first", Handler: d.firstForm},
		{Method: fiber.MethodPost, Path: "/desk/first", Handler: d.first, Limit: web.LimitLogin},
		{Method: fiber.MethodGet, Path: "/desk/invite", Handler: d.inviteForm},
		{Method: fiber.MethodPost, Path: "/desk/invite", Handler: d.invite, Limit: web.LimitLogin},
		{Method: fiber.MethodPost, Path: "/desk/logout", Handler: d.logout, Access: own},
		{Method: fiber.MethodGet, Path: "/desk/confirm", Handler: d.confirmForm, Access: own},
		{Method: fiber.MethodPost, Path: "/desk/confirm", Handler: d.confirm, Access: own, Limit: web.LimitLogin},
		{Method: fiber.MethodGet, Path: "/desk", Handler: d.queue, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/find", Handler: d.find, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/live", Handler: d.news, Access: web.Access{Staff: true, Quiet: true}},
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
		{Method: fiber.MethodPost, Path: "/desk/submissions/:number/here", Handler: d.stillHere, Access: web.Access{Staff: true, Quiet: true}},
		{Method: fiber.MethodGet, Path: "/desk/submissions/:number/files/:n", Handler: d.caseFile, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/submissions/:number/files", Handler: d.addFiles, Access: entry, Uploads: d.Tray.Rule()},
		{Method: fiber.MethodGet, Path: "/desk/enter", Handler: d.enterForm, Access: entry},
		{Method: fiber.MethodPost, Path: "/desk/enter", Handler: d.enter, Access: entry, Uploads: d.Tray.Rule()},
		{Method: fiber.MethodPost, Path: "/desk/enter/draft", Handler: d.draft, Access: entry},
		{Method: fiber.MethodPost, Path: "/desk/enter/similar", Handler: d.similar, Access: entry},
		{Method: fiber.MethodGet, Path: "/desk/notices", Handler: d.notices, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/notices", Handler: d.propose, Access: web.Access{Staff: true, Roles: editors()}, Files: maxUpload},
		{Method: fiber.MethodGet, Path: "/desk/notices/:id", Handler: d.proposal, Access: anyStaff},
		{Method: fiber.MethodPost, Path: "/desk/notices/:id", Handler: d.proposalAct, Access: web.Access{Staff: true, Roles: editors()}, Files: maxEdit},
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
		{Method: fiber.MethodGet, Path: "/desk/mail", Handler: d.mail, Access: moderators},
		{Method: fiber.MethodGet, Path: "/desk/mail/:id", Handler: d.mailOne, Access: moderators},
		{Method: fiber.MethodPost, Path: "/desk/mail/:id", Handler: d.mailAct, Access: moderators},
		{Method: fiber.MethodGet, Path: "/desk/mail/:id/raw", Handler: d.mailRaw, Access: moderators},
		{Method: fiber.MethodPost, Path: "/desk/submissions/:number/mails/:n", Handler: d.caseMail, Access: anyStaff},
		{Method: fiber.MethodGet, Path: "/desk/outbox", Handler: d.outbox, Access: office},
		{Method: fiber.MethodPost, Path: "/desk/outbox", Handler: d.resend, Access: office},
		{Method: fiber.MethodGet, Path: "/desk/letters", Handler: d.letters, Access: admin},
		{Method: fiber.MethodPost, Path: "/desk/letters", Handler: d.lettersAct, Access: admin},
		{Method: fiber.MethodGet, Path: "/desk/audit", Handler: d.auditList, Access: auditor},
		{Method: fiber.MethodPost, Path: "/desk/audit", Handler: d.auditExport, Access: auditor},
		{Method: fiber.MethodGet, Path: "/desk/staff", Handler: d.staffList, Access: admin},
		{Method: fiber.MethodPost, Path: "/desk/staff", Handler: d.staffAct, Access: admin},
	}
}

func (d *Desk) frame(c *fiber.Ctx) ui.Frame {
	path := "/desk"
	if c.Method() == fiber.MethodGet {
		path = strings.TrimPrefix(string(c.Request().RequestURI()), d.Site.Links.Base())
	}
	f := ui.Frame{Site: d.Site, Mode: web.ModeOf(c), Path: path, NoIndex: true}
	if s := auth.Of(c); s != nil {
		f.Staff = s.Line()
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
