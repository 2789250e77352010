package body_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rectify/content"
	"rectify/site/body"
)

// What the head and foot of every page would show is named by the check when
// it is not set, each by its own key, and not named when it is.
func TestUnsetIsNamed(t *testing.T) {
	t.Parallel()
	whole := map[string]string{
		"name": "某局", "site_name": "整改公开", "domain": "x.example", "id_code": "'3715000001'", "icp": "ICP备1号", "police": "公网安备1号", "organiser": "机关党委",
		"contacts": "{phone: [0600-555-0142]}",
	}
	unset := func(without string) []string {
		var src strings.Builder
		for key, value := range whole {
			if key != without {
				fmt.Fprintf(&src, "%s: %s\n", key, value)
			}
		}
		_, found := body.Parse([]byte(src.String()))
		var keys []string
		for _, d := range found {
			if d.Code != "unset" || d.Severity != content.Warning {
				t.Errorf("without %s: %v", without, d)
			}
			keys = append(keys, fmt.Sprint(d.Args...))
		}
		return keys
	}
	for key := range whole {
		if got := unset(key); len(got) != 1 || got[0] != key {
			t.Errorf("without %s the check names %v", key, got)
		}
	}
	if got := unset(""); len(got) > 0 {
		t.Errorf("nothing is unset, the check names %v", got)
	}
}

func TestArchivedOn(t *testing.T) {
	t.Parallel()
	day := func(d int) content.Day { return content.Day{Year: 2026, Month: time.November, Date: d} }
	none := content.Day{}
	for _, c := range []struct{ site, notice, today, want content.Day }{
		{none, none, day(10), none},
		{day(9), none, day(10), day(9)},
		{day(10), none, day(10), day(10)},
		{day(11), none, day(10), none},
		{none, day(9), day(10), day(9)},
		{none, day(11), day(10), none},
		{day(9), day(8), day(10), day(8)},
		{day(8), day(9), day(10), day(8)},
		{day(8), day(11), day(10), day(8)},
	} {
		b := &body.Body{Archived: c.site}
		if got := b.ArchivedOn(&content.Notice{Archived: c.notice}, c.today); got != c.want {
			t.Errorf("site %s, notice %s, on %s: %s, want %s", c.site, c.notice, c.today, got, c.want)
		}
	}
	b, found := body.Parse([]byte("archived: 2026-11-09\n"))
	if b.ArchivedOn(nil, day(10)) != day(9) || content.HasErrors(found) {
		t.Errorf("archived on %s: %v", b.Archived, found)
	}
	if _, found := body.Parse([]byte("archived: 归档\n")); !content.HasErrors(found) {
		t.Error("an archive date that is none is taken")
	}
}
