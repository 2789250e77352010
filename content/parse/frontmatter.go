package parse

import (
	"bytes"

	"go.yaml.in/yaml/v3"

	"rectify/content"
	"rectify/content/strictyaml"
)

// cut splits the source into front matter and body and answers how many lines
// stand before each. Without front matter head is nil.
func cut(src []byte) (head []byte, headLines int, body []byte, bodyLines int) {
	rest, ok := bytes.CutPrefix(src, []byte("---\n"))
	if !ok {
		return nil, 0, src, 0
	}
	end := bytes.Index(rest, []byte("\n---\n"))
	skip := len("\n---\n")
	if bytes.HasPrefix(rest, []byte("---\n")) {
		end, skip = 0, len("---\n")
	}
	if end < 0 {
		return nil, 0, src, 0
	}
	body = rest[end+skip:]
	return rest[:end], 1, body, bytes.Count(src[:len(src)-len(body)], []byte("\n"))
}

// frontMatter fills the envelope of n.
func frontMatter(n *content.Notice, file string, head []byte, offset int) []content.Diagnostic {
	r := &strictyaml.Reader{File: file, Offset: offset}
	in, con, stated := &n.Inspection, &n.Contacts, &n.Stated
	r.Read(head, strictyaml.Fields{
		"title":  r.Text(&n.Title),
		"issuer": r.Text(&n.Issuer),
		"inspection": func(v *yaml.Node) {
			r.Mapping(v, strictyaml.Fields{
				"body": r.Text(&in.Body), "round": r.Text(&in.Round), "kind": r.Text(&in.Kind),
				"from": r.Day(&in.From), "to": r.Day(&in.To), "handed_over": r.Day(&in.HandedOver),
				"rectify_from": r.Day(&in.RectifyFrom), "rectify_to": r.Day(&in.RectifyTo), "looked_back": r.Day(&in.LookedBack),
			})
		},
		"date":      r.Day(&n.Date),
		"published": r.Time(&n.Published),
		"number":    r.Text(&n.Number),
		"index":     r.Text(&n.Index),
		"subjects":  r.Texts(&n.Subjects),
		"supervision": func(v *yaml.Node) {
			r.Mapping(v, strictyaml.Fields{"from": r.Day(&n.Supervision.From), "to": r.Day(&n.Supervision.To)})
		},
		"contacts": func(v *yaml.Node) {
			r.Mapping(v, strictyaml.Fields{
				"phone": r.Texts(&con.Phone), "post": r.Text(&con.Post), "postcode": r.Text(&con.Postcode),
				"email": r.Texts(&con.Email), "hours": r.Text(&con.Hours),
			})
		},
		"stated": func(v *yaml.Node) {
			r.Mapping(v, strictyaml.Fields{
				"aspects": r.Number(&stated.Aspects, 0, 999), "problems": r.Number(&stated.Problems, 0, 9999),
				"findings": r.Number(&stated.Findings, 0, 9999),
			})
		},
		"change": func(v *yaml.Node) {
			r.Mapping(v, strictyaml.Fields{"note": r.Text(&n.Change.Note), "by": r.Text(&n.Change.By), "minor": r.Flag(&n.Change.Minor)})
		},
		"supersedes": r.Text(&n.Supersedes),
		"archived":   r.Day(&n.Archived),
		"attachments": r.Each(func(v *yaml.Node) {
			var a content.Attachment
			if v.Kind == yaml.MappingNode {
				r.Mapping(v, strictyaml.Fields{"file": r.Text(&a.File), "title": r.Text(&a.Title)})
			} else {
				r.Text(&a.File)(v)
			}
			if a.File == "" {
				r.Report(v, "attachment-file")
				return
			}
			n.Attachments = append(n.Attachments, a)
		}),
	})
	return r.Found
}
