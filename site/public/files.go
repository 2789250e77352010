package public

import (
	"rectify/feedback"
	"rectify/site/ui"
)

// files is where a form takes files. What is wrong with several files is said of
// each: they are mended one by one.
func (p *Pages) files(f ui.Frame, id string, list []feedback.Attachment, faults []feedback.Invalid) (ui.Files, error) {
	if p.Tray == nil {
		return ui.Files{}, nil
	}
	field, err := p.Tray.Field(list)
	if err != nil {
		return ui.Files{}, err
	}
	return f.FilesOf(id, field, list, faults), nil
}
