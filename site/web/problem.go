package web

import (
	"encoding/json"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"rectify/site/i18n"
)

// Problem is an error for machines (RFC 9457).
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Errors []ProblemField `json:"errors,omitempty"`
}

// ProblemField is one fault of input: which field, which rule, in words.
type ProblemField struct {
	Field  string `json:"field"`
	Rule   string `json:"rule"`
	Detail string `json:"detail"`
}

// ProblemOf says e in words. Nothing of e.Detail gets out.
func ProblemOf(words *i18n.Catalogue, lang i18n.Lang, e Error) Problem {
	p := Problem{
		Type: "urn:rectify:problem:" + e.Code, Status: e.Status,
		Title: words.Text(lang, "error."+e.Code+".title"), Detail: words.Text(lang, "error."+e.Code, e.Args...),
	}
	for _, v := range e.Faults {
		p.Errors = append(p.Errors, ProblemField{Field: v.Field, Rule: v.Rule, Detail: FaultText(words, lang, v)})
	}
	return p
}

// WriteProblem answers p as application/problem+json.
func WriteProblem(c *fiber.Ctx, p Problem) error {
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("problem: %w", err)
	}
	c.Status(p.Status)
	c.Set(fiber.HeaderContentType, "application/problem+json; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Response().SetBodyRaw(body)
	return nil
}
