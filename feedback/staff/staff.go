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
	Email    string          `json:"email,omitempty"`  // where reminders go; empty: none
	Weekly   bool            `json:"weekly,omitempty"` // the report of each week goes there, too
	Tour     string          `json:"tour,omitempty"`   // 导览: where the guided tour of the desk stands; empty: at its beginning
	Roles    []feedback.Role `json:"roles"`
	Only     Limits          `json:"only,omitempty"` // roles that are held for these notices only
	Hash     string          `json:"hash"`           // argon2id, PHC string; empty: no password opens it
	Disabled bool            `json:"disabled,omitempty"`
	Created  time.Time       `json:"created"`
	Changed  time.Time       `json:"changed"` // password, roles, factors or state; older sessions end
	Rev      int64           `json:"rev"`

	Factor     *Factor     `json:"factor,omitempty"`      // one-time codes; nil: none are asked for
	Recovery   []string    `json:"recovery,omitempty"`    // digests of the recovery codes that are left
	MustFactor bool        `json:"must_factor,omitempty"` // the desk stays shut until there is a second factor
	Handle     []byte      `json:"handle,omitempty"`      // what passkeys know the account by: chance, no name
	Passkeys   []Passkey   `json:"passkeys,omitempty"`
	Invited    *Invitation `json:"invited,omitempty"` // the link that was handed over last

	Linked  []Link   `json:"linked,omitempty"`  // sign-ins elsewhere that open it
	Leaving *Leaving `json:"leaving,omitempty"` // who left, and to whom the work goes
}

// Limits says for which notices, by slug, a role is held; a role that is not
// there is held for the whole body.
type Limits = map[feedback.Role][]string

// Actor is the account as the workflow sees it.
func (a Account) Actor() feedback.Actor {
	return feedback.Actor{Kind: feedback.Staff, ID: a.Name, Roles: slices.Clone(a.Roles), Only: a.Only}
}

// Has reports whether the account holds one of the roles.
func (a Account) Has(roles ...feedback.Role) bool { return a.Actor().Has(roles...) }

// HasFactor reports whether something else than a password can prove who signs in.
func (a Account) HasFactor() bool { return a.Factor != nil || len(a.Passkeys) > 0 }

// Unset reports whether nothing opens the account yet: no password, no passkey,
// no sign-in elsewhere. So it stands until the link handed over is used.
func (a Account) Unset() bool { return a.Hash == "" && len(a.Passkeys) == 0 && len(a.Linked) == 0 }

// Lacks reports whether the account has no second factor though it must.
func (a Account) Lacks() bool { return a.MustFactor && !a.HasFactor() }

// twoSteps reports whether a password alone does not sign in.
func (a Account) twoSteps() bool { return a.Factor != nil || (a.MustFactor && a.HasFactor()) }

// Session (会话) is one signed-in browser. Its token is kept as a digest only.
type Session struct {
	Digest  []byte    `json:"digest"` // SHA-256 of the token
	Account string    `json:"account"`
	Started time.Time `json:"started"`
	Seen    time.Time `json:"seen"` // last use, kept to the minute
	CSRF    []byte    `json:"csrf"` // secret that form tokens are made from
}
