// Package attachment holds what may come with a submission (附件): which kinds
// of files, told by their content alone; how large; pictures drawn anew so that
// nothing is left of where and with what they were taken; documents looked
// through for what staff should know before they open them; names that are safe
// to show and to save under; and the files of a form that is not sent yet.
//
// It knows bytes, types and bounds. It must not know the web, a store or a
// driver, and runs, unpacks and renders nothing of a document.
//
// Start reading at workshop.go, then sniff.go and picture.go; stage.go is for
// forms.
package attachment
