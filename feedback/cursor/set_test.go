package cursor

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s Set
		model := map[int64]bool{}
		for _, n := range rapid.SliceOf(rapid.OneOf(rapid.Int64Range(0, 200), rapid.Int64Range(0, 9999*perYear))).Draw(t, "serials") {
			if s.Has(n) != model[n] || s.Add(n) == model[n] || !s.Has(n) {
				t.Fatalf("%d", n)
			}
			model[n] = true
		}
	})
}
