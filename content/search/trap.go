package search

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// trap makes ErrDamaged of a panic in what it is deferred around. The files of
// an index are read as memory: one that was cut short or written over makes
// the library read past its end, which is a panic here and not the end of the
// program.
//
//	defer trap(&err, &damaged)()
func trap(err *error, damaged *atomic.Bool) func() {
	before := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(before)
		v := recover()
		if v == nil {
			return
		}
		if damaged != nil {
			damaged.Store(true)
		}
		*err = fmt.Errorf("%w: %T", ErrDamaged, v)
	}
}
