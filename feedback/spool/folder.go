package spool

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// ErrLocked means that another program works on the same folder.
var ErrLocked = errors.New("folder is in use")

// lockFolder makes dir if it is not there and locks it for this process. The
// lock ends with the process, however that ends.
func lockFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	mine, err := tryLock(f)
	if err != nil || !mine {
		who := make([]byte, 32)
		n, _ := f.ReadAt(who, 0) // what cannot be read is left out of the message
		_ = f.Close()
		if err == nil {
			err = fmt.Errorf("%s: %w by process %s", dir, ErrLocked, strings.TrimSpace(string(who[:n])))
		}
		return nil, err
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, errors.Join(syncFolder(dir), syncFolder(filepath.Dir(dir)))
}

// syncFolder makes the names in a folder survive a power cut.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
