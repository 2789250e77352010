package document

import (
	"encoding/xml"
	"strings"
)

// table reads a w:tbl. A table inside a cell becomes lines of that cell.
func (s *story) table() error {
	if s.tables++; s.tables > maxTableDepth {
		return s.x.fail(ErrTooDeep, "table", nil)
	}
	defer func() { s.tables-- }()
	if s.para != nil { // not allowed there, yet not lost
		if err := s.endParagraph(); err != nil {
			return err
		}
	}
	outer := s.column
	s.column = column{}
	defer func() { s.column = outer }()
	t := Block{Kind: Table, Line: s.at() + 1}
	if s.aside {
		t.Line = 0
	}
	var after []Block
	var rows func(xml.StartElement) error
	rows = func(e xml.StartElement) error {
		switch e.Name.Local {
		case "tr":
			return s.row(&t, &after)
		case "del", "moveFrom":
			s.track(&s.d.deleted)
			s.deleted++
			err := s.x.children(rows)
			s.deleted--
			return err
		case "sdt", "sdtContent", "customXml", "ins", "moveTo":
			return s.x.children(rows)
		}
		return s.node(e)
	}
	if err := s.x.children(rows); err != nil {
		return err
	}
	switch {
	case len(t.Rows) == 0:
		s.blocks = append(s.blocks, after...)
	case !s.column.wide && s.tables == 1: // it frames a page or a part of one
		s.blocks = append(s.blocks, s.column.blocks...)
	default:
		s.blocks = append(append(s.blocks, t), after...)
		if s.column.nested > 0 {
			s.d.remark(s.column.nested, RemarkNestedTable)
		}
	}
	return s.d.full(len(s.blocks))
}

// row reads a w:tr. A row whose deletion is tracked is gone, its text is left.
func (s *story) row(t *Block, after *[]Block) error {
	var cells []string
	var merged []int // columns that go on with the cell above
	deleted, tail := s.deleted, 0
	var read func(xml.StartElement) error
	read = func(e xml.StartElement) error {
		switch e.Name.Local {
		case "trPr":
			lead := 0
			if err := s.rowProps(&lead, &tail); err != nil {
				return err
			}
			cells = append(cells, make([]string, lead)...)
			return nil
		case "tc":
			return s.cell(&cells, &merged, after)
		case "sdt", "sdtContent", "customXml", "ins", "moveTo":
			return s.x.children(read)
		}
		return s.node(e)
	}
	err := s.x.children(read)
	gone := s.deleted > 0
	s.deleted = deleted
	if err != nil {
		return err
	}
	cells = append(cells, make([]string, tail)...)
	if s.d.cells += len(cells); s.d.cells > maxCells {
		return s.x.fail(ErrTooLarge, "cells", nil)
	}
	s.column.wide = s.column.wide || s.column.cells > 1
	s.column.cells = 0
	if !gone && len(cells) > 0 && strings.Join(cells, "") != "" {
		t.Merged = t.Merged.with(len(t.Rows), merged)
		t.Rows = append(t.Rows, cells)
	}
	return nil
}

func (s *story) rowProps(lead, tail *int) error {
	return s.x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "gridBefore":
			*lead = min(count(attr(e, "val"), 0), maxSpan)
		case "gridAfter":
			*tail = min(count(attr(e, "val"), 0), maxSpan)
		case "del":
			s.track(&s.d.deleted)
			s.deleted++
		case "ins":
			s.track(&s.d.inserted)
		}
		return s.x.skip()
	})
}

// column is what a table of one column holds, as blocks.
type column struct {
	blocks []Block
	cells  int  // of the row at hand
	wide   bool // a row had more than one
	nested int  // paragraph of a table in one of them
}

// cell reads a w:tc. Cells merged away keep their place, empty.
func (s *story) cell(cells *[]string, below *[]int, after *[]Block) error {
	span, merged, gone := 1, false, false
	outer := s.place
	s.place = place{hidden: -1, deleted: s.deleted, fields: s.fields}
	err := s.x.children(func(e xml.StartElement) error {
		if e.Name.Local == "tcPr" {
			return s.cellProps(&span, &merged, &gone)
		}
		return s.node(e)
	})
	if err == nil {
		err = s.flush()
	}
	blocks := s.blocks
	outer.fields = s.fields // a field may begin in one cell and end in another
	s.place = outer
	if err != nil {
		return err
	}
	s.column.cells++
	var own []Block
	for _, b := range blocks {
		if b.Kind == Footnote {
			*after = append(*after, b)
			continue
		}
		own = append(own, b)
		if b.Kind == Table {
			s.column.nested = b.Line
		}
	}
	text := flat(own)
	if !merged {
		s.column.blocks = append(s.column.blocks, blocks...)
	} else {
		if err := s.d.leave(s.at(), ReasonMerged, text+"\n"); err != nil {
			return err
		}
		text = ""
	}
	if !gone {
		if merged {
			*below = append(*below, len(*cells))
		}
		*cells = append(*cells, text)
		*cells = append(*cells, make([]string, span-1)...)
	}
	return nil
}

func (s *story) cellProps(span *int, merged, gone *bool) error {
	return s.x.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "gridSpan":
			*span = min(max(count(attr(e, "val"), 1), 1), maxSpan)
		case "vMerge", "hMerge":
			*merged = *merged || attr(e, "val") != "restart"
		case "cellDel":
			*gone = true
			s.track(&s.d.deleted)
			s.deleted++
		}
		return s.x.skip()
	})
}
