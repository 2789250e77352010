package public

import (
	"rectify/content"
	"rectify/site/ui"
)

// column holds the head fields of a list page of this room. Kind names one of
// the words that ColumnType may be (国办发〔2017〕47号): they are fixed and the
// same in every language of the interface.
func column(f ui.Frame, name, kind string) *ui.Column {
	return &ui.Column{Name: name, Description: f.Description, Keywords: f.T("home.keywords"), Type: f.T("column." + kind)}
}

// noticesColumn is the column in which notices stand, on its list and on the
// pages of each.
func noticesColumn(f ui.Frame) *ui.Column {
	f.Description = f.T("notices.description", f.Body.Name)
	return column(f, f.T("notices.title"), "notices")
}

// opinionsColumn is the column in which published opinions stand.
func opinionsColumn(f ui.Frame) *ui.Column {
	f.Description = f.T("opinions.description", f.Body.Name)
	return column(f, f.T("opinions.title"), "feedback")
}

// article sets the head fields of a page about a notice, and of its column.
func article(f *ui.Frame, n *content.Notice, title string) {
	f.Article = &ui.Article{Title: title, Source: n.Issuer, Published: n.Published}
	f.Column = noticesColumn(*f)
}
