package sqlitestore

import (
	"testing"

	"rectify/feedback/storetest"
	"rectify/feedback/translog"
)

func TestLog(t *testing.T) {
	storetest.RunLog(t, func(t *testing.T) translog.Store { return opened(t, t.TempDir()).Log() })
}
