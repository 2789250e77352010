// Package public holds the pages that everybody may read and the forms by which
// citizens write and follow what they wrote. Every page is whole without
// scripts and without a cookie.
//
// It must not know the desk, store drivers, or how notices are parsed.
//
// Start reading at pages.go; each file is one page or one family of pages.
package public
