package document

import (
	"context"
	"encoding/xml"
	"path"
	"slices"
	"strings"
)

// wordFile is a Word file being read: what its stories share.
type wordFile struct {
	*sink
	ctx       context.Context // lives as long as one Read
	zip       *zipFile
	tokens    int
	main      string // name of the part with the body
	rels      []relation
	styles    *styles
	numbering *numbering
	notes     map[string]*note // by kind and id
	comments  map[string]*note
	markers   map[string]string // number format of notes, by kind
	inserted  int
	deleted   int
	hidden    int
	firstTrk  int // paragraph of the first tracked change
	firstHid  int
}

// note is a footnote, an endnote or a comment, read before the body.
type note struct {
	text string
	used bool
}

type relation struct {
	id, kind, target string
	external         bool
}

func readDocx(ctx context.Context, name string, src []byte) (*Document, error) {
	z, err := openZip(src)
	if err != nil {
		return nil, err
	}
	d := &wordFile{
		sink: newSink(name, Docx), ctx: ctx, zip: z, main: "word/document.xml",
		styles:    &styles{byID: map[string]*style{}, defaults: noProps()},
		numbering: &numbering{},
		notes:     map[string]*note{}, comments: map[string]*note{}, markers: map[string]string{},
	}
	for _, step := range []func() error{
		d.envelope, d.core, d.tables, d.readNotes, d.readComments, d.body, d.unused, d.frame, d.pictures,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	d.summary()
	return d.doc, nil
}

// envelope finds the main part and refuses macros.
func (d *wordFile) envelope() error {
	for name := range d.zip.entries {
		low := strings.ToLower(name)
		if strings.Contains(low, "vbaproject") || strings.Contains(low, "vbadata") {
			return &Error{Err: ErrMacros, Entry: name}
		}
	}
	if err := d.part("[Content_Types].xml", contentTypes); err != nil {
		return err
	}
	top, err := d.relations("_rels/.rels", "")
	if err != nil {
		return err
	}
	for _, r := range top {
		if r.kind == "officeDocument" && !r.external {
			d.main = r.target
		}
	}
	if d.zip.entries[d.main] == nil {
		return &Error{Err: ErrDamaged, Entry: d.main, Detail: "missing"}
	}
	d.rels, err = d.relations(path.Dir(d.main)+"/_rels/"+path.Base(d.main)+".rels", d.main)
	if err != nil {
		return err
	}
	for _, r := range d.rels {
		if r.external && r.kind != "hyperlink" {
			d.remark(0, RemarkExternal, r.target)
		}
	}
	return d.settings()
}

// contentTypes refuses a part of a macro-enabled type whatever its name.
func contentTypes(x *xmlReader) error {
	return x.children(func(e xml.StartElement) error {
		low := strings.ToLower(attr(e, "ContentType"))
		if strings.Contains(low, "macroenabled") || strings.Contains(low, "vbaproject") {
			return &Error{Err: ErrMacros, Entry: attr(e, "PartName")}
		}
		return x.skip()
	})
}

// part reads one entry by fn, which begins inside its root. A part that is not
// there is no fault: only the main part must be.
func (d *wordFile) part(name string, fn func(*xmlReader) error) error {
	r, ok, err := d.zip.open(d.ctx, name)
	if err != nil || !ok {
		return err
	}
	defer func() { _ = r.Close() }()
	x := newXML(d.ctx, r, name, &d.tokens)
	if _, err := x.root(); err != nil {
		return err
	}
	if err := fn(x); err != nil {
		return err
	}
	return x.end()
}

// relations reads what the part named from points at. The kind is the last word
// of its type, which is the same in both forms of the standard.
func (d *wordFile) relations(name, from string) ([]relation, error) {
	var found []relation
	err := d.part(name, func(x *xmlReader) error {
		return x.children(func(e xml.StartElement) error {
			r := relation{id: attr(e, "Id"), kind: path.Base(attr(e, "Type")), target: attr(e, "Target")}
			if r.external = attr(e, "TargetMode") == "External"; !r.external {
				r.target = resolve(from, r.target)
			}
			found = append(found, r)
			return x.skip()
		})
	})
	return found, err
}

// related answers the parts of a kind, or the usual name if none is declared.
func (d *wordFile) related(kind, usual string) []string {
	var names []string
	for _, r := range d.rels {
		if r.kind == kind && !r.external && !slices.Contains(names, r.target) {
			names = append(names, r.target)
		}
	}
	if names == nil && usual != "" {
		names = []string{path.Dir(d.main) + "/" + usual}
	}
	return names
}

// settings reads how notes are marked, and tells of a template elsewhere.
func (d *wordFile) settings() error {
	for _, name := range d.related("settings", "settings.xml") {
		rels, err := d.relations(path.Dir(name)+"/_rels/"+path.Base(name)+".rels", name)
		if err != nil {
			return err
		}
		for _, r := range rels {
			if r.external {
				d.remark(0, RemarkExternal, r.target)
			}
		}
		err = d.part(name, func(x *xmlReader) error {
			return x.children(func(e xml.StartElement) error {
				kind, ok := strings.CutSuffix(e.Name.Local, "Pr")
				if !ok || (kind != "footnote" && kind != "endnote") {
					return x.skip()
				}
				return x.children(func(c xml.StartElement) error {
					if c.Name.Local == "numFmt" {
						d.markers[kind] = attr(c, "val")
					}
					return x.skip()
				})
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// core reads the properties that a person fills in: title, creator, created …
func (d *wordFile) core() error {
	return d.part("docProps/core.xml", func(x *xmlReader) error {
		return x.children(func(e xml.StartElement) error {
			text, err := x.text()
			if text = strings.TrimSpace(text); err == nil && text != "" {
				d.doc.Meta[e.Name.Local] = text
			}
			return err
		})
	})
}

// tables reads styles and lists.
func (d *wordFile) tables() error {
	for _, name := range d.related("styles", "styles.xml") {
		err := d.part(name, func(x *xmlReader) (err error) {
			d.styles, err = readStyles(x)
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, name := range d.related("numbering", "numbering.xml") {
		err := d.part(name, func(x *xmlReader) (err error) {
			d.numbering, err = readNumbering(x)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *wordFile) body() error {
	return d.part(d.main, func(x *xmlReader) error {
		s := newStory(d, x)
		blocks, err := s.collect()
		d.doc.Blocks = append(d.doc.Blocks, blocks...)
		return err
	})
}

// summary tells once what happened many times.
func (d *wordFile) summary() {
	if d.inserted+d.deleted > 0 {
		d.remark(d.firstTrk, RemarkTrackedChanges, d.inserted, d.deleted)
	}
	if d.hidden > 0 {
		d.remark(d.firstHid, RemarkHidden, d.hidden)
	}
	if len(d.comments) > 0 {
		d.remark(0, RemarkComments, len(d.comments))
	}
}
