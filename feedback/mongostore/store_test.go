package mongostore

import (
	"context"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"rectify/feedback"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/storetest"
	"rectify/feedback/storetest/proxy"
)

func TestStore(t *testing.T) {
	uri := mongotest.Server(t)
	storetest.Run(t, func(t *testing.T) storetest.Backend { return opened(t, uri, mongotest.Name(t, uri)) })
}

// through starts a proxy before the server of uri and answers the uri of the
// way through it.
func through(t *testing.T, uri string) (*proxy.Proxy, string) {
	t.Helper()
	p, way, err := proxy.Before(uri)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p, way
}

// opened opens a store that is closed at the end of the test.
func opened(t testing.TB, uri, name string) *Store {
	t.Helper()
	s, err := Open(context.Background(), uri, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// A field that was changed by hand is told, by name.
func TestMisfits(t *testing.T) {
	uri := mongotest.Server(t)
	s := opened(t, uri, mongotest.Name(t, uri))
	storetest.Fill(t, s)
	told := func() (all []string) {
		t.Helper()
		err := s.Misfits(t.Context(), func(n feedback.Number, field string) error {
			all = append(all, string(n)+" "+field)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := told(); len(all) != 0 {
		t.Errorf("untouched: %v", all)
	}
	for field, value := range map[string]any{"state": "closed!", "visibility": "x", "due": "2030-01-01", "public_at": int64(7), "code_mac": []byte{1}, "owner": "me", "suspect": true, "likeness": "x", "asked": true} {
		var was bson.M
		if err := s.submissions.FindOne(t.Context(), bson.D{}).Decode(&was); err != nil {
			t.Fatal(err)
		}
		if b, ok := was[field].(bool); ok {
			value = !b
		}
		if _, err := s.submissions.UpdateOne(t.Context(), is("_id", was["_id"]), change("$set", field, value)); err != nil {
			t.Fatal(err)
		}
		if all := told(); len(all) != 1 || !strings.HasSuffix(all[0], " "+field) {
			t.Errorf("%s: %v", field, all)
		}
		if _, err := s.submissions.ReplaceOne(t.Context(), is("_id", was["_id"]), was); err != nil {
			t.Fatal(err)
		}
	}
}
