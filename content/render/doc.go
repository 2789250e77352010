// Package render makes a notice ready to be shown: safe HTML by section and
// item, plain text, and the forms for machines (JSON, text).
//
// It must not know page frames, addresses or requests. It is one of the two
// rooms that make template.HTML; policy.go is the one sanitiser.
//
// Start reading at document.go and notice.go.
package render
