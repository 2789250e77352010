package library

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// beingWritten reports whether somebody has the file open for writing: the
// kernel refuses a read lease on it then (fcntl(2), F_SETLEASE). Of a file that
// is another user's, or on a drive without leases, it does not tell.
func beingWritten(f fs.File) bool {
	file, ok := f.(*os.File)
	if !ok {
		return false
	}
	if _, err := unix.FcntlInt(file.Fd(), unix.F_SETLEASE, unix.F_RDLCK); err != nil {
		return errors.Is(err, unix.EAGAIN)
	}
	_, _ = unix.FcntlInt(file.Fd(), unix.F_SETLEASE, unix.F_UNLCK) // closing the file does it as well
	return false
}
