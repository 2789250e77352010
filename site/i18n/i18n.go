// Package i18n holds every word that the program says to people, Chinese first
// and English second, as one catalogue of codes: pages, errors, mails and the
// command line alike.
//
// It must not know what the words are about: no notice, no submission, no web.
//
// Start reading at this file; the words stand in zh/*.json and en/*.json, one
// file a room, each code once.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed zh/*.json en/*.json
var words embed.FS

// Lang is a language of the interface; its value is the BCP 47 tag for lang=.
type Lang string

// The languages of the interface. A document's own text stays Chinese.
const (
	Chinese Lang = "zh-CN"
	English Lang = "en"
)

// Catalogue is the whole of the words, immutable after Load.
type Catalogue struct {
	texts map[Lang]map[string]string
}

// Load reads the embedded words. It fails when a code stands twice, or in one
// language only.
func Load() (*Catalogue, error) {
	c := &Catalogue{texts: make(map[Lang]map[string]string)}
	for dir, lang := range map[string]Lang{"zh": Chinese, "en": English} {
		texts, err := read(dir)
		if err != nil {
			return nil, err
		}
		c.texts[lang] = texts
	}
	for code := range c.texts[Chinese] {
		if _, ok := c.texts[English][code]; !ok {
			return nil, fmt.Errorf("words: %q has no English", code)
		}
	}
	for code := range c.texts[English] {
		if _, ok := c.texts[Chinese][code]; !ok {
			return nil, fmt.Errorf("words: %q has no Chinese", code)
		}
	}
	return c, nil
}

func read(dir string) (map[string]string, error) {
	files, err := fs.Glob(words, dir+"/*.json")
	if err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	all := make(map[string]string)
	for _, name := range files {
		src, err := words.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("words: %w", err)
		}
		var texts map[string]string
		if err := json.Unmarshal(src, &texts); err != nil {
			return nil, fmt.Errorf("words: %s: %w", path.Base(name), err)
		}
		for code, text := range texts {
			if _, twice := all[code]; twice {
				return nil, fmt.Errorf("words: %q stands twice in %s", code, dir)
			}
			all[code] = text
		}
	}
	return all, nil
}

// Text says code in lang, with {0}, {1}… replaced by args. An unknown code is
// said as itself in ⟦⟧, so that it is seen; a test keeps it from happening.
func (c *Catalogue) Text(lang Lang, code string, args ...any) string {
	text, ok := c.texts[lang][code]
	if !ok {
		return "⟦" + code + "⟧"
	}
	if len(args) == 0 {
		return text
	}
	pairs := make([]string, 0, 2*len(args))
	for i, a := range args {
		if named, ok := a.(interface{ TextCode() string }); ok {
			a = c.Text(lang, named.TextCode())
		}
		pairs = append(pairs, fmt.Sprintf("{%d}", i), fmt.Sprint(a))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Has reports whether the catalogue knows code.
func (c *Catalogue) Has(code string) bool {
	_, ok := c.texts[Chinese][code]
	return ok
}

// Codes lists every code, sorted.
func (c *Catalogue) Codes() []string {
	var codes []string
	for code := range c.texts[Chinese] {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// Prefer picks the language for an Accept-Language header: English only when it
// is asked for before any Chinese.
func Prefer(accept string) Lang {
	for part := range strings.SplitSeq(accept[:min(len(accept), 200)], ",") {
		tag, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.HasPrefix(strings.TrimSpace(q), "q=0") && !strings.Contains(q, ".") {
			continue
		}
		switch tag = strings.ToLower(strings.TrimSpace(tag)); {
		case strings.HasPrefix(tag, "zh"):
			return Chinese
		case tag == "en" || strings.HasPrefix(tag, "en-"):
			return English
		}
	}
	return Chinese
}
