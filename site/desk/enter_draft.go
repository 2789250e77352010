package desk

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/site/auth"
	"rectify/site/web"
)

// draftLife is how long a started entry waits for the one who began it.
const draftLife = 7 * 24 * time.Hour

// draftAs is what drafts are sealed as.
const draftAs = "desk entry draft"

// keptDraft is an entry that was begun and not filed. It outlives a closed tab
// and a restart; nobody but its writer can open it.
type keptDraft struct {
	At     time.Time
	Values web.Values
}

// draftKey names the one draft of an account: who takes a call takes one.
func draftKey(name string) []byte {
	sum := sha256.Sum256([]byte("desk entry draft\n" + name))
	return sum[:]
}

// draft keeps what is being typed; the page sends it at every pause.
func (d *Desk) draft(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	if err := d.keepDraft(c, form); err != nil {
		return err
	}
	web.Private(c)
	return c.SendStatus(fiber.StatusNoContent)
}

func (d *Desk) keepDraft(c *fiber.Ctx, form web.Values) error {
	name := auth.Of(c).Account.Name
	kept := keptDraft{At: d.Now(), Values: maps.Clone(form)}
	delete(kept.Values, "csrf")
	plain, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("draft: %w", err)
	}
	sealed, err := d.Intake.Keys.Seal(draftAs, []byte(name), plain)
	if err != nil {
		return fmt.Errorf("draft: %w", err)
	}
	if err := d.Vault.Put(web.Context(c), draftKey(name), sealed, d.Now().Add(draftLife)); err != nil {
		return fmt.Errorf("draft: %w", err)
	}
	return nil
}

// begun answers the draft of who asks, or nil when there is none that opens.
func (d *Desk) begun(c *fiber.Ctx) (*keptDraft, error) {
	name := auth.Of(c).Account.Name
	sealed, err := d.Vault.Look(web.Context(c), draftKey(name), d.Now())
	if errors.Is(err, feedback.ErrNotFound) {
		return nil, nil //nolint:nilnil // none was begun, which is no fault
	}
	if err != nil {
		return nil, err
	}
	plain, err := d.Intake.Keys.Open(draftAs, []byte(name), sealed)
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // kept under another key: as good as none
	}
	var kept keptDraft
	if err := json.Unmarshal(plain, &kept); err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	return &kept, nil
}

// dropDraft forgets the draft of who asks, because it was filed or thrown away.
func (d *Desk) dropDraft(c *fiber.Ctx) error {
	_, err := d.Vault.Take(web.Context(c), draftKey(auth.Of(c).Account.Name), d.Now())
	if errors.Is(err, feedback.ErrNotFound) {
		return nil
	}
	return err
}

// HandDraft gives the entry that somebody began and did not file to who takes
// over. It stays where it is, until its time is over, if that colleague has one
// of their own or there is nobody.
func HandDraft(ctx context.Context, v feedback.Vault, keys feedback.Keys, from, to string, now time.Time) error {
	if to == "" {
		return nil
	}
	sealed, err := v.Look(ctx, draftKey(from), now)
	if errors.Is(err, feedback.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("hand over draft: %w", err)
	}
	plain, err := keys.Open(draftAs, []byte(from), sealed)
	if err != nil {
		return nil //nolint:nilerr // kept under another key: as good as none
	}
	if sealed, err = keys.Seal(draftAs, []byte(to), plain); err != nil {
		return fmt.Errorf("hand over draft: %w", err)
	}
	err = v.Keep(ctx, draftKey(to), sealed, now.Add(draftLife))
	if err == nil {
		_, err = v.Take(ctx, draftKey(from), now)
	}
	if err != nil && !errors.Is(err, feedback.ErrConflict) && !errors.Is(err, feedback.ErrNotFound) {
		return fmt.Errorf("hand over draft: %w", err)
	}
	return nil
}
