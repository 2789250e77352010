package mongostore

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"rectify/feedback/audit"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/storetest"
	"rectify/feedback/translog"
)

func TestLog(t *testing.T) {
	uri := mongotest.Server(t)
	storetest.RunLog(t, func(t *testing.T) translog.Store { return opened(t, uri, mongotest.Name(t, uri)).Log() })
}

func TestLogFaults(t *testing.T) {
	uri := mongotest.Server(t)
	storetest.RunLogFaults(t, func(t *testing.T) translog.Store { return opened(t, uri, mongotest.Name(t, uri)).Log() })
}

// TestLogCutConnections lets the network break under several copies that append
// and sign: each thing stands once, the log is whole.
func TestLogCutConnections(t *testing.T) {
	uri := mongotest.Server(t)
	name := mongotest.Name(t, uri)
	p, way := through(t, uri)
	logs := make([]*translog.Log, 4)
	for i := range logs {
		logs[i] = storetest.NewLog(t, opened(t, way, name).Log())
	}
	p.Cut(25)
	var failed atomic.Int64
	var wg sync.WaitGroup
	for i, l := range logs {
		wg.Go(func() {
			for k := range 30 {
				// Every thing is known to two of the copies.
				e := storetest.Line(fmt.Sprint("line ", k, " ", i/2))
				for l.Add(context.Background(), []translog.Entry{e}) != nil {
					failed.Add(1)
				}
				if _, err := l.Integrate(context.Background()); err != nil {
					failed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	p.Cut(0)
	direct := opened(t, uri, name).Log()
	if _, err := storetest.NewLog(t, direct).Integrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h := storetest.Sound(t, direct); h.Size != 60 {
		t.Errorf("%d entries, want 60", h.Size)
	}
	if p.Cuts() == 0 {
		t.Error("nothing was cut: the test is blind")
	}
	t.Logf("%d cuts, %d calls failed", p.Cuts(), failed.Load())
}

func TestAudit(t *testing.T) {
	uri := mongotest.Server(t)
	storetest.RunAudit(t, func(t *testing.T) audit.Store { return opened(t, uri, mongotest.Name(t, uri)).Audit() })
}
