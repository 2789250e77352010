package web

import (
	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
)

// Route is one row of the site's table of addresses. Rooms hand in their rows;
// the site joins them into one table, and a test holds every row to the
// written matrix of roles.
type Route struct {
	Method  string
	Path    string // Fiber pattern, without the base path
	Handler fiber.Handler
	Access  Access
	Limit   Limit
	// Cache lets finished answers be kept until something they are tagged with
	// changes; Query names the only query fields that make a different page.
	Cache bool
	Query []string
	// File says that the answer is a file that everybody may have. It is not kept
	// among the finished pages.
	File bool
	// Files lets a form carry one file, within as many bytes for the whole
	// request; 0 takes plain forms only. Such a route is for staff.
	Files int
	// Uploads lets anybody's form carry files, read as they arrive.
	Uploads UploadRule
}

// Access says who may use a route.
type Access struct {
	Staff bool           // only somebody signed in
	Right feedback.Right // who has it in some place at least; empty: any staff
	Bare  bool           // also before the second factor is set up that the account must have
	Quiet bool           // asked by a page on its own: it keeps no session alive
}

// Limit names a class of requests that are counted together for one address.
type Limit string

// The classes of limits.
const (
	NoLimit      Limit = ""
	LimitSubmit  Limit = "submit"  // new submissions
	LimitTrack   Limit = "track"   // what witnesses hand in
	LimitLogin   Limit = "login"   // passwords
	LimitSearch  Limit = "search"  // searches
	LimitConcern Limit = "concern" // presses of the button for the same concern
)

// tagsKey is where a handler leaves the tags of its page.
const tagsKey = "rectify.tags"

// Tag notes what the answer depends on, so that a kept page is dropped when
// that changes: TagNotice(slug), TagFeedback, TagAll.
func Tag(c *fiber.Ctx, tags ...string) {
	have, _ := c.Locals(tagsKey).([]string)
	c.Locals(tagsKey, append(have, tags...))
}

// Tags are what the handler noted.
func Tags(c *fiber.Ctx) []string {
	tags, _ := c.Locals(tagsKey).([]string)
	return tags
}

const lackKey = "rectify.lack"

// Lack notes that a page is shown without something that could not be read
// just now. Such a page is good enough for its reader and not kept.
func Lack(c *fiber.Ctx, err error) { c.Locals(lackKey, err) }

// Lacking answers what a page is shown without, or nil.
func Lacking(c *fiber.Ctx) error {
	err, _ := c.Locals(lackKey).(error)
	return err
}

// The tags of kept pages.
const (
	TagAll      = "all"      // the set of notices, the settings of the body
	TagFeedback = "feedback" // any published submission
	TagFigures  = "figures"  // the counts of submissions
)

// TagNotice is the tag of everything that shows one notice or what is said
// about it.
func TagNotice(slug string) string { return "notice:" + slug }

// TagOpinion is the tag of one published submission.
func TagOpinion(number string) string { return "opinion:" + number }
