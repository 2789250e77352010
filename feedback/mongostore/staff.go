package mongostore

import (
	"context"
	"encoding/json"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/staff"
)

// person is an account as it is kept.
type person struct {
	Name string `bson:"_id"`
	Rev  int64  `bson:"rev"`
	Doc  string `bson:"doc"`
}

func personOf(a staff.Account, rev int64) (person, error) {
	a.Rev = rev
	doc, err := json.Marshal(a)
	if err != nil {
		return person{}, fmt.Errorf("write account: %w", err)
	}
	return person{Name: a.Name, Rev: rev, Doc: string(doc)}, nil
}

// AddAccount implements staff.Store.
func (s *Store) AddAccount(ctx context.Context, a staff.Account) error {
	p, err := personOf(a, 1)
	if err == nil {
		err = s.add(ctx, s.accounts, p)
	}
	if err != nil {
		return fmt.Errorf("add account: %w", err)
	}
	return nil
}

// ReplaceAccount implements staff.Store.
func (s *Store) ReplaceAccount(ctx context.Context, a staff.Account, rev int64) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	p, err := personOf(a, rev+1)
	if err == nil {
		err = swap(ctx, s.accounts, is("_id", a.Name), rev, bson.D{{Key: "rev", Value: p.Rev}, {Key: "doc", Value: p.Doc}})
	}
	if err != nil {
		return fmt.Errorf("replace account: %w", err)
	}
	return nil
}

// Account implements staff.Store.
func (s *Store) Account(ctx context.Context, name string) (staff.Account, error) {
	list, err := s.people(ctx, is("_id", name))
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("account: %w", feedback.ErrNotFound)
	}
	if err != nil {
		return staff.Account{}, err
	}
	return list[0], nil
}

// Accounts implements staff.Store.
func (s *Store) Accounts(ctx context.Context) ([]staff.Account, error) {
	return s.people(ctx, bson.D{})
}

func (s *Store) people(ctx context.Context, filter bson.D) ([]staff.Account, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	found, err := s.accounts.Find(ctx, filter, options.Find().SetSort(is("_id", 1)))
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	var kept []person
	if err := found.All(ctx, &kept); err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	var list []staff.Account
	for _, p := range kept {
		var a staff.Account
		if err := json.Unmarshal([]byte(p.Doc), &a); err != nil {
			return nil, fmt.Errorf("read accounts: %w", err)
		}
		a.Rev = p.Rev
		list = append(list, a)
	}
	return list, nil
}
