// Package api is the site for machines: notices and published submissions as
// open data, and intake of new submissions, as JSON, and for programs that speak to
// many cities by Open311 (GeoReport v2). openapi.json describes all of it.
//
// It must not know pages or templates, and shows nothing that the public pages
// do not show.
//
// Start reading at api.go; submissions.go holds the intake, open311.go the other form.
package api
