package mirror

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"rectify/content/shelf"
)

// LockLife is how long a lock holds at most: whoever took it may have died.
// Every step compares before it writes, so a lock that was outlived costs an
// error, never a file.
const LockLife = 15 * time.Minute

// ErrLocked means that another one is at work.
var ErrLocked = errors.New("another push is under way")

// held is what a lock says.
type held struct {
	Until time.Time `json:"until"`
	By    string    `json:"by"`
}

// Lock takes a lock, which is a file, and answers how to give it back. ErrLocked
// says until when at most someone else has it.
func Lock(ctx context.Context, s shelf.Shelf, name, by string, now time.Time) (unlock func(context.Context) error, err error) {
	mine, err := json.Marshal(held{Until: now.Add(LockLife).UTC(), By: by})
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	was, err := Locked(ctx, s, name, now)
	if err != nil {
		return nil, err
	}
	err = s.Put(ctx, name, mine, was)
	if errors.Is(err, shelf.ErrConflict) {
		return nil, ErrLocked
	}
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	return func(ctx context.Context) error { return s.Remove(ctx, name, shelf.Digest(mine)) }, nil
}

// Locked answers ErrLocked while someone has the lock, and otherwise what is
// left of an earlier one.
func Locked(ctx context.Context, s shelf.Shelf, name string, now time.Time) (left string, err error) {
	data, err := s.Read(ctx, name)
	if errors.Is(err, shelf.ErrNotFound) {
		return shelf.None, nil
	}
	if err != nil {
		return "", fmt.Errorf("lock: %w", err)
	}
	var h held
	if err := json.Unmarshal(data, &h); err == nil && now.Before(h.Until) {
		return "", fmt.Errorf("%w (by %s; until %s at most)", ErrLocked, h.By, h.Until.Format(time.RFC3339))
	}
	return shelf.Digest(data), nil
}
