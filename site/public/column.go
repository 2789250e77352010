package public

import "rectify/site/ui"

// column holds the head fields of a list page of this room. Kind names one of
// the words that ColumnType may be (国办发〔2017〕47号): they are fixed and the
// same in every language of the interface.
func column(f ui.Frame, name, kind string) *ui.Column {
	return &ui.Column{Name: name, Description: f.Description, Keywords: f.T("home.keywords"), Type: f.T("column." + kind)}
}
