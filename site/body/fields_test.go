package body_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rectify/content"
	"rectify/content/shelf"
	"rectify/content/shelf/mongoshelf"
	"rectify/content/shelf/shelftest"
	"rectify/feedback"
	"rectify/feedback/mongostore/mongotest"
	"rectify/site/body"
)

const hand = `# 我们的设置
name: 某局 # 全称
site_name: 整改公开
contacts:
  phone: [0600-555-0142]
  postcode: "099001"
categories:
  - {code: opinion, label: 意见, answer: {days: 30, clock: calendar}}
  - {code: question}
limits:
  moderate: {days: 1, clock: working}
holidays:
  official: [2027]
  days:
    - {day: 2027-01-01, kind: rest, source: 国办发明电}
retention: {closed_days: 3650}
`

func write(t testing.TB, src string, change func(body.Values)) string {
	t.Helper()
	v, err := body.Read([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	change(v)
	out, err := body.Write([]byte(src), v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A change touches what it changes: remarks and what no form shows stay.
func TestWriteKeepsTheRest(t *testing.T) {
	t.Parallel()
	out := write(t, hand, func(v body.Values) {
		v["name"], v["icp"], v["contacts.postcode"] = "某某局", "ICP备1号", ""
		v["contacts.phone"] = "0600-555-0142\n 0600-555-0143 \n\n"
		v["categories.question.answer.days"], v["categories.question.answer.clock"] = "4", "working"
		v["limits.moderate.days"], v["limits.moderate.clock"] = "", ""
		v["retention.closed_days"], v["retention.contact_days"] = "", "180"
	})
	for _, want := range []string{"# 我们的设置", "# 全称", "国办发明电", "official: [2027]", "某某局"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is gone:\n%s", want, out)
		}
	}
	b, found := body.Parse([]byte(out))
	if content.HasErrors(found) {
		t.Fatalf("%v\n%s", found, out)
	}
	if b.Name != "某某局" || b.ICP != "ICP备1号" || b.Contacts.Postcode != "" || len(b.Contacts.Phone) != 2 || b.Contacts.Phone[1] != "0600-555-0143" {
		t.Errorf("%+v", b)
	}
	if b.Rules.Answer[feedback.Question].Days != 4 || b.Rules.Moderate != feedback.DefaultRules().Moderate || b.Retention.ClosedDays != 0 || b.Retention.ContactDays != 180 {
		t.Errorf("%+v %+v", b.Rules, b.Retention)
	}
	if len(b.Holidays) != 1 || len(b.Official) != 1 || len(b.Categories) != 2 {
		t.Errorf("holidays %v, categories %v", b.Holidays, b.Categories)
	}
}

// What is read and written unchanged means the same and says the same, and what
// was written is read back as it was filled in.
func TestReadWriteRoundTrip(t *testing.T) {
	t.Parallel()
	same := write(t, hand, func(body.Values) {})
	if changed := body.Changed(hand, same); len(changed) > 0 {
		t.Errorf("nothing was changed, and %v are other ones", changed)
	}
	a, _ := body.Parse([]byte(hand))
	b, _ := body.Parse([]byte(same))
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%+v\n%+v", a, b)
	}
	rapid.Check(t, func(t *rapid.T) {
		v := body.Values{}
		for _, f := range body.Fields() {
			switch f.Kind {
			case body.FieldOn:
				v[f.Key] = rapid.SampledFrom([]string{"", "yes"}).Draw(t, f.Key)
			case body.FieldDays:
				v[f.Key] = rapid.SampledFrom([]string{"", "3", "30"}).Draw(t, f.Key)
			case body.FieldClock:
				v[f.Key] = rapid.SampledFrom([]string{"", "working", "calendar"}).Draw(t, f.Key)
			case body.FieldLines:
				v[f.Key] = strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-z#:{}'"0-9年-]{1,8}`), 0, 3).Draw(t, f.Key), "\n")
			case body.FieldText:
				v[f.Key] = strings.TrimSpace(rapid.StringMatching(`[a-z#:{}\[\]'"&*!|>%@0-9局 -]{0,12}`).Draw(t, f.Key))
			}
		}
		for _, c := range feedback.Categories() { // values of what is not offered go with it
			if key := "categories." + string(c) + "."; v[key+"on"] == "" {
				delete(v, key+"label")
				delete(v, key+"answer.days")
				delete(v, key+"answer.clock")
			}
		}
		out, err := body.Write([]byte(hand), v)
		if err != nil {
			t.Fatal(err)
		}
		got, err := body.Read(out)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		none := true
		for _, c := range feedback.Categories() {
			none = none && v["categories."+string(c)+".on"] == ""
		}
		for _, f := range body.Fields() {
			if none && f.Kind == body.FieldOn {
				continue // a form without any offers all
			}
			if got[f.Key] != v[f.Key] {
				t.Fatalf("%s: %q became %q\n%s", f.Key, v[f.Key], got[f.Key], out)
			}
		}
	})
}

func FuzzWrite(f *testing.F) {
	for _, s := range []string{hand, "", "# x\n", "name: [a]", "categories: x", "limits: 3", "a: &a [*a]", "- 1", "\xff", "? [a]\n: b", "<<: x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		v, err := body.Read(src)
		if err != nil {
			return
		}
		v["name"] = "某局"
		if out, err := body.Write(src, v); err == nil {
			if b, _ := body.Parse(out); b == nil {
				t.Error("no body")
			}
		}
	})
}

// Every version is kept, also one that somebody wrote past the site, and of two
// who save at once one is told.
func TestSettingsHistory(t *testing.T) {
	t.Parallel()
	for name, open := range shelves() {
		t.Run(name, func(t *testing.T) {
			place, versions := open(t), open(t)
			now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
			s := &body.Settings{Place: place, Versions: versions, Default: []byte("name: 内置\n"), Now: func() time.Time { now = now.Add(time.Minute); return now }}
			ctx := t.Context()
			text, was, err := s.Load(ctx)
			if err != nil || string(text) != "name: 内置\n" || was != shelf.None {
				t.Fatalf("%q %q %v", text, was, err)
			}
			save := func(text, was, by string) error { return s.Save(ctx, []byte(text), was, by, "因为") }
			if err := save("name: 甲\n", was, "guanli"); err != nil {
				t.Fatal(err)
			}
			if err := save("name: 乙\n", was, "fuzhi"); !errors.Is(err, shelf.ErrConflict) {
				t.Errorf("the second of two: %v", err)
			}
			_, was, _ = s.Load(ctx)
			if err := place.Put(ctx, body.File, []byte("name: 手改\n"), was); err != nil {
				t.Fatal(err)
			}
			_, was, _ = s.Load(ctx)
			if err := save("name: 丙\n", was, "fuzhi"); err != nil {
				t.Fatal(err)
			}
			list, err := s.History(ctx)
			var got []string
			for _, r := range list {
				got = append(got, r.By+" "+strings.TrimSpace(r.Text))
			}
			if want := []string{"fuzhi name: 丙", "(file) name: 手改", "guanli name: 甲", "(file) name: 内置"}; err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%q, %v", got, err)
			}
			if r, err := s.Revision(ctx, 2); err != nil || r.Text != "name: 甲\n" || r.Note != "因为" || r.At.IsZero() {
				t.Errorf("%+v, %v", r, err)
			}
			if _, err := s.Revision(ctx, 9); !errors.Is(err, shelf.ErrNotFound) {
				t.Errorf("a version that is not there: %v", err)
			}
			if text, _, _ := s.Load(ctx); string(text) != "name: 丙\n" {
				t.Errorf("stands %q", text)
			}
		})
	}
}

func shelves() map[string]func(*testing.T) shelf.Shelf {
	return map[string]func(*testing.T) shelf.Shelf{
		"memory": func(*testing.T) shelf.Shelf { return shelftest.NewMemory() },
		"folder": func(t *testing.T) shelf.Shelf {
			d, err := shelf.OpenDir(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			return d
		},
		"mongo": func(t *testing.T) shelf.Shelf {
			uri := mongotest.Server(t)
			c, err := mongoshelf.Connect(t.Context(), uri, mongotest.Name(t, uri))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			return c.Shelf("notices")
		},
	}
}
