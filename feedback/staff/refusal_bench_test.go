package staff_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/staff"
)

// BenchmarkRefusals measures whether the time of a refusal tells why: each kind
// in turn, many times over, and the medians and ninth deciles of the slowest
// against the quickest as ratios. 1 is what nobody can tell apart.
func BenchmarkRefusals(b *testing.B) {
	s, err := sqlitestore.Open(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	k, err := staff.NewKeeper(s, s, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"lisi", "gone"} {
		if err := k.Add(b.Context(), staff.New{Name: name, Roles: []feedback.Role{feedback.Replier}, Password: password}); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := k.Invite(b.Context(), staff.New{Name: "bare", Roles: []feedback.Role{feedback.Replier}}); err != nil {
		b.Fatal(err)
	}
	if err := k.Disable(b.Context(), "", "gone", true); err != nil {
		b.Fatal(err)
	}
	signIn := func(name, password string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := k.SignIn(ctx, name, password)
			return err
		}
	}
	kinds := []func(context.Context) error{
		signIn("lisi", "falsch-falsch-falsch"), signIn("nobody", password), signIn("gone", password), signIn("bare", password),
		signIn("lisi", strings.Repeat("x", 5000)), func(ctx context.Context) error { return k.Refuse(ctx, "lisi") }, func(ctx context.Context) error { return k.Refuse(ctx, "nobody") },
	}
	times := make([][]time.Duration, len(kinds))
	for b.Loop() {
		for i, refuse := range kinds {
			began := time.Now()
			if err := refuse(b.Context()); !errors.Is(err, staff.ErrSignIn) {
				b.Fatal(err)
			}
			times[i] = append(times[i], time.Since(began))
		}
	}
	for name, part := range map[string]int{"median-ratio": 5, "decile9-ratio": 9} {
		var at []time.Duration
		for _, list := range times {
			slices.Sort(list)
			at = append(at, list[len(list)*part/10])
		}
		b.ReportMetric(float64(slices.Max(at))/float64(slices.Min(at)), name)
	}
}
