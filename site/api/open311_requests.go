package api

import (
	"encoding/xml"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/web"
)

// Bounds of a list of requests: GeoReport asks for 90 days and 1,000 requests
// where nothing else was said.
const (
	geoDays   = 90
	geoPage   = 1000
	geoLooked = 20 * feedback.MaxPage // submissions looked at for one answer
	geoIDs    = 100
)

// serviceRequest is a published submission.
type serviceRequest struct {
	XMLName     xml.Name          `json:"-" xml:"request"`
	ID          feedback.Number   `json:"service_request_id" xml:"service_request_id"`
	Status      string            `json:"status" xml:"status"`
	StatusNotes string            `json:"status_notes" xml:"status_notes"`
	ServiceName string            `json:"service_name" xml:"service_name"`
	ServiceCode feedback.Category `json:"service_code" xml:"service_code"`
	Description string            `json:"description" xml:"description"`
	Agency      string            `json:"agency_responsible" xml:"agency_responsible"`
	Notice      string            `json:"service_notice" xml:"service_notice"`
	Requested   string            `json:"requested_datetime" xml:"requested_datetime"`
	Updated     string            `json:"updated_datetime" xml:"updated_datetime"`
	Extended    geoExtended       `json:"extended_attributes" xml:"extended_attributes"`
}

type geoExtended struct {
	URL    string         `json:"url" xml:"url"`
	Notice string         `json:"notice,omitempty" xml:"notice,omitempty"`
	Item   string         `json:"item,omitempty" xml:"item,omitempty"`
	State  feedback.State `json:"state" xml:"state"`
}

// wanted is what a list of requests was asked for.
type wanted struct {
	ids      []feedback.Number
	services []feedback.Category
	from, to calendar.Day // of receipt; inclusive
	statuses []string
	after    string
	limit    int
}

const (
	geoOpen   = "open"
	geoClosed = "closed"
)

func (a *API) wanted(q web.Values) (wanted, error) {
	w := wanted{after: q.Get("after"), limit: geoPage}
	for s := range strings.SplitSeq(q.Get("service_code"), ",") {
		if s != "" {
			w.services = append(w.services, feedback.Category(s))
		}
	}
	for s := range strings.SplitSeq(q.Get("status"), ",") {
		if s != "" && s != geoOpen && s != geoClosed {
			return w, geoFault("status")
		}
		if s != "" {
			w.statuses = append(w.statuses, s)
		}
	}
	for s := range strings.SplitSeq(q.Get("service_request_id"), ",") {
		n, ok := feedback.ParseNumber(s)
		if s != "" && (!ok || len(w.ids) == geoIDs) {
			return w, geoFault("service_request_id")
		}
		if ok {
			w.ids = append(w.ids, n)
		}
	}
	if s := q.Get("page_size"); s != "" {
		_, n, err := bounds(web.Values{"limit": {s}})
		if err != nil {
			return w, geoFault("page_size")
		}
		w.limit = n
	}
	var err error
	if w.from, err = geoDay("start_date", q.Get("start_date")); err != nil {
		return w, err
	}
	if w.to, err = geoDay("end_date", q.Get("end_date")); err != nil {
		return w, err
	}
	if w.from == "" {
		last := w.to
		if last == "" {
			last = calendar.On(a.Intake.Now())
		}
		w.from = last.Add(-geoDays)
	}
	return w, nil
}

func geoFault(field string) error { return invalid(feedback.Invalid{Field: field, Rule: "unknown"}) }

// geoDay reads a W3C time or a day.
func geoDay(field, s string) (calendar.Day, error) {
	if s == "" {
		return "", nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, strings.ReplaceAll(s, " ", "+"), calendar.Beijing()); err == nil && t.Year() > 1970 && t.Year() < 9999 {
			return calendar.On(t), nil
		}
	}
	return "", geoFault(field)
}

func (w *wanted) fits(r *serviceRequest, received calendar.Day) bool {
	return received >= w.from && (w.to == "" || received <= w.to) &&
		(len(w.services) == 0 || slices.Contains(w.services, r.ServiceCode)) &&
		(len(w.statuses) == 0 || slices.Contains(w.statuses, r.Status))
}

func (a *API) requests(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	w, err := a.wanted(q)
	if err != nil {
		return err
	}
	open(c)
	web.Tag(c, web.TagFeedback, web.TagAll)
	if len(w.ids) > 0 {
		list, err := a.byID(c, w.ids)
		if err != nil {
			return err
		}
		return geoList(c, fiber.StatusOK, list, "service_requests")
	}
	list, next, err := a.listed(c, w)
	if err != nil {
		return err
	}
	if next != "" {
		more := web.Values{"after": {next}}
		for name, values := range q {
			if name != "after" {
				more[name] = values
			}
		}
		path := a.Site.Links.To(strings.TrimPrefix(c.Path(), a.Site.Links.Base()))
		c.Set(fiber.HeaderLink, "<"+a.Site.Links.Absolute(path)+"?"+more.Encode()+`>; rel="next"`)
	}
	return geoList(c, fiber.StatusOK, list, "service_requests")
}

// byID answers those of the numbers that are public, in their order.
func (a *API) byID(c *fiber.Ctx, ids []feedback.Number) ([]serviceRequest, error) {
	list := []serviceRequest{}
	for _, n := range ids {
		r, ok, err := a.one(c, n)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, r)
		}
	}
	return list, nil
}

// listed answers what fits, latest published first, and where to go on.
func (a *API) listed(c *fiber.Ctx, w wanted) (list []serviceRequest, next string, err error) {
	list = []serviceRequest{}
	query := feedback.Query{Visibility: feedback.Published, Sort: feedback.ByPublished, After: w.after}
	if len(w.services) == 1 {
		query.Category = w.services[0]
	}
	for looked := 0; looked < geoLooked && len(list) < w.limit; {
		query.Limit = min(feedback.MaxPage, w.limit-len(list))
		page, more, err := a.Store.List(web.Context(c), query)
		if err != nil {
			return nil, "", err
		}
		for i := range page {
			p, ok := page[i].Public()
			if !ok || p.Gone != feedback.NotGone {
				continue
			}
			if r := a.serviceRequest(c, p); w.fits(&r, p.Received) {
				list = append(list, r)
			}
		}
		looked += len(page)
		if query.After, next = more, more; more == "" {
			break
		}
	}
	return list, next, nil
}

func (a *API) one(c *fiber.Ctx, n feedback.Number) (serviceRequest, bool, error) {
	s, ok, err := a.publicOne(c, n)
	if !ok || err != nil {
		return serviceRequest{}, false, err
	}
	return a.serviceRequest(c, s), true, nil
}

func (a *API) oneRequest(c *fiber.Ctx) error {
	name, ok := format(web.Param(c, "file"))
	n, isNumber := feedback.ParseNumber(name)
	if !ok || !isNumber {
		return web.NotFound()
	}
	r, ok, err := a.one(c, n)
	if err != nil {
		return err
	}
	if !ok {
		return web.NotFound()
	}
	open(c)
	web.Tag(c, web.TagOpinion(string(n)), web.TagAll)
	return geoList(c, fiber.StatusOK, []serviceRequest{r}, "service_requests")
}

func (a *API) serviceRequest(c *fiber.Ctx, p feedback.Public) serviceRequest {
	r := serviceRequest{
		ID: p.Number, Status: geoClosed, ServiceName: a.label(c, p.Category), ServiceCode: p.Category,
		Description: a.plain(p.Text), Requested: moment(p.Received), Updated: moment(p.Shown),
		Extended: geoExtended{URL: a.Site.Links.Absolute(a.Site.Links.Opinion(string(p.Number))), Notice: p.Notice, Item: p.Item, State: p.State},
	}
	if p.State.Open() {
		r.Status = geoOpen
	}
	if list := feedback.Standing(p.Replies); len(list) > 0 {
		last := list[len(list)-1]
		r.StatusNotes, r.Agency = last.Text, last.Office
		r.Updated = moment(max(p.Shown, last.Answered))
	}
	return r
}
