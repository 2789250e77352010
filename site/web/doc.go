// Package web is the edge between Fiber and the rooms of the site: it reads
// requests into bounded, copied, typed values, answers pages and data, and
// turns errors into status codes in one table.
//
// It is the only holder of strings that Fiber lends for the length of a
// request. It must not know notices, submissions' rules, or templates.
//
// Start reading at request.go, respond.go and fail.go.
package web
