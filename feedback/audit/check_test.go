package audit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"rectify/feedback/audit"
)

// memory is a chain that anybody may change.
type memory struct{ list []audit.Entry }

func (m *memory) Append(_ context.Context, e audit.Entry) error {
	if n := len(m.list); n > 0 && e.Seq != m.list[n-1].Seq+1 {
		return audit.ErrTaken
	}
	m.list = append(m.list, e)
	return nil
}

func (m *memory) Last(context.Context) (audit.Entry, error) {
	if len(m.list) == 0 {
		return audit.Entry{}, audit.ErrNotFound
	}
	return m.list[len(m.list)-1], nil
}

func (m *memory) List(_ context.Context, q audit.Query) (page []audit.Entry, err error) {
	for _, e := range m.list {
		if e.Seq > q.After && len(page) < q.Limit {
			page = append(page, e)
		}
	}
	return page, nil
}

func (m *memory) Trim(context.Context, int64) error { return nil }

func chain(t *testing.T, n int) (*memory, map[int64]string) {
	t.Helper()
	m, at := &memory{}, time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	c := &audit.Chain{Store: m, Now: func() time.Time { at = at.Add(time.Minute); return at }}
	commits := map[int64]string{}
	for i := range n {
		if err := c.Add(t.Context(), "anna", audit.Reveal, fmt.Sprint(i), "核实"); err != nil {
			t.Fatal(err)
		}
		if i%5 == 4 {
			commits[int64(i+1)] = m.list[i].Commit()
		}
	}
	return m, commits
}

// Every way to change the chain behind the program's back is found, and the
// first bad entry is named (T104).
func TestVerify(t *testing.T) {
	again := func(list []audit.Entry) { // by somebody who knows how
		for i := range list {
			if i > 0 {
				list[i].Prev = list[i-1].Hash
			}
			list[i].Hash = list[i].Digest()
		}
	}
	for name, c := range map[string]struct {
		do    func(m *memory)
		first int64 // bad entry, 0 for none
	}{
		"untouched":      {func(*memory) {}, 0},
		"reason":         {func(m *memory) { m.list[6].Reason = "x" }, 7},
		"who":            {func(m *memory) { m.list[6].Who = "berta" }, 7},
		"time":           {func(m *memory) { m.list[6].At = m.list[6].At.Add(time.Second) }, 7},
		"flipped":        {func(m *memory) { m.list[6].Hash = append([]byte{m.list[6].Hash[0] ^ 1}, m.list[6].Hash[1:]...) }, 7},
		"own hash":       {func(m *memory) { m.list[6].Who = "berta"; m.list[6].Hash = m.list[6].Digest() }, 8},
		"removed":        {func(m *memory) { m.list = slices.Delete(m.list, 6, 7) }, 7},
		"reordered":      {func(m *memory) { m.list[6], m.list[7] = m.list[7], m.list[6] }, 7},
		"beginning":      {func(m *memory) { m.list = m.list[3:] }, 4},
		"cut":            {func(m *memory) { m.list = m.list[:12] }, 13},
		"cut to nothing": {func(m *memory) { m.list = nil }, 1},
		"made anew":      {func(m *memory) { m.list[2].Who = "berta"; again(m.list) }, 5},
		"removed, anew": {func(m *memory) {
			m.list = slices.Delete(m.list, 2, 3)
			for i := range m.list {
				m.list[i].Seq = int64(i + 1)
			}
			again(m.list)
		}, 5},
		"yesterday's":    {func(m *memory) { m.list = m.list[:19] }, 20},
		"after the last": {func(m *memory) { m.list = append(m.list, m.list[0]) }, 21},
	} {
		m, commits := chain(t, 20)
		c.do(m)
		_, err := audit.Verify(t.Context(), m, commits)
		var fault audit.Fault
		if c.first == 0 && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c.first != 0 && (!errors.As(err, &fault) || fault.Seq != c.first) {
			t.Errorf("%s: %v, want entry %d", name, err, c.first)
		}
	}
}
