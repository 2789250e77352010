package public

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"rectify/site/ui"
)

// ToldNote is the mark under which a version of the privacy notice is kept.
const ToldNote = "privacy notice "

// ToldVersion is a version of the notice that was in use.
type ToldVersion struct {
	Version string    `json:"version"`
	Since   time.Time `json:"since"`
	Zh      []ui.Part `json:"zh"`
	En      []ui.Part `json:"en"`
}

// Parts are the words in the reader's language.
func (v ToldVersion) Parts(english bool) []ui.Part {
	if english {
		return v.En
	}
	return v.Zh
}

// KeepTold sees to it that the words of the notice that senders are shown now are
// kept for as long as submissions name it. It is called beside requests, until it
// succeeds: while the store is away it must hold up no sender.
func (p *Pages) KeepTold(ctx context.Context) error {
	if p.told.Load() {
		return nil
	}
	v := ToldVersion{Version: p.Site.ToldVersion(), Since: p.Now().UTC().Truncate(time.Second), Zh: p.Site.Told("zh").Parts, En: p.Site.Told("en").Parts}
	value, err := json.Marshal(v)
	if err == nil {
		_, err = p.Vault.Mark(ctx, ToldNote+v.Version, string(value))
	}
	if err != nil {
		return fmt.Errorf("keep privacy notice: %w", err)
	}
	p.told.Store(true)
	return nil
}

// ToldBefore lists the versions that were in use, but for the one that is,
// newest first.
func (p *Pages) ToldBefore(ctx context.Context) ([]ToldVersion, error) {
	if p.Marked == nil {
		return nil, nil
	}
	marks, err := p.Marked(ctx)
	if err != nil {
		return nil, err
	}
	var list []ToldVersion
	for name, value := range marks {
		var v ToldVersion
		version, ok := strings.CutPrefix(name, ToldNote)
		if !ok || version == p.Site.ToldVersion() {
			continue
		}
		if err := json.Unmarshal([]byte(value), &v); err != nil {
			return nil, fmt.Errorf("privacy notice %s: %w", version, err)
		}
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b ToldVersion) int { return b.Since.Compare(a.Since) })
	return list, nil
}
