package history_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"rectify/content/history"
)

func record(t *testing.T, a *history.Archive, src string, c history.Change) (history.Version, bool, error) {
	t.Helper()
	return history.Record(t.Context(), a, read(t, src), c, noon)
}

func TestRecord(t *testing.T) {
	a := &history.Archive{Shelf: newMemory()}
	v, isNew, err := record(t, a, sample, history.Change{By: "zhang"})
	if err != nil || !isNew || v.N != 1 {
		t.Fatalf("the first needs no note: %+v %v %v", v, isNew, err)
	}
	v, isNew, err = record(t, a, sample, history.Change{FromFolder: true})
	if err != nil || isNew || v.N != 1 || v.By != "zhang" {
		t.Errorf("the same again: %+v %v %v", v, isNew, err)
	}
	later := changed(t, `status="active"`, `status="partial"`)
	var refused *history.Refused
	if _, _, err = record(t, a, later, history.Change{Note: " \n"}); !errors.As(err, &refused) || refused.Reasons[0].Code != "note" {
		t.Errorf("without a note: %v", err)
	}
	if _, _, err = record(t, a, later, history.Change{Note: strings.Repeat("长", 1001)}); !errors.As(err, &refused) || refused.Reasons[0].Code != "long" {
		t.Errorf("with a book: %v", err)
	}
	v, isNew, err = record(t, a, later, history.Change{Note: "楼道的灯已修", By: "zhang", Second: "li"})
	if err != nil || !isNew || v.N != 2 || v.Note != "楼道的灯已修" || v.Second != "li" {
		t.Errorf("with a note: %+v %v %v", v, isNew, err)
	}
	v, isNew, err = record(t, a, sample, history.Change{FromFolder: true})
	if err != nil || !isNew || v.N != 3 || v.Note != "" || v.By != "" {
		t.Errorf("from the folder: %+v %v %v", v, isNew, err)
	}
}

func TestMinor(t *testing.T) {
	for _, x := range []struct{ from, to, code, where string }{
		{"正在查。", "正在检查。", "", ""},
		{"yijian@", "liuyan@", "", ""},
		{"问题，整改如下", "问题，一致整改如下", "", ""},
		{"\n## 一、", "\n\n\n## 一、", "", ""},
		{`status="active"`, `status="partial"`, "status", "1-2"},
		{`label="正在整改"`, `label="基本完成"`, "label", "1-2"},
		{`owner="办公室"`, `owner="机关党委"`, "owner", "1-1"},
		{`progress="60"`, `progress="70"`, "number", "1-2"},
		{`label="已完成"`, `label="已完成" due="2026-12-01"`, "date", "1-1"},
		{"换好3盏", "换好4盏", "number", "1-1"},
		{"换好3盏", "换好三盏", "number", "1-1"},
		{"正在查。", "正在查，三个人。", "number", "1-2"},
		{"门口的灯坏了", "门口的2盏灯坏了", "number", "1-1"},
		{"0142", "0143", "number", "contacts.phone"},
		{"date: 2026-11-06", "date: 2026-11-07", "date", "date"},
		{"to: 2026-06-05", "to: 2026-06-06", "date", "inspection.to"},
		{"issuer: 临水市", "issuer: 临山市", "owner", "issuer"},
		{"检查指出的", "2026年检查指出的", "number", "intro"},
		{"\n{#1-2 ", "\n{#1-3 ", "structure", "1-3"},
	} {
		a := &history.Archive{Shelf: newMemory()}
		if _, _, err := record(t, a, sample, history.Change{}); err != nil {
			t.Fatal(err)
		}
		v, _, err := record(t, a, changed(t, x.from, x.to), history.Change{Minor: true})
		var refused *history.Refused
		switch {
		case x.code == "" && (err != nil || !v.Minor || v.N != 2):
			t.Errorf("%s to %s: %+v, %v", x.from, x.to, v, err)
		case x.code != "" && !errors.As(err, &refused):
			t.Errorf("%s to %s was taken as minor: %v", x.from, x.to, err)
		case x.code != "" && refused.Reasons[0] != history.Reason{Code: x.code, Where: x.where}:
			t.Errorf("%s to %s: %v", x.from, x.to, refused)
		}
	}
}

// A file changed by hand may say why; what it said of the version before is not
// said again, and it is never refused.
func TestFileSaysWhy(t *testing.T) {
	a := &history.Archive{Shelf: newMemory()}
	with := func(src, change string) string {
		return strings.Replace(src, "date:", "change: "+change+"\ndate:", 1)
	}
	folder := history.Change{FromFolder: true}
	second := changed(t, "换好3盏", "换好4盏")
	third := changed(t, "正在查。", "正在细查。")
	for i, x := range []struct {
		src, note string
		minor     bool
		warning   string
	}{
		{sample, "", false, ""},
		{with(second, `{note: "数错了", by: 办公室}`), "数错了", false, ""},
		{with(third, `{note: "数错了"}`), "", false, "change-note-old"},
		{with(second, `{note: "数错了"}`), "", false, "change-note-old"}, // nor said anew by the one after that
		{with(third, `{minor: true}`), "", false, "change-minor"},
		{with(strings.Replace(third, "正在细查。", "正在检查。", 1), `{minor: true}`), "", true, ""},
		{sample, "", false, "change-note-none"},
	} {
		warned, err := history.Warnings(t.Context(), a, read(t, x.src), "lights.md")
		if err != nil || (len(warned) > 0) != (x.warning != "") || x.warning != "" && warned[0].Code != x.warning {
			t.Errorf("version %d: warned %v, %v; want %q", i+1, warned, err, x.warning)
		}
		v, isNew, err := record(t, a, x.src, folder)
		if err != nil || !isNew || v.N != i+1 || v.Note != x.note || v.Minor != x.minor {
			t.Errorf("version %d: %+v %v %v", i+1, v, isNew, err)
		}
	}
}

// Several copies of the site find the same change: one records it, the others
// see it as recorded.
func TestCopiesRecordAtOnce(t *testing.T) {
	m := newMemory()
	var mu sync.Mutex
	made := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			a := &history.Archive{Shelf: m}
			v, isNew, err := record(t, a, sample, history.Change{FromFolder: true})
			mu.Lock()
			defer mu.Unlock()
			if err != nil || v.N != 1 {
				t.Errorf("%+v, %v", v, err)
			}
			if isNew {
				made++
			}
		})
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("%d copies say that they recorded it", made)
	}
}

// A version that is lost is never papered over by the next one.
func TestRecordBesideDamage(t *testing.T) {
	m := newMemory()
	a := &history.Archive{Shelf: m}
	for _, src := range []string{sample, changed(t, "正在查。", "正在细查。")} {
		if _, _, err := record(t, a, src, history.Change{FromFolder: true}); err != nil {
			t.Fatal(err)
		}
	}
	m.lose(t, "lights/1.json")
	var d *history.Damaged
	if v, _, err := record(t, a, sample, history.Change{FromFolder: true}); !errors.As(err, &d) {
		t.Errorf("recorded %+v, %v", v, err)
	}
}

func TestLeaf(t *testing.T) {
	a := &history.Archive{Shelf: newMemory()}
	third := changed(t, "正在查。", "已经查完。")
	for i, src := range []string{sample, changed(t, `status="active"`, `status="partial"`), third, strings.Replace(third, "换好3盏", "换好4盏", 1)} {
		if _, _, err := history.Record(t.Context(), a, read(t, src), history.Change{FromFolder: true}, noon.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	line, versions, err := a.Leaf(t.Context(), "lights", "1-2")
	if err != nil || len(line) != 3 || len(versions) != 4 {
		t.Fatalf("%+v, %v", line, err)
	}
	if !line[0].Appeared || !line[1].Status || line[1].Reworded || line[1].Before.Ledger.Status != "active" || line[1].After.Ledger.Status != "partial" {
		t.Errorf("status moved: %+v", line)
	}
	if !line[2].Reworded || line[2].Version.N != 3 || line.Reworded() != 3 {
		t.Errorf("reworded: %+v", line[2])
	}
	for after, want := range map[time.Duration]int{-time.Hour: 1, time.Minute: 1, time.Hour: 2, 119 * time.Minute: 2, 2 * time.Hour: 0, 9 * time.Hour: 0} {
		if got := line.MadeOn(versions, noon.Add(after)); got != want {
			t.Errorf("received %v after noon: made on %d, want %d", after, got, want)
		}
	}
	for n, want := range map[int]int{2: 1, 3: 1, 4: 0} {
		moves, err := a.Moves(t.Context(), "lights", n)
		if err != nil || len(moves) != want {
			t.Errorf("version %d moved %+v, %v; want %d", n, moves, err, want)
		}
	}
	if moves, err := a.Moves(t.Context(), "lights", 1); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("the first version moved %+v, %v", moves, err)
	}
	if line, _, err := a.Leaf(t.Context(), "lights", "9"); err != nil || len(line) > 0 || line.MadeOn(versions, noon) != 0 {
		t.Errorf("no such leaf: %+v, %v", line, err)
	}
}
