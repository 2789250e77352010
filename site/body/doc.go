// Package body holds what concerns one public body (单位): its names and
// numbers, contacts, categories with their limits, own holidays, answering
// offices and how long things are kept, as its site.yaml states them.
//
// It must not know pages or stores. What is not set stays empty: it is left
// out of every page and named by the check, never faked.
//
// Start reading at body.go, then parse.go; days.go is the working calendar.
package body
