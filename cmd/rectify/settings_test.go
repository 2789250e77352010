package main

import (
	"strings"
	"testing"
	"time"

	"rectify/content/shelf"
	"rectify/site/body"
)

// What is saved at the desk counts in a running site without a restart, on both
// kinds of shelf, and beside the notices that are built in.
func TestSettingsReachTheRunningSite(t *testing.T) {
	for name, mongo := range map[string]bool{"folder": false, "mongo": true} {
		t.Run(name, func(t *testing.T) {
			args := []string{"--data", t.TempDir()}
			if mongo {
				args = append(args, "--mongo", freshMongo(t))
			}
			p := start(t, args...)
			defer p.stop(t)
			if a := fetched(t, p.base+"/about"); !strings.Contains(a, "临水市文化和旅游局") {
				t.Fatal("the built-in body is not shown")
			}
			st := stored{Data: args[1]}
			if mongo {
				st.Mongo = args[3]
			}
			place, err := openPlace(t.Context(), st, "")
			ok(t, err)
			defer place.Close()
			s := &body.Settings{Place: place.notices, Versions: place.versions, Default: place.standing(), Now: time.Now}
			text, was, err := s.Load(t.Context())
			if err != nil || was != shelf.None {
				t.Fatalf("%q, %v", was, err)
			}
			v, err := body.Read(text)
			ok(t, err)
			v["name"] = "临水市某某局"
			next, err := body.Write(text, v)
			ok(t, err)
			ok(t, s.Save(t.Context(), next, was, "guanli", ""))
			until(t, func() bool { return strings.Contains(fetched(t, p.base+"/about"), "临水市某某局") })
			if a := fetched(t, p.base+"/notices"); !strings.Contains(a, "venue-safety-2026") {
				t.Error("the built-in notices are gone")
			}
		})
	}
}
