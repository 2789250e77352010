package strictyaml_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"rectify/content"
	"rectify/content/strictyaml"
)

type settings struct {
	Name  string
	Tags  []string
	Count int
	Day   content.Day
	Time  time.Time
	Inner string
}

// read answers what was read and, a line each, what was wrong: line code args.
func read(src string) (settings, string) {
	var s settings
	r := &strictyaml.Reader{File: "f", Offset: 1}
	r.Read([]byte(src), strictyaml.Fields{
		"name": r.Text(&s.Name), "tags": r.Texts(&s.Tags), "count": r.Number(&s.Count, 1, 9), "day": r.Day(&s.Day), "time": r.Time(&s.Time),
		"inner": func(n *yaml.Node) { r.Mapping(n, strictyaml.Fields{"name": r.Text(&s.Inner)}) },
	})
	var b strings.Builder
	for _, d := range r.Found {
		fmt.Fprintln(&b, d.Line, d.Code, d.Args)
	}
	return s, strings.TrimSpace(b.String())
}

func TestRead(t *testing.T) {
	s, wrong := read("name: ' 甲 '\ntags: [a, b]\ncount: 3\nday: 2026-02-28\ntime: 2026-11-09T09:30:00+08:00\ninner:\n  name: 乙\n")
	if wrong != "" || s.Name != "甲" || len(s.Tags) != 2 || s.Count != 3 || s.Day.String() != "2026-02-28" || s.Time.Hour() != 9 || s.Inner != "乙" {
		t.Errorf("read %+v, wrong %s", s, wrong)
	}
}

// Every fault is told with its line in the file, one before which stands.
func TestFaults(t *testing.T) {
	for _, x := range []struct{ name, src, want string }{
		{"nothing", "", ""},
		{"null is unset", "name: null\ntags:\n", ""},
		{"one value is a list of one", "tags: a\n", ""},
		{"unknown key", "name: a\ncolour: b\n", "3 unknown-key [colour]"},
		{"key twice", "name: a\nname: b\n", "3 key-twice [name]"},
		{"all are told", "x: 1\ncount: 10\nday: 2026-02-30\n", "2 unknown-key [x]\n3 yaml-number [10 1 9]\n4 yaml-day [2026-02-30]"},
		{"inner lines", "inner:\n  name: a\n  nom: b\n", "4 unknown-key [nom]"},
		{"mapping wanted", "inner: a\n", "2 yaml-kind [mapping]"},
		{"no mapping at all", "- a\n", "2 yaml-kind [mapping]"},
		{"text wanted", "name: {a: b}\n", "2 yaml-kind [text]"},
		{"text wanted in a list", "tags:\n  - a\n  - [b]\n", "4 yaml-kind [text]"},
		{"anchor", "name: &x a\n", "2 yaml-alias []"},
		{"alias", "other: &x a\nname: *x\n", "2 unknown-key [other]\n3 yaml-alias []"},
		{"alias in a list", "tags: [&x a, *x]\n", "2 yaml-alias []\n2 yaml-alias []"},
		{"merge", "<<: {name: a}\n", "2 unknown-key [<<]"},
		{"number is a list", "count: [1]\n", "2 yaml-number [ 1 9]"},
		{"day beyond reach", "day: 99999-01-01\n", "2 yaml-day [99999-01-01]"},
		{"time without offset", "time: 2026-11-09T09:30:00\n", "2 yaml-time [2026-11-09T09:30:00]"},
		{"long values are cut", "count: " + strings.Repeat("9", 300) + "\n", "2 yaml-number [" + strings.Repeat("9", 200) + "… 1 9]"},
		{"size", "name: " + strings.Repeat("a", 256<<10) + "\n", "2 yaml-size [262144]"},
	} {
		if _, got := read(x.src); got != x.want {
			t.Errorf("%s: found\n%s\nwant\n%s", x.name, got, x.want)
		}
	}
}

func TestSyntaxNamesItsLine(t *testing.T) {
	if _, got := read("name: a\ntags: [\ncount: 1\n"); !strings.Contains(got, "yaml-syntax") || strings.HasPrefix(got, "1 ") {
		t.Errorf("found %q", got)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"name: a", "tags: [&a b, *a]", "inner: {name: !!binary aGk=}", "? [a]\n: b", "day: 9999-99-99", "---\n---\n", "%YAML 9.9\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		s, wrong := read(src)
		if s.Count != 0 && (s.Count < 1 || s.Count > 9) {
			t.Errorf("count %d, wrong %s", s.Count, wrong)
		}
	})
}
