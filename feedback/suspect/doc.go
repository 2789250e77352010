// Package suspect weighs the signs that something sent was not written for
// this site by a person: a field that only programs fill in, a form sent faster
// than anybody types, adverts. Nothing is ever refused for it: what is suspected
// stands in a queue of its own, where people look at it.
//
// It must know no submission, address or request: it is handed signs and
// answers a sum and its reasons.
//
// Start reading at judge.go, then text.go.
package suspect
