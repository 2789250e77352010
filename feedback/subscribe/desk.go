package subscribe

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/outbox"
)

// Sealer keeps addresses unreadable at rest: what is sealed with ad opens with
// the same ad only.
type Sealer interface {
	Seal(plain, ad []byte) ([]byte, error)
	Open(sealed, ad []byte) ([]byte, error)
}

// ByKeys seals under the master key.
func ByKeys(k feedback.Keys) Sealer { return byKeys{k} }

type byKeys struct{ k feedback.Keys }

func (b byKeys) Seal(plain, ad []byte) ([]byte, error)  { return b.k.Seal("subscriber", ad, plain) }
func (b byKeys) Open(sealed, ad []byte) ([]byte, error) { return b.k.Open("subscriber", ad, sealed) }

// Desk is the one door through which subscriptions begin and end.
type Desk struct {
	Store  Store
	Box    outbox.Store
	Vault  feedback.Vault
	Keys   feedback.Keys
	Sealer Sealer
	Now    func() time.Time
}

// asksADay is how many letters of confirmation an address gets in a day: nobody
// must be able to fill somebody else's mailbox.
const asksADay = 5

// Ask lets a letter go to an address that asks whether its owner wants to hear
// of topic. The answer is the same whether that is so already, was asked too
// often, or is new. Errors: feedback.Invalid for what is no address, else of the
// store.
func (d *Desk) Ask(ctx context.Context, email string, topic Topic) error {
	email, err := feedback.TidyEmail(email)
	if err == nil && email == "" {
		err = feedback.Invalid{Field: "email", Rule: "required"}
	}
	if err != nil {
		return err
	}
	who := outbox.Digest(d.Keys, email)
	slot, err := d.slot(ctx, who)
	if err != nil || slot == 0 {
		return err
	}
	s, err := d.pending(ctx, who, email, topic)
	if err != nil || s.Active {
		return err
	}
	l := outbox.New(fmt.Sprintf("confirm-%s-%s-%d", s.ID, calendar.On(d.Now()), slot), outbox.Confirm, d.Now())
	l.Whom = s.ID
	if _, err := d.Box.PutLetter(ctx, l); err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	return nil
}

// slot takes one of the letters that an address may get today; 0 when they are
// used up.
func (d *Desk) slot(ctx context.Context, who string) (int, error) {
	for n := 1; n <= asksADay; n++ {
		key := sha256.Sum256(fmt.Appendf(nil, "subscribe ask %s %s %d", who, calendar.On(d.Now()), n))
		err := d.Vault.Keep(ctx, key[:], nil, d.Now().Add(25*time.Hour))
		if err == nil {
			return n, nil
		}
		if !errors.Is(err, feedback.ErrConflict) {
			return 0, fmt.Errorf("subscribe: %w", err)
		}
	}
	return 0, nil
}

// pending answers the subscription, made if it is not there yet. One that cannot
// be had is answered as if it were active: there is nothing to confirm.
func (d *Desk) pending(ctx context.Context, who, email string, topic Topic) (Subscription, error) {
	list, err := d.Store.SubscriptionsOf(ctx, who)
	if err != nil {
		return Subscription{}, fmt.Errorf("subscribe: %w", err)
	}
	now := d.now()
	for _, s := range list {
		if s.Topic != topic {
			continue
		}
		if !s.Active {
			rev := s.Rev
			s.Created = now // asked anew
			if err := d.Store.ReplaceSubscription(ctx, s, rev); err != nil && !errors.Is(err, feedback.ErrConflict) {
				return s, fmt.Errorf("subscribe: %w", err)
			}
		}
		return s, nil
	}
	if len(list) >= MaxTopics {
		return Subscription{Active: true}, nil
	}
	s := Subscription{ID: d.id(who, topic), Who: who, Topic: topic, Created: now, Seen: now}
	if s.Address, err = d.Sealer.Seal([]byte(email), []byte(who)); err != nil {
		return s, fmt.Errorf("subscribe: %w", err)
	}
	if s, err = d.Store.PutSubscription(ctx, s); err != nil {
		return s, fmt.Errorf("subscribe: %w", err)
	}
	return s, nil
}

func (d *Desk) id(who string, topic Topic) string {
	return outbox.Digest(d.Keys, who+"\n"+string(topic))
}

func (d *Desk) now() time.Time { return d.Now().UTC().Truncate(time.Millisecond) }

// Confirm begins the subscription of a token. feedback.ErrNotFound: the token is
// none, too old, or the subscription ended.
func (d *Desk) Confirm(ctx context.Context, token string) (Subscription, error) {
	for {
		s, err := d.Pending(ctx, token)
		if err != nil || s.Active {
			return s, err
		}
		rev := s.Rev
		s.Active, s.Created = true, d.now()
		s.Seen = s.Created
		if list, err := d.Store.SubscriptionsOf(ctx, s.Who); err == nil { // the hour is the subscriber's, not the topic's
			for _, other := range list {
				if other.Told.After(s.Told) {
					s.Told = other.Told
				}
			}
		}
		err = d.Store.ReplaceSubscription(ctx, s, rev)
		if !errors.Is(err, feedback.ErrConflict) {
			return s, err
		}
	}
}

// Pending answers the subscription of a token of confirmation, as Confirm would.
func (d *Desk) Pending(ctx context.Context, token string) (Subscription, error) {
	id, err := d.open("subscribe confirm", token)
	if err != nil {
		return Subscription{}, err
	}
	return d.Store.Subscription(ctx, id)
}

// ConfirmToken is good for ConfirmLife.
func (d *Desk) ConfirmToken(s Subscription) (string, error) {
	return d.seal("subscribe confirm", s.ID, d.Now().Add(ConfirmLife))
}

// OutToken ends what its subscriber has, for as long as there is anything.
func (d *Desk) OutToken(who string) (string, error) {
	return d.seal("subscribe out", who, d.Now().Add(outLife))
}

// Of answers the subscriber of an out token and what they have.
// feedback.ErrNotFound: the token is none.
func (d *Desk) Of(ctx context.Context, token string) (who string, list []Subscription, err error) {
	if who, err = d.open("subscribe out", token); err != nil {
		return "", nil, err
	}
	list, err = d.Store.SubscriptionsOf(ctx, who)
	return who, list, err
}

// End ends one subscription of a subscriber, or every one when id is empty.
func (d *Desk) End(ctx context.Context, who, id string) error {
	list, err := d.Store.SubscriptionsOf(ctx, who)
	if err != nil {
		return err
	}
	for _, s := range list {
		if id == "" || s.ID == id {
			if err := d.Store.EndSubscription(ctx, s.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// Lost ends what a subscriber has whose mailbox takes nothing: whom is that of
// a letter.
func (d *Desk) Lost(ctx context.Context, l outbox.Letter) error {
	switch l.Kind {
	case outbox.Confirm:
		return d.Store.EndSubscription(ctx, l.Whom)
	case outbox.News:
		return d.End(ctx, l.Whom, "")
	}
	return nil
}

// Address opens the address of a subscription.
func (d *Desk) Address(s Subscription) (string, error) {
	plain, err := d.Sealer.Open(s.Address, []byte(s.Who))
	return strings.TrimSpace(string(plain)), err
}
