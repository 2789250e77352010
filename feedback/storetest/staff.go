package storetest

import (
	"fmt"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/staff"
)

func accounts(t *testing.T, open Open) {
	t.Run("accounts", func(t *testing.T) { keepAccounts(t, open(t)) })
	t.Run("one wins", func(t *testing.T) { accountRace(t, open(t)) })
}

func account(name string) staff.Account {
	return staff.Account{
		Name: name, Display: "李雷 (" + name + ")", Office: "办公室", Roles: []feedback.Role{feedback.Moderator, feedback.Approver},
		Hash: "$argon2id$v=19$m=65536,t=1,p=2$c2FsdA$aGFzaA", Disabled: true, Created: noon(), Changed: noon().Add(time.Millisecond), Rev: 1,
		Factor: &staff.Factor{Secret: digest("factor " + name), Since: noon()}, Recovery: []string{"00ff", "a1"}, MustFactor: true, Handle: digest(name),
		Passkeys: []staff.Passkey{{ID: digest("key"), Key: []byte{0, 1, 255}, Label: "<b>手机", Count: 1<<32 - 1, Flags: 0x1d, Transport: []string{"usb"}, Added: noon(), Used: noon()}},
		Only:     staff.Limits{feedback.Moderator: {"2025-round-2", "a.$b"}},
		Linked:   []staff.Link{{Issuer: "https://id.example", Subject: "$gt", Since: noon()}},
		Leaving:  &staff.Leaving{To: "amy", By: "Zoe", Since: noon(), Done: noon().Add(time.Hour)},
		Invited:  &staff.Invitation{Digest: digest("link"), Until: noon().Add(time.Hour)},
	}
}

func keepAccounts(t *testing.T, b Backend) {
	none, err := b.Accounts(within(t))
	if err != nil || len(none) != 0 {
		t.Errorf("accounts of an empty store: %v, %v", none, err)
	}
	names := []string{"Zoe", "amy", "amy.b", "李雷", "韩梅梅"} // in the order of their bytes
	for _, i := range []int{3, 1, 4, 0, 2} {
		a := account(names[i])
		a.Rev = 77 // the store's to give
		check(t, "add", b.AddAccount(within(t), a))
		wantErr(t, "add again", b.AddAccount(within(t), a), feedback.ErrConflict)
	}
	all, err := b.Accounts(within(t))
	check(t, "accounts", err)
	var want []staff.Account
	for _, n := range names {
		want = append(want, account(n))
		got, err := b.Account(within(t), n)
		check(t, "account", err)
		same(t, "account", got, account(n))
	}
	same(t, "accounts", all, want)
	for _, n := range []string{"", "zoe", "Zoe ", "nobody"} {
		_, err := b.Account(within(t), n)
		wantErr(t, fmt.Sprintf("account %q", n), err, feedback.ErrNotFound)
		wantErr(t, fmt.Sprintf("replace %q", n), b.ReplaceAccount(within(t), account(n), 1), feedback.ErrNotFound)
	}
	bare := staff.Account{Name: "amy", Roles: []feedback.Role{feedback.Admin}, Created: noon(), Changed: noon()}
	check(t, "replace", b.ReplaceAccount(within(t), bare, 1))
	wantErr(t, "replace late", b.ReplaceAccount(within(t), account("amy"), 1), feedback.ErrConflict)
	bare.Rev = 2
	got, err := b.Account(within(t), "amy")
	check(t, "account", err)
	same(t, "replaced", got, bare)
}

func accountRace(t *testing.T, b Backend) {
	var added, replaced tally
	together(8, func(i int) { added.add(of(b.AddAccount(within(t), account("one")))) })
	same(t, "added", added.n, map[string]int{"kept": 1, "conflict": 7})
	together(8, func(i int) { replaced.add(of(b.ReplaceAccount(within(t), account("one"), 1))) })
	same(t, "replaced", replaced.n, map[string]int{"kept": 1, "conflict": 7})
}
