// Package cursor says where in the order of a List a page begins, in a form
// that a caller can carry about but not bend: it holds the key of the last row
// shown, so pages stay whole while work arrives.
//
// It must not know rows, documents or a store; both stores read the same
// cursor, so a reader may go on after a move from one to the other.
//
// Start reading at cursor.go; serial.go turns numbers into integers that sort.
package cursor
