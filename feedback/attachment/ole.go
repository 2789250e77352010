package attachment

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// The compound file (MS-CFB) around a .doc: what is needed of it to see whose
// it is. The parser reads no chain longer than the file has sectors.
const (
	oleHead     = 512
	oleEntry    = 128
	oleMaxSect  = 0xfffffffa
	oleInHead   = 109 // sectors of the table that the head names
	oleMiniSize = 4096
)

type oleDoc struct {
	data   []byte
	sector int
	table  []uint32 // where the parts of the sector table are
	dir    []oleFileEntry
}

type oleFileEntry struct {
	name               string
	left, right, child uint32
	start              uint32
	size               uint32
}

// readOle looks through a compound file; not empty: why it is not taken.
func readOle(data []byte) (found warnings, refuse string) {
	d := oleDoc{data: data}
	if !d.open() {
		return nil, damaged
	}
	root := d.top()
	main, ok := root["WordDocument"]
	switch {
	case root["EncryptedPackage"] != nil:
		return nil, locked
	case !ok:
		return nil, office
	}
	found = make(warnings)
	if fib := d.stream(main, oleMiniSize); len(fib) >= 12 {
		found[WarnEncrypted] = fib[11]&1 != 0 // FibBase.fEncrypted (MS-DOC, 2.5.2)
	}
	for _, e := range d.dir {
		switch strings.ToUpper(e.name) {
		case "_VBA_PROJECT", "VBA", "MACROS":
			found[WarnMacros] = true
		case "OBJECTPOOL":
			found[WarnEmbedded] = e.child < oleMaxSect
		}
	}
	if info := root["\x05SummaryInformation"]; info != nil {
		found[WarnAuthor] = summaryNames(d.stream(info, 64<<10))
	}
	return found, ""
}

func (d *oleDoc) open() bool {
	if len(d.data) < oleHead {
		return false
	}
	shift := binary.LittleEndian.Uint16(d.data[30:])
	if shift != 9 && shift != 12 {
		return false
	}
	d.sector = 1 << shift
	for i := range oleInHead {
		d.table = append(d.table, binary.LittleEndian.Uint32(d.data[76+4*i:]))
	}
	for at, n := binary.LittleEndian.Uint32(d.data[68:]), 0; at < oleMaxSect && n <= d.sectors(); n++ {
		s := d.at(at)
		if s == nil {
			return false
		}
		for ; len(s) > 4; s = s[4:] {
			d.table = append(d.table, binary.LittleEndian.Uint32(s))
		}
		at = binary.LittleEndian.Uint32(s)
	}
	dir := d.chain(binary.LittleEndian.Uint32(d.data[48:]), len(d.data))
	for ; len(dir) >= oleEntry; dir = dir[oleEntry:] {
		d.dir = append(d.dir, oleFileEntry{
			name: oleName(dir),
			left: binary.LittleEndian.Uint32(dir[68:]), right: binary.LittleEndian.Uint32(dir[72:]), child: binary.LittleEndian.Uint32(dir[76:]),
			start: binary.LittleEndian.Uint32(dir[116:]), size: binary.LittleEndian.Uint32(dir[120:]),
		})
	}
	return len(d.dir) > 0
}

func oleName(entry []byte) string {
	n := min(int(binary.LittleEndian.Uint16(entry[64:])), 64)/2 - 1
	var units []uint16
	for i := range max(0, n) {
		units = append(units, binary.LittleEndian.Uint16(entry[2*i:]))
	}
	return string(utf16.Decode(units))
}

func (d *oleDoc) sectors() int { return len(d.data) / d.sector }

// at is one sector, nil if there is none.
func (d *oleDoc) at(n uint32) []byte {
	from := (int64(n) + 1) * int64(d.sector)
	if n >= oleMaxSect || from+int64(d.sector) > int64(len(d.data)) {
		return nil
	}
	return d.data[from : from+int64(d.sector)]
}

// chain reads sectors one after the other, up to most bytes.
func (d *oleDoc) chain(at uint32, most int) []byte {
	var out []byte
	for n := 0; n <= d.sectors() && len(out) < most; n++ {
		s := d.at(at)
		if s == nil {
			break
		}
		out = append(out, s...)
		per := uint32(d.sector / 4)         //nolint:gosec // 128 or 1024
		if at/per >= uint32(len(d.table)) { //nolint:gosec // bounded by the file
			break
		}
		part := d.at(d.table[at/per])
		if part == nil {
			break
		}
		at = binary.LittleEndian.Uint32(part[at%per*4:])
	}
	return out[:min(len(out), most)]
}

// top are the entries right under the root by name. One that belongs to a file
// inside the file is not among them.
func (d *oleDoc) top() map[string]*oleFileEntry {
	list := make(map[string]*oleFileEntry)
	seen := make(map[uint32]bool)
	todo := []uint32{d.dir[0].child}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if int64(n) >= int64(len(d.dir)) || seen[n] {
			continue
		}
		seen[n] = true
		e := &d.dir[n]
		list[e.name] = e
		todo = append(todo, e.left, e.right)
	}
	return list
}

// stream is the beginning of a stream; empty for a small one, which lies elsewhere.
func (d *oleDoc) stream(e *oleFileEntry, most int) []byte {
	if e.size < oleMiniSize {
		return nil
	}
	return d.chain(e.start, min(most, int(e.size)))
}

// summaryNames reports whether a property set (MS-OLEPS, 2.21) names an author
// (4) or who wrote last (8).
func summaryNames(set []byte) bool {
	if len(set) < 48 {
		return false
	}
	from := binary.LittleEndian.Uint32(set[44:])
	if int64(from)+8 > int64(len(set)) {
		return false
	}
	section := set[from:]
	entries := section[8:]
	for n := binary.LittleEndian.Uint32(section[4:]); n > 0 && len(entries) >= 8; n-- {
		id, at := binary.LittleEndian.Uint32(entries), int64(binary.LittleEndian.Uint32(entries[4:]))
		entries = entries[8:]
		if id != 4 && id != 8 || at+9 > int64(len(section)) {
			continue
		}
		if size := binary.LittleEndian.Uint32(section[at+4:]); size > 1 && section[at+8] > ' ' {
			return true
		}
	}
	return false
}
