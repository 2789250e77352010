package mongostore

import (
	"testing"

	"rectify/feedback/storetest"
	"rectify/feedback/translog"
)

func TestLog(t *testing.T) {
	uri := server(t)
	storetest.RunLog(t, func(t *testing.T) translog.Store { return opened(t, uri, database(t, uri)).Log() })
}
