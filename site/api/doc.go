// Package api is the site for machines: notices and published submissions as
// open data, and intake of new submissions, all as JSON.
//
// It must not know pages or templates, and shows nothing that the public pages
// do not show.
//
// Start reading at api.go; submissions.go holds the intake.
package api
