// Package guard stands before every handler: the headers that protect readers,
// who is really asking behind which proxies, whether a form came from this
// site, how often one address may ask, and how much it may send.
//
// It must not know pages, submissions, or what a route does. It keeps no
// address: only a salted digest that nobody can turn back, for a day.
//
// Start reading at headers.go, client.go, origin.go, limits.go and body.go.
package guard
