package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"slices"
	"strings"
)

// Asset is a file that pages refer to. Its name holds a digest of its content,
// so that it may be kept for ever.
type Asset struct {
	Name string // site.3f2a91c0.css
	Type string
	Data []byte
}

// Assets are the style sheets, scripts and pictures of the site.
type Assets struct {
	base   string
	byName map[string]Asset  // by the name with the digest
	names  map[string]string // site.css → site.3f2a91c0.css
}

// sheets says which parts each style sheet is made of: a file, or a folder
// whose style sheets are joined in the order of their names.
func sheets() map[string][]string {
	return map[string][]string{
		"site.css": {"static/tokens.css", "static/base.css", "parts", "static/modes.css"},
		"desk.css": {"static/desk.css", "static/proposal.css", "static/enter.css", "static/case.css", "static/reply.css"},
	}
}

// NewAssets joins and names everything under static and the parts' styles.
func NewAssets(links Links) (*Assets, error) {
	a := &Assets{base: links.Base() + "/static/", byName: make(map[string]Asset), names: make(map[string]string)}
	joined := make(map[string]bool)
	for sheet, sources := range sheets() {
		var css strings.Builder
		for _, src := range sources {
			list, err := styleFiles(src)
			if err != nil {
				return nil, err
			}
			for _, name := range list {
				data, err := files.ReadFile(name)
				if err != nil {
					return nil, fmt.Errorf("style %s: %w", name, err)
				}
				joined[name] = true
				css.WriteString(squeeze(string(data)))
			}
		}
		a.add(sheet, []byte(css.String()))
	}
	err := fs.WalkDir(files, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || joined[name] {
			return err
		}
		data, err := files.ReadFile(name)
		if err == nil {
			a.add(path.Base(name), data)
		}
		return err //nolint:wrapcheck // wrapped below
	})
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	return a, nil
}

func styleFiles(src string) ([]string, error) {
	if path.Ext(src) == ".css" {
		return []string{src}, nil
	}
	var names []string
	err := fs.WalkDir(files, src, func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".css" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("styles in %s: %w", src, err)
	}
	slices.Sort(names)
	return names, nil
}

// squeeze drops comments and the white space at the ends of lines. The sheets
// hold no string in which /* could stand.
func squeeze(css string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(css, "/*")
		for line := range strings.SplitSeq(before, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				b.WriteString(line)
				b.WriteByte('\n')
			}
		}
		if !found {
			return b.String()
		}
		_, css, _ = strings.Cut(rest, "*/")
	}
}

func (a *Assets) add(name string, data []byte) {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	full := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	kind := mime.TypeByExtension(ext)
	switch ext { // fixed, so that a machine without a mime table answers the same
	case ".css":
		kind = "text/css; charset=utf-8"
	case ".js":
		kind = "text/javascript; charset=utf-8"
	case ".svg":
		kind = "image/svg+xml"
	}
	a.byName[full] = Asset{Name: full, Type: kind, Data: data}
	a.names[name] = full
}

// URL is the address of an asset by its plain name.
func (a *Assets) URL(name string) string { return a.base + a.names[name] }

// Get answers an asset by the name with its digest.
func (a *Assets) Get(full string) (Asset, bool) {
	x, ok := a.byName[full]
	return x, ok
}

// All lists every asset.
func (a *Assets) All() []Asset {
	var all []Asset
	for _, x := range a.byName {
		all = append(all, x)
	}
	return all
}
