package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"rectify/feedback/staff"
)

// visit is a session as it is kept.
type visit struct {
	Digest  []byte `bson:"_id"`
	Account string `bson:"account"`
	Started int64  `bson:"started"`
	Seen    int64  `bson:"seen"`
	CSRF    []byte `bson:"csrf"`
}

// AddSession implements staff.Store; ErrConflict when the digest is there.
func (s *Store) AddSession(ctx context.Context, n staff.Session) error {
	err := s.add(ctx, s.sessions, visit{Digest: n.Digest, Account: n.Account, Started: millis(n.Started), Seen: millis(n.Seen), CSRF: n.CSRF})
	if err != nil {
		return fmt.Errorf("add session: %w", err)
	}
	return nil
}

// Session implements staff.Store.
func (s *Store) Session(ctx context.Context, digest []byte) (staff.Session, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	var v visit
	if err := notFound(s.sessions.FindOne(ctx, is("_id", digest)).Decode(&v)); err != nil {
		return staff.Session{}, fmt.Errorf("session: %w", err)
	}
	return v.session(), nil
}

func (v visit) session() staff.Session {
	return staff.Session{Digest: v.Digest, Account: v.Account, Started: instant(v.Started), Seen: instant(v.Seen), CSRF: v.CSRF}
}

// Sessions implements staff.Store.
func (s *Store) Sessions(ctx context.Context, account string) ([]staff.Session, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	found, err := s.sessions.Find(ctx, is("account", account))
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	var kept []visit
	if err := found.All(ctx, &kept); err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	list := make([]staff.Session, 0, len(kept))
	for _, v := range kept {
		list = append(list, v.session())
	}
	return list, nil
}

// TouchSession implements staff.Store. The time never moves back: two copies
// of the site may touch in any order.
func (s *Store) TouchSession(ctx context.Context, digest []byte, seen time.Time) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if _, err := s.sessions.UpdateOne(ctx, is("_id", digest), change("$max", "seen", millis(seen))); err != nil {
		return fmt.Errorf("touch session: %w", err)
	}
	return nil
}

// EndSession implements staff.Store.
func (s *Store) EndSession(ctx context.Context, digest []byte) error {
	return s.end(ctx, is("_id", digest))
}

// EndSessions implements staff.Store.
func (s *Store) EndSessions(ctx context.Context, name string, before time.Time) error {
	if name != "" {
		return s.end(ctx, is("account", name))
	}
	return s.end(ctx, is("seen", is("$lt", millis(before))))
}

func (s *Store) end(ctx context.Context, which bson.D) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if _, err := s.sessions.DeleteMany(ctx, which); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}
