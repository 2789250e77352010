package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// Limits of a table: twenty times what the longest real ledger has.
const (
	maxBytes   = 8 << 20
	maxRows    = 20_000
	maxColumns = 200
)

// record is one row of the table as a spreadsheet counts it, the head being 1.
type record struct {
	row   int
	cells []string
}

// Faults of a file that is no table.
var (
	errSize    = errors.New("sheet-size")
	errCharset = errors.New("sheet-charset")
	errForm    = errors.New("sheet-form")
)

// decode answers the text of a file in any encoding that spreadsheet programs
// save in; lossy says that a ? may stand for a character that it could not hold.
func decode(src []byte) (text string, lossy bool, err error) {
	wide := func(order unicode.Endianness) (string, bool, error) {
		out, err := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(src)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return "", false, errCharset
		}
		return strings.TrimPrefix(string(out), "\ufeff"), false, nil
	}
	switch {
	case len(src) > maxBytes:
		return "", false, errSize
	case bytes.HasPrefix(src, []byte{0xFF, 0xFE}):
		return wide(unicode.LittleEndian)
	case bytes.HasPrefix(src, []byte{0xFE, 0xFF}):
		return wide(unicode.BigEndian)
	case bytes.IndexByte(src, 0) >= 0:
		return wide(order(src))
	case utf8.Valid(src):
		return strings.TrimPrefix(string(src), "\ufeff"), false, nil
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(src)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return "", false, errCharset
	}
	return string(out), true, nil
}

// order guesses in which order UTF-16 without a mark has its bytes: separators
// and digits have their zero in the upper one.
func order(src []byte) unicode.Endianness {
	first, second := 0, 0
	for i, b := range src {
		switch {
		case b != 0:
		case i%2 == 0:
			first++
		default:
			second++
		}
	}
	if first > second {
		return unicode.BigEndian
	}
	return unicode.LittleEndian
}

// records cuts a text into rows and cells, whatever the separator; rows without
// any text are left out.
func records(text string) ([]record, error) {
	if strings.ContainsRune(text, 0) {
		return nil, errCharset
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	row := 0
	if first, rest, ok := strings.Cut(text, "\n"); ok && len(first) == len("sep=;") && strings.HasPrefix(strings.ToLower(first), "sep=") {
		text = rest // some programs say so, and do not count the line as a row
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	var all []record
	for end := 0; ; {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, errForm
		}
		line, _ := r.FieldPos(0)
		row += line - end // lines without anything were skipped
		last := len(cells) - 1
		end, _ = r.FieldPos(last)
		end += strings.Count(cells[last], "\n")
		if len(cells) > maxColumns || row > maxRows {
			return nil, errSize
		}
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			all = append(all, record{row, cells})
		}
	}
}

// separator is the sign that parts the most cells of the first row.
func separator(text string) rune {
	best, most := ',', 0
	for _, sep := range []rune{',', ';', '\t'} {
		n, quoted := 0, false
	scan:
		for _, r := range text {
			switch {
			case r == '"':
				quoted = !quoted
			case r == '\n' && !quoted && n > 0:
				break scan
			case r == sep && !quoted:
				n++
			}
		}
		if n > most {
			best, most = sep, n
		}
	}
	return best
}
