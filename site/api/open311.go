package api

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/i18n"
	"rectify/site/web"
)

// Open311 (GeoReport v2, wiki.open311.org/GeoReport_v2) for programs that speak
// to many cities: a category is a service, a published submission a request. A
// place on a map has no meaning here; what is said of one is added to the text.
// Errors are problems (RFC 9457), as everywhere for machines.
const open311 = "/open311/v2/"

// open311Routes are the addresses of GeoReport, each as JSON and XML.
func (a *API) open311Routes() []web.Route {
	asked := []string{"jurisdiction_id", "service_request_id", "service_code", "start_date", "end_date", "status", "after", "page_size"}
	var rows []web.Route
	for _, ext := range []string{"json", "xml"} {
		rows = append(rows,
			web.Route{Method: fiber.MethodGet, Path: open311 + "discovery." + ext, Handler: a.discovery, Cache: true},
			web.Route{Method: fiber.MethodGet, Path: open311 + "services." + ext, Handler: a.services, Cache: true, Query: asked[:1]},
			web.Route{Method: fiber.MethodGet, Path: open311 + "requests." + ext, Handler: a.requests, Cache: true, Query: asked},
			web.Route{Method: fiber.MethodPost, Path: open311 + "requests." + ext, Handler: a.request, Limit: web.LimitSubmit},
		)
	}
	return append(rows,
		web.Route{Method: fiber.MethodGet, Path: open311 + "services/:file", Handler: a.service, Cache: true, Query: asked[:1]},
		web.Route{Method: fiber.MethodGet, Path: open311 + "requests/:file", Handler: a.oneRequest, Cache: true, Query: asked[:1]},
	)
}

// geo answers in the format that the address ends in: as JSON, or as XML, whose
// root data names itself.
func geo(c *fiber.Ctx, status int, data any) error {
	if !strings.HasSuffix(c.Path(), ".xml") {
		return web.JSON(c, status, data)
	}
	return asXML(c, status, data)
}

// geoList is geo for a list, which has a root in XML alone.
func geoList[T any](c *fiber.Ctx, status int, rows []T, root string) error {
	if !strings.HasSuffix(c.Path(), ".xml") {
		return web.JSON(c, status, rows)
	}
	return asXML(c, status, struct {
		XMLName xml.Name
		Rows    []T
	}{xml.Name{Local: root}, rows})
}

func asXML(c *fiber.Ctx, status int, data any) error {
	body, err := xml.Marshal(data)
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	c.Status(status)
	c.Set(fiber.HeaderContentType, "text/xml; charset=utf-8")
	c.Response().SetBodyRaw(append([]byte(xml.Header), body...))
	return nil
}

// format takes the ending off the last part of an address.
func format(file string) (name string, ok bool) {
	for _, ext := range []string{".json", ".xml"} {
		if name, ok := strings.CutSuffix(file, ext); ok && name != "" {
			return name, true
		}
	}
	return "", false
}

// discovery says where the service is and what it speaks.
type discovery struct {
	XMLName   xml.Name   `json:"-" xml:"discovery"`
	Changeset string     `json:"changeset" xml:"changeset"`
	Contact   string     `json:"contact" xml:"contact"`
	Key       string     `json:"key_service" xml:"key_service"`
	Endpoints []endpoint `json:"endpoints" xml:"endpoints>endpoint"`
}

type endpoint struct {
	Specification string   `json:"specification" xml:"specification"`
	URL           string   `json:"url" xml:"url"`
	Changeset     string   `json:"changeset" xml:"changeset"`
	Type          string   `json:"type" xml:"type"`
	Formats       []string `json:"formats" xml:"formats>format"`
}

func (a *API) discovery(c *fiber.Ctx) error {
	open(c)
	web.Tag(c, web.TagAll)
	const changeset = "2026-11-30T00:00:00+08:00" // of this form of the service, not of its data
	d := discovery{Changeset: changeset, Contact: a.Site.Links.Absolute(a.Site.Links.To("/about")), Key: a.say(c, "open311.no-key")}
	d.Endpoints = []endpoint{{
		Specification: "http://wiki.open311.org/GeoReport_v2", URL: a.Site.Links.Absolute(a.Site.Links.To(strings.TrimSuffix(open311, "/"))),
		Changeset: changeset, Type: "production", Formats: []string{"application/json", "text/xml"},
	}}
	return geo(c, fiber.StatusOK, d)
}

// service is a category.
type service struct {
	XMLName     xml.Name          `json:"-" xml:"service"`
	Code        feedback.Category `json:"service_code" xml:"service_code"`
	Name        string            `json:"service_name" xml:"service_name"`
	Description string            `json:"description" xml:"description"`
	Metadata    bool              `json:"metadata" xml:"metadata"`
	Type        string            `json:"type" xml:"type"`
	Keywords    string            `json:"keywords" xml:"keywords"`
	Group       string            `json:"group" xml:"group"`
}

func (a *API) services(c *fiber.Ctx) error {
	open(c)
	web.Tag(c, web.TagAll)
	list := []service{}
	for _, k := range a.Site.Body.Categories {
		term := a.term(k.Code)
		list = append(list, service{
			Code: k.Code, Name: a.label(c, k.Code), Metadata: true, Type: "realtime", Group: a.Site.Body.Name,
			Description: a.say(c, "open311.service."+string(term.Clock), term.Days),
		})
	}
	return geoList(c, fiber.StatusOK, list, "services")
}

// term is the time in which a category is answered.
func (a *API) term(k feedback.Category) feedback.Term {
	if t, ok := a.Intake.Clocks.Rules.Answer[k]; ok {
		return t
	}
	return a.Intake.Clocks.Rules.Answer[feedback.Opinion]
}

// definition lists what else a request may say.
type definition struct {
	XMLName    xml.Name          `json:"-" xml:"service_definition"`
	Code       feedback.Category `json:"service_code" xml:"service_code"`
	Attributes []attribute       `json:"attributes" xml:"attributes>attribute"`
}

type attribute struct {
	Variable    bool       `json:"variable" xml:"variable"`
	Code        string     `json:"code" xml:"code"`
	Datatype    string     `json:"datatype" xml:"datatype"`
	Required    bool       `json:"required" xml:"required"`
	Order       int        `json:"order" xml:"order"`
	Description string     `json:"description" xml:"description"`
	Hint        string     `json:"datatype_description" xml:"datatype_description"`
	Values      []geoValue `json:"values,omitempty" xml:"values>value,omitempty"`
}

type geoValue struct {
	Key  string `json:"key" xml:"key"`
	Name string `json:"name" xml:"name"`
}

// mostNotices bounds the list in a definition; the newest come first.
const mostNotices = 200

func (a *API) service(c *fiber.Ctx) error {
	name, ok := format(web.Param(c, "file"))
	k := feedback.Category(name)
	if !ok || !k.Valid() {
		return web.NotFound()
	}
	open(c)
	web.Tag(c, web.TagAll)
	yesNo := []geoValue{{"true", a.say(c, "open311.yes")}, {"false", a.say(c, "open311.no")}}
	var about []geoValue
	for _, e := range a.Library.Snapshot().Entries() {
		if len(about) < mostNotices {
			about = append(about, geoValue{e.Notice.Slug, e.Notice.Title})
		}
	}
	d := definition{Code: k, Attributes: []attribute{
		{Code: "notice", Datatype: "singlevaluelist", Values: about},
		{Code: "item", Datatype: "string"},
		{Code: "publish_consent", Datatype: "singlevaluelist", Values: yesNo},
		{Code: "contact_consent", Datatype: "singlevaluelist", Values: yesNo},
	}}
	for i := range d.Attributes {
		at := &d.Attributes[i]
		at.Variable, at.Order, at.Description = true, i+1, a.say(c, "open311.attribute."+at.Code)
	}
	return geo(c, fiber.StatusOK, d)
}

// say is a text of the catalogue in the reader's language.
func (a *API) say(c *fiber.Ctx, code string, args ...any) string {
	return a.Site.Words.Text(web.ModeOf(c).Lang, code, args...)
}

// label is the body's own word for a category, else the catalogue's.
func (a *API) label(c *fiber.Ctx, code feedback.Category) string {
	for _, k := range a.Site.Body.Categories {
		if k.Code == code && k.Label != "" && web.ModeOf(c).Lang == i18n.Chinese {
			return k.Label
		}
	}
	return a.say(c, "category."+string(code))
}

// moment is a day as a time: no time finer than a day is public.
func moment(d calendar.Day) string {
	if d == "" {
		return ""
	}
	return string(d) + "T00:00:00+08:00"
}
