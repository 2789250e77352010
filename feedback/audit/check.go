package audit

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
)

// Fault is the first entry that does not fit.
type Fault struct {
	Seq    int64
	Detail string
}

// Error is for operators.
func (f Fault) Error() string { return fmt.Sprintf("audit entry %d: %s", f.Seq, f.Detail) }

// Check walks the whole chain, oldest first, and answers how many entries there
// are; told is given each. A Fault names the first bad entry. Entries that were
// trimmed at the beginning must be named by a later entry of the chain itself.
// That the end is missing only the public log can tell.
func Check(ctx context.Context, s Store, told func(Entry)) (n int64, err error) {
	c := checker{}
	for q := (Query{Up: true, Limit: MaxPage}); ; {
		page, err := s.List(ctx, q)
		if err != nil {
			return n, fmt.Errorf("check audit chain: %w", err)
		}
		for _, e := range page {
			if fault := c.next(e); fault != nil {
				return n, *fault
			}
			n++
			told(e)
		}
		if len(page) < q.Limit {
			break
		}
		q.After = page[len(page)-1].Seq
	}
	if c.first != nil && c.first.Seq > 1 && !c.trimmed {
		return n, Fault{c.first.Seq, "the entries before it are gone, and no entry says that they were trimmed"}
	}
	return n, nil
}

type checker struct {
	first, last *Entry
	trimmed     bool // an entry says that what is before the first was trimmed
}

func (c *checker) next(e Entry) *Fault {
	switch {
	case c.last == nil:
		c.first = &e
	case e.Seq != c.last.Seq+1:
		return &Fault{c.last.Seq + 1, fmt.Sprintf("is gone; the next one is %d", e.Seq)}
	case !bytes.Equal(e.Prev, c.last.Hash):
		return &Fault{e.Seq, "does not go on from the entry before it"}
	}
	if !bytes.Equal(e.Hash, e.Digest()) {
		return &Fault{e.Seq, "was altered"}
	}
	if c.first.Seq > 1 && e.Act == Trim && e.Object == trimmed(c.first.Seq, c.first.Prev) {
		c.trimmed = true
	}
	c.last = &e
	return nil
}

// trimmed is the object of the entry that says that all before seq is gone.
func trimmed(seq int64, prev []byte) string {
	return strconv.FormatInt(seq, 10) + " " + fmt.Sprintf("%x", prev)
}

// TrimBefore removes what is older than the first entry that q finds oldest
// first, after an entry of the chain said so. It answers how many are gone.
func (c *Chain) TrimBefore(ctx context.Context, q Query, reason string) (int64, error) {
	q.Up, q.Limit = true, 1
	first, err := c.Store.List(ctx, q)
	if err == nil && len(first) == 0 { // all are older: the last one stays, for the chain to go on from
		first, err = c.Store.List(ctx, Query{Limit: 1})
	}
	if err != nil || len(first) == 0 {
		return 0, err
	}
	oldest, err := c.Store.List(ctx, Query{Up: true, Limit: 1})
	if err != nil || len(oldest) == 0 || oldest[0].Seq >= first[0].Seq {
		return 0, err
	}
	if err := c.Add(ctx, Program, Trim, trimmed(first[0].Seq, first[0].Prev), reason); err != nil {
		return 0, err
	}
	return first[0].Seq - oldest[0].Seq, c.Store.Trim(ctx, first[0].Seq)
}

// Verify checks the chain and holds it to what the public log says of it:
// commitments, by the Seq of the entry that was the last one then. So a tail
// that was cut off is found, and a chain that was made anew. A Fault names the
// first bad entry.
func Verify(ctx context.Context, s Store, commits map[int64]string) (n int64, err error) {
	first, last := int64(0), int64(0)
	var other *Fault
	n, err = Check(ctx, s, func(e Entry) {
		if first == 0 {
			first = e.Seq
		}
		last = e.Seq
		if want, ok := commits[e.Seq]; ok && want != e.Commit() && other == nil {
			other = &Fault{e.Seq, "differs from what the public log says of it"}
		}
	})
	if err != nil {
		return n, err
	}
	if other != nil {
		return n, *other
	}
	for seq := range commits {
		if seq > last {
			return n, Fault{last + 1, "is gone: the public log knows more entries"}
		}
	}
	return n, nil
}
