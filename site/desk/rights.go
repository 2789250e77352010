package desk

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/auth"
	"rectify/site/ui"
)

// RightsPage is who may do what: the tables that the program itself asks, in
// words.
type RightsPage struct {
	ui.Frame
	Roles []feedback.Role
	Parts []RightsPart
	Mine  []feedback.Role
}

// RightsPart is one half of it.
type RightsPart struct {
	Key  string // rights, acts
	Rows []RightsRow
}

// RightsRow is one right or act.
type RightsRow struct {
	Label string
	Cells []RightsCell
}

// RightsCell says how a role has it: all, own (where in charge), whole (only if
// held for the whole body), or not at all.
type RightsCell struct{ Role, How string }

func (d *Desk) rights(c *fiber.Ctx) error {
	page := RightsPage{Frame: d.frame(c), Roles: feedback.Roles(), Mine: auth.Of(c).Account.Roles}
	page.Title = page.T("rights.title")
	rights, acts := RightsPart{Key: "rights"}, RightsPart{Key: "acts"}
	for _, p := range feedback.Rights() {
		rights.Rows = append(rights.Rows, rightsRow(page.T("right."+string(p.Right)), p))
	}
	for _, m := range feedback.StaffMoves() {
		acts.Rows = append(acts.Rows, rightsRow(page.T("log."+string(m.Act)), feedback.Permit{Roles: m.Roles}))
	}
	page.Parts = []RightsPart{rights, acts}
	return d.show(c, fiber.StatusOK, "rights", page)
}

func rightsRow(label string, p feedback.Permit) RightsRow {
	row := RightsRow{Label: label}
	for _, r := range feedback.Roles() {
		how := "no"
		switch {
		case slices.Contains(p.Roles, r) && p.Whole && slices.Contains(feedback.Limitable(), r):
			how = "whole"
		case slices.Contains(p.Roles, r):
			how = "all"
		case slices.Contains(p.Own, r):
			how = "own"
		}
		row.Cells = append(row.Cells, RightsCell{string(r), how})
	}
	return row
}
