// Package mongotest finds the MongoDB that tests are run against and gives each
// of them a database of its own. It knows no store: every kind of room that
// keeps something there is tested with it.
package mongotest

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// dropLimit is how long the database may take to go.
const dropLimit = 20 * time.Second

// Server is the URI in RECTIFY_TEST_MONGO. Without one the test is skipped; it
// fails where RECTIFY_REQUIRE_MONGO is 1, as in CI.
func Server(t testing.TB) string {
	t.Helper()
	uri := os.Getenv("RECTIFY_TEST_MONGO")
	switch {
	case uri == "" && os.Getenv("RECTIFY_REQUIRE_MONGO") == "1":
		t.Fatal("RECTIFY_TEST_MONGO is not set, and RECTIFY_REQUIRE_MONGO says that it must be")
	case uri == "":
		t.Skip("MongoDB not tested: RECTIFY_TEST_MONGO names no server")
	}
	return uri
}

// Name is the name of a new database on the server. It is dropped when the test
// ends, after all that was opened in it has closed.
func Name(t testing.TB, uri string) string {
	t.Helper()
	name := "rectify_test_" + rand.Text()[:12]
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), dropLimit)
		defer cancel()
		c, err := mongo.Connect(ctx, options.Client().ApplyURI(uri))
		if err == nil {
			err = errors.Join(c.Database(name).Drop(ctx), c.Disconnect(ctx))
		}
		if err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return name
}
