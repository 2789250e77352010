package desk

import (
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content/proposal"
	"rectify/feedback"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// imported makes a proposal of the document that came with the form.
func (d *Desk) imported(c *fiber.Ctx, form web.Values) (proposal.Proposal, []feedback.Invalid, error) {
	file := web.Upload(c)
	if file == nil || len(file.Data) == 0 {
		return proposal.Proposal{}, []feedback.Invalid{{Field: "file", Rule: "required"}}, nil
	}
	slug := strings.TrimSuffix(file.Name, path.Ext(file.Name))
	p := proposal.New(proposal.NewID(), slug, string(file.Data), "", auth.Of(c).Account.Name, d.now())
	_ = form
	return p, nil, nil
}

func (d *Desk) doubts(f ui.Frame, p *proposal.Proposal, lines []string) []Finding { return nil }

func (d *Desk) unplaced(f ui.Frame, p *proposal.Proposal) []Finding { return nil }
