package desk

import (
	"rectify/content"
	"rectify/content/proposal"
	"rectify/content/sheet"
	"rectify/feedback"
	"rectify/site/ui"
	"rectify/site/web"
)

// fromSheet changes the ledger of a published notice as a spreadsheet has it:
// only what was edited there, every other byte as it was.
func fromSheet(f ui.Frame, p proposal.Proposal, published *content.Notice, file *web.File) (proposal.Proposal, []feedback.Invalid) {
	if published == nil {
		return p, fault("notice", "required")
	}
	src, changes, problems := sheet.Apply(published, file.Data)
	for _, x := range problems {
		if x.Severity == content.Error {
			return p, fault("file", "sheet", max(x.Line, 1), f.T("check."+x.Code, x.Args...))
		}
	}
	if len(changes) == 0 {
		return p, fault("file", "nothing")
	}
	p.Source, p.Origin.Format = string(src), "csv"
	for _, x := range problems {
		p.Doubts = note(p.Doubts, proposal.Doubt{Line: x.Line, Code: "check." + x.Code, Args: texts(x.Args)})
	}
	return p, nil
}
