package spool

import (
	"encoding/binary"
	"slices"
	"sync"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// block is a run of reserved numbers that are not used yet.
type block struct {
	year        int
	first, last int64
	leads       bool // it began its year's series
}

// numbers are the reserved ones, by year. A number that was taken is not given
// again: it stands in the journal with its entry, or is a gap.
type numbers struct {
	mu     sync.Mutex
	blocks []block // those of one year in ascending order
}

// add takes a reserved block in.
func (n *numbers) add(b block) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if b.first > b.last {
		return
	}
	for i := range n.blocks {
		if last := &n.blocks[i]; last.year == b.year && last.last+1 == b.first && !last.leads {
			last.last = b.last
			return
		}
	}
	n.blocks = append(n.blocks, b)
}

// take gives the next reserved number of a year; false when there is none, or
// leading is asked for and it is not of the block that began the year. That one
// is used up in ordinary times too, so that a year begins with its first number.
func (n *numbers) take(year int, leading bool) (feedback.Number, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, b := range n.blocks {
		if b.year == year {
			if leading && !b.leads {
				return "", false
			}
			n.use(i, b.first)
			return feedback.MakeNumber(year, b.first), true
		}
	}
	return "", false
}

// swap puts a block behind those of its year and gives as many numbers from
// their front, if it follows them without a gap.
func (n *numbers) swap(b block) (front []feedback.Number, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	tail := -1
	for i := range n.blocks {
		if n.blocks[i].year == b.year {
			tail = i
		}
	}
	if tail < 0 || n.blocks[tail].last+1 != b.first {
		return nil, false
	}
	n.blocks[tail].last = b.last
	for i := 0; len(front) < int(b.last-b.first+1); {
		if n.blocks[i].year != b.year {
			i++
			continue
		}
		front = append(front, feedback.MakeNumber(b.year, n.blocks[i].first))
		n.use(i, n.blocks[i].first)
	}
	return front, true
}

// use strikes everything up to nth out of the ith block.
func (n *numbers) use(i int, nth int64) {
	if n.blocks[i].first = nth + 1; nth >= n.blocks[i].last {
		n.blocks = slices.Delete(n.blocks, i, i+1)
	}
}

// used strikes out a number that the journal holds, and those before it.
func (n *numbers) used(number feedback.Number) {
	year, nth := split(number)
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, b := range n.blocks {
		if b.year == year && b.first <= nth && nth <= b.last {
			n.use(i, nth)
			return
		}
	}
}

// left is how many numbers of a year there are.
func (n *numbers) left(year int) (left int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, b := range n.blocks {
		if b.year == year {
			left += b.last - b.first + 1
		}
	}
	return left
}

// all is a copy of the blocks, without those of years before the given one.
func (n *numbers) all(from int) []block {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.blocks = slices.DeleteFunc(n.blocks, func(b block) bool { return b.year < from })
	return slices.Clone(n.blocks)
}

// split takes a number apart; zeros for one that is none.
func split(number feedback.Number) (year int, nth int64) {
	serial, _ := cursor.Serial(number)
	return int(serial / (cursor.MaxSerial + 1)), serial % (cursor.MaxSerial + 1)
}

func (b block) frame() frame {
	p := binary.LittleEndian.AppendUint32(nil, uint32(b.year)) //nolint:gosec // a year
	p = binary.LittleEndian.AppendUint64(p, uint64(b.first))   //nolint:gosec // positive
	p = binary.LittleEndian.AppendUint64(p, uint64(b.last))    //nolint:gosec // positive
	leads := byte(0)
	if b.leads {
		leads = 1
	}
	return frame{kind: kindBlock, payload: append(p, leads)}
}

func parseBlock(p []byte) (block, bool) {
	if len(p) != 4+8+8+1 {
		return block{}, false
	}
	b := block{
		year:  int(binary.LittleEndian.Uint32(p)),
		first: int64(binary.LittleEndian.Uint64(p[4:])),  //nolint:gosec // checked below
		last:  int64(binary.LittleEndian.Uint64(p[12:])), //nolint:gosec // checked below
		leads: p[20] == 1,
	}
	return b, b.first > 0 && b.last <= cursor.MaxSerial
}
