package history_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"rectify/content"
	"rectify/content/history"
)

// Whatever is added to a notice is compared too, or named here as no part of
// what a reader sees.
func TestEveryFieldIsCompared(t *testing.T) {
	apart := []string{"Slug", "Source", "Digest", "Change", "Sections"}
	n := read(t, sample)
	for i := range reflect.TypeFor[content.Notice]().NumField() {
		field := reflect.TypeFor[content.Notice]().Field(i)
		if slices.Contains(apart, field.Name) {
			continue
		}
		other := *n
		v := reflect.ValueOf(&other).Elem().Field(i)
		if field.Type.Kind() == reflect.Struct && field.Type != reflect.TypeFor[content.Day]() && field.Type != reflect.TypeFor[time.Time]() {
			for k := range v.NumField() {
				other = *n
				alter(t, v.Field(k))
				if history.Diff(n, &other).Empty() {
					t.Errorf("%s.%s is not compared", field.Name, field.Type.Field(k).Name)
				}
			}
			continue
		}
		alter(t, v)
		if history.Diff(n, &other).Empty() {
			t.Errorf("%s is not compared", field.Name)
		}
	}
	it := content.Item{}
	for i := range reflect.TypeFor[content.Ledger]().NumField() {
		old, new := *read(t, sample), *read(t, sample)
		leaf := new.Leaves()[0]
		alter(t, reflect.ValueOf(&leaf.Ledger).Elem().Field(i))
		if history.Diff(&old, &new).Empty() {
			t.Errorf("ledger: %s is not compared", reflect.TypeOf(it.Ledger).Field(i).Name)
		}
	}
}

// alter sets a value to one that no test document has.
func alter(t *testing.T, v reflect.Value) {
	t.Helper()
	progress := 7
	for _, x := range []any{"另一个", 77, content.Day{Year: 2031, Month: 1, Date: 2}, time.Unix(1, 0), []string{"另一个"}, content.Status("partial"), &progress,
		[]content.Attachment{{File: "x.pdf"}}, []content.Block{{Text: "另一段"}}} {
		if reflect.TypeOf(x) == v.Type() {
			v.Set(reflect.ValueOf(x))
			return
		}
	}
	t.Fatalf("no value of type %v: give the test one", v.Type())
}
