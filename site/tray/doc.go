// Package tray takes the files of forms, of the public's and of the desk's
// alike: each is looked at and kept as it arrives, a form with a fault comes back
// with them, and what one network or all together may send is bounded.
//
// It must not know what a form is about, who sends it, or how its page looks.
//
// Start reading at tray.go.
package tray
