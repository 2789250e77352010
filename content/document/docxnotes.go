package document

import (
	"encoding/xml"
	"maps"
	"slices"
	"strings"
)

// readNotes reads footnotes and endnotes before the body that points at them.
func (d *wordFile) readNotes() error {
	for _, kind := range []string{"footnote", "endnote"} {
		for _, name := range d.related(kind+"s", kind+"s.xml") {
			if err := d.readStories(name, kind, d.notes); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *wordFile) readComments() error {
	for _, name := range d.related("comments", "comments.xml") {
		if err := d.readStories(name, "comment", d.comments); err != nil {
			return err
		}
	}
	return nil
}

// readStories reads each element of a kind as text of its own. The lines that
// separate notes from the page are notes by form only.
func (d *wordFile) readStories(name, kind string, into map[string]*note) error {
	return d.part(name, func(x *xmlReader) error {
		return x.children(func(e xml.StartElement) error {
			if e.Name.Local != kind {
				return x.skip()
			}
			s := newStory(d, x)
			s.aside = true
			blocks, err := s.collect()
			if err != nil {
				return err
			}
			if text := flat(blocks); text != "" {
				into[kind+attr(e, "id")] = &note{text: text}
			}
			return nil
		})
	})
}

// flat writes blocks as lines.
func flat(blocks []Block) string {
	var lines []string
	for _, b := range blocks {
		if b.Kind == Table {
			lines = append(lines, flatTable(b.Rows)...)
			continue
		}
		lines = append(lines, b.Text)
	}
	return strings.Join(lines, "\n")
}

func flatTable(rows [][]string) []string {
	var lines []string
	for _, row := range rows {
		var cells []string
		for _, c := range row {
			if c != "" {
				cells = append(cells, c)
			}
		}
		if len(cells) > 0 {
			lines = append(lines, strings.Join(cells, "\t"))
		}
	}
	return lines
}

// unused keeps the notes and comments that nothing in the body points at.
func (d *wordFile) unused() error {
	for _, from := range []struct {
		notes  map[string]*note
		reason string
	}{{d.notes, ReasonNote}, {d.comments, ReasonComment}} {
		for _, id := range slices.Sorted(maps.Keys(from.notes)) {
			if n := from.notes[id]; !n.used {
				if err := d.leave(0, from.reason, n.text+"\n"); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// frame reads what stands around the text: headers, footers, building blocks.
func (d *wordFile) frame() error {
	for _, f := range []struct{ kind, reason string }{
		{"header", ReasonHeader}, {"footer", ReasonFooter}, {"glossaryDocument", ReasonGlossary},
	} {
		for _, name := range d.related(f.kind, "") {
			err := d.part(name, func(x *xmlReader) error {
				s := newStory(d, x)
				s.aside = true
				blocks, err := s.collect()
				if err != nil {
					return err
				}
				return d.leave(0, f.reason, flat(blocks)+"\n")
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// pictures reads the words in charts and SmartArt, which Word draws: their
// order on the page is not known.
func (d *wordFile) pictures() error {
	for _, f := range []struct{ kind, reason string }{{"diagramData", ReasonDiagram}, {"chart", ReasonChart}} {
		for _, name := range d.related(f.kind, "") {
			var words []string
			err := d.part(name, func(x *xmlReader) error { return drawn(x, &words) })
			if err != nil {
				return err
			}
			if len(words) > 0 {
				d.remark(0, RemarkDiagram, name)
			}
			if err := d.leave(0, f.reason, strings.Join(words, "\n")+"\n"); err != nil {
				return err
			}
		}
	}
	return nil
}

func drawn(x *xmlReader, words *[]string) error {
	return x.children(func(e xml.StartElement) error {
		if e.Name.Local != "t" && e.Name.Local != "v" {
			return drawn(x, words)
		}
		text, err := x.text()
		if strings.TrimSpace(text) != "" {
			*words = append(*words, text)
		}
		return err
	})
}
