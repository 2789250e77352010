//go:build linux

package main

import "golang.org/x/sys/unix"

// clockIsSet reports whether something keeps the machine's clock right; known is
// false where the machine does not say.
func clockIsSet() (set, known bool) {
	state, err := unix.Adjtimex(&unix.Timex{}) // asks, sets nothing
	if err != nil {
		return false, false
	}
	return state != unix.TIME_ERROR, true
}

// room is how many bytes the program may still write below dir.
func room(dir string) (free uint64, known bool) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true //nolint:gosec // sizes of blocks are not negative
}

// writable reports whether this user may make files in dir, without making one.
func writable(dir string) bool { return unix.Access(dir, unix.W_OK|unix.X_OK) == nil }
