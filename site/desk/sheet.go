package desk

import (
	"rectify/content"
	"rectify/content/proposal"
	"rectify/feedback"
	"rectify/site/web"
)

// fromSheet changes the ledger of a published notice as a spreadsheet has it.
func (d *Desk) fromSheet(p proposal.Proposal, published *content.Notice, file *web.File) (proposal.Proposal, []feedback.Invalid, error) {
	if published == nil {
		return p, fault("notice", "required"), nil
	}
	return p, fault("file", "format"), nil
}
