package body

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"rectify/content"
	"rectify/content/shelf"
	"rectify/content/strictyaml"
	"rectify/feedback/calendar"
)

// Days (工作日历) is one version of a body's own tables of working days. Each
// version holds all of them; the last one is what counts, the others are its
// history, and none is ever changed.
type Days struct {
	N      int // from 1; 0: there is none
	At     time.Time
	By     string // account that made it
	Why    string // shown to everybody whose date it moves
	Tables []calendar.Table
}

// daysFolder is where versions stand on the shelf of versions. No notice can
// have a folder of that name.
const daysFolder = "_calendar/"

// Bounds of a version.
const (
	MaxTables = 40
	MaxWhy    = 200 // characters, of Why and of a source
	FirstYear = 2000
	LastYear  = 2100
)

func daysFile(n int) string { return fmt.Sprintf("%s%06d.yaml", daysFolder, n) }

// LoadDays reads the last version that is sound; found says what is wrong with
// later ones, which people may have written by hand. None is no error.
func LoadDays(ctx context.Context, s shelf.Shelf) (d Days, found []content.Diagnostic, err error) {
	last, err := DaysRev(ctx, s)
	if err != nil {
		return Days{}, nil, err
	}
	for n := last.N; n > 0; n-- {
		src, err := s.Read(ctx, daysFile(n))
		if errors.Is(err, shelf.ErrNotFound) {
			continue
		}
		if err != nil {
			return Days{}, found, fmt.Errorf("calendar: %w", err)
		}
		d, wrong := ParseDays(src)
		if len(wrong) == 0 {
			d.N = n
			return d, found, nil
		}
		for _, w := range wrong {
			w.File = daysFile(n)
			found = append(found, w)
		}
	}
	return Days{}, found, nil
}

// Rev tells one state of the versions from another, at little cost.
type Rev struct {
	N      int // the last version
	Digest string
}

// DaysRev answers which version is the last one; the zero Rev where there is
// none.
func DaysRev(ctx context.Context, s shelf.Shelf) (Rev, error) {
	files, err := s.List(ctx, daysFolder)
	if err != nil {
		return Rev{}, fmt.Errorf("calendar: %w", err)
	}
	var last Rev
	for _, f := range files {
		base, ok := strings.CutSuffix(path.Base(f.Name), ".yaml")
		if n, err := strconv.Atoi(base); ok && err == nil && n > last.N && f.Name == daysFile(n) {
			last = Rev{n, f.Digest}
		}
	}
	return last, nil
}

// Version reads one version; shelf.ErrNotFound where there is none.
func Version(ctx context.Context, s shelf.Shelf, n int) (Days, error) {
	src, err := s.Read(ctx, daysFile(n))
	if err != nil {
		return Days{}, fmt.Errorf("calendar: %w", err)
	}
	d, found := ParseDays(src)
	if len(found) > 0 {
		return Days{}, fmt.Errorf("calendar: %s", found[0])
	}
	d.N = n
	return d, nil
}

// SaveDays keeps d as the version after was, which must be the last one.
// shelf.ErrConflict: somebody else made one meanwhile.
func SaveDays(ctx context.Context, s shelf.Shelf, d Days, was int) error {
	last, err := DaysRev(ctx, s)
	if err != nil {
		return err
	}
	if last.N != was {
		return fmt.Errorf("calendar: version %d: %w", last.N, shelf.ErrConflict)
	}
	src, err := d.Format()
	if err == nil {
		err = s.Put(ctx, daysFile(was+1), src, shelf.None)
	}
	if err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	return nil
}

// Put is d with the table of one year in place of what it had.
func (d Days) Put(t calendar.Table) Days {
	d = d.Drop(t.Year)
	d.Tables = append(d.Tables, t)
	slices.SortFunc(d.Tables, func(a, b calendar.Table) int { return a.Year - b.Year })
	return d
}

// Own is the body's own table of a year; false where it has none.
func (d Days) Own(year int) (calendar.Table, bool) {
	for _, t := range d.Tables {
		if t.Year == year {
			return t, true
		}
	}
	return calendar.Table{}, false
}

// daysYAML is the form of the file.
type daysYAML struct {
	At     string      `yaml:"at"`
	By     string      `yaml:"by"`
	Why    string      `yaml:"why"`
	Tables []tableYAML `yaml:"tables"`
}

type tableYAML struct {
	Year     int    `yaml:"year"`
	Official bool   `yaml:"official"`
	Source   string `yaml:"source"`
	Days     string `yaml:"days"` // a line each, as calendar.ParseDays reads them
}

// Format writes a version so that ParseDays reads it back.
func (d Days) Format() ([]byte, error) {
	out := daysYAML{At: d.At.UTC().Format(time.RFC3339), By: d.By, Why: d.Why}
	for _, t := range d.Tables {
		out.Tables = append(out.Tables, tableYAML{t.Year, t.Official, t.Source, calendar.FormatDays(t.Days)})
	}
	return yaml.Marshal(out)
}

// ParseDays reads a version strictly. N is not in the file but in its name.
func ParseDays(src []byte) (Days, []content.Diagnostic) {
	var d Days
	r := &strictyaml.Reader{File: "calendar"}
	seen := make(map[int]bool)
	r.Read(src, strictyaml.Fields{
		"at": r.Time(&d.At), "by": r.Text(&d.By), "why": r.Text(&d.Why),
		"tables": r.Each(func(n *yaml.Node) {
			var t calendar.Table
			var days string
			r.Mapping(n, strictyaml.Fields{
				"year": r.Number(&t.Year, FirstYear, LastYear), "official": r.Flag(&t.Official), "source": r.Text(&t.Source), "days": r.Text(&days),
			})
			if t.Year == 0 || seen[t.Year] || len(d.Tables) >= MaxTables {
				r.Report(n, "calendar-year", t.Year)
				return
			}
			seen[t.Year] = true
			var faults []calendar.Fault
			if t.Days, faults = calendar.ParseDays(t.Year, days); len(faults) > 0 {
				r.Report(n, "calendar-"+faults[0].Code, faults[0].Arg)
				return
			}
			for i := range t.Days {
				t.Days[i].Source = t.Source
			}
			d.Tables = append(d.Tables, t)
		}),
	})
	return d, r.Found
}

// Drop is d without a table of that year.
func (d Days) Drop(year int) Days {
	d.Tables = slices.DeleteFunc(slices.Clone(d.Tables), func(x calendar.Table) bool { return x.Year == year })
	return d
}
