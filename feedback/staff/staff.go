package staff

import (
	"slices"
	"time"

	"rectify/feedback"
)

// Account (账号) is one member of staff.
type Account struct {
	Name     string          `json:"name"`    // sign-in name, unique after folding; never changes
	Display  string          `json:"display"` // how colleagues see the person
	Office   string          `json:"office,omitempty"`
	Email    string          `json:"email,omitempty"` // where reminders go; empty: none
	Roles    []feedback.Role `json:"roles"`
	Hash     string          `json:"hash"` // argon2id, PHC string
	Disabled bool            `json:"disabled,omitempty"`
	Created  time.Time       `json:"created"`
	Changed  time.Time       `json:"changed"` // password, roles or state; older sessions end
	Rev      int64           `json:"rev"`
}

// Actor is the account as the workflow sees it.
func (a Account) Actor() feedback.Actor {
	return feedback.Actor{Kind: feedback.Staff, ID: a.Name, Roles: slices.Clone(a.Roles)}
}

// Has reports whether the account holds one of the roles.
func (a Account) Has(roles ...feedback.Role) bool { return a.Actor().Has(roles...) }

// Session (会话) is one signed-in browser. Its token is kept as a digest only.
type Session struct {
	Digest  []byte    `json:"digest"` // SHA-256 of the token
	Account string    `json:"account"`
	Started time.Time `json:"started"`
	Seen    time.Time `json:"seen"` // last use, kept to the minute
	CSRF    []byte    `json:"csrf"` // secret that form tokens are made from
}
