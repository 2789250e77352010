package staff

import (
	"context"
	"time"
)

// Store keeps accounts and sessions. The stores of feedback implement it, and
// the suite in storetest holds them to it. feedback.ErrNotFound and
// feedback.ErrConflict are the errors that callers decide on.
type Store interface {
	// AddAccount keeps a new account; ErrConflict when the name is taken.
	AddAccount(ctx context.Context, a Account) error

	// Account answers the account of that name, or ErrNotFound.
	Account(ctx context.Context, name string) (Account, error)

	// Accounts answers all accounts by name; a body has tens, not thousands.
	Accounts(ctx context.Context) ([]Account, error)

	// ReplaceAccount keeps a if the kept revision is still rev, and makes it
	// rev+1; ErrConflict or ErrNotFound otherwise.
	ReplaceAccount(ctx context.Context, a Account, rev int64) error

	// AddSession keeps a new session.
	AddSession(ctx context.Context, s Session) error

	// Session answers the session with that digest, or ErrNotFound.
	Session(ctx context.Context, digest []byte) (Session, error)

	// Sessions answers the sessions of an account, in any order.
	Sessions(ctx context.Context, account string) ([]Session, error)

	// TouchSession moves the time of last use; a missing session is no error.
	TouchSession(ctx context.Context, digest []byte, seen time.Time) error

	// EndSession forgets one session; a missing one is no error.
	EndSession(ctx context.Context, digest []byte) error

	// EndSessions forgets every session of an account, and those of any
	// account last used before the given time when name is empty.
	EndSessions(ctx context.Context, name string, before time.Time) error
}
