//go:build unix && !aix && !solaris

package spool

import (
	"errors"
	"os"
	"syscall"
)

// tryLock locks f until it is closed; false without an error: another holds it.
func tryLock(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
