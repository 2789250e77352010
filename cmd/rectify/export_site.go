package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"rectify/site/export"
)

// exportCmd writes things out. Each kind is a command of its own below it.
type exportCmd struct {
	Data exportDataCmd `cmd:"" default:"withargs" help:"Write submissions as data (the default)."`
	Site exportSiteCmd `cmd:"" help:"Write the public part as static files that a portal can host (in Chinese)."`
}

// exportSiteCmd writes the public part of the site as files.
type exportSiteCmd struct {
	stored
	Dir     string `arg:"" type:"path" help:"Folder to write; must be new or empty."`
	Content string `help:"Folder of notices and site.yaml; the built-in notices where none is given." type:"path" placeholder:"DIR"`
	BaseURL string `name:"base-url" help:"Where the files will stand; without it feeds and site maps are left out." placeholder:"URL"`
	Live    string `help:"The live site, to which forms and search lead; without it they are left out." placeholder:"URL"`
	Force   bool   `help:"Replace an earlier export."`
}

// Run asks the site itself, in this process, for every public page.
func (c *exportSiteCmd) Run(ctx context.Context) error {
	live, err := wholeURL("--live", c.Live)
	if err != nil {
		return err
	}
	out, err := openOutlet(c.Dir, c.Force)
	if err != nil {
		return err
	}
	files, err := c.write(ctx, out, live)
	if err == nil {
		err = out.swap()
	}
	if err != nil {
		return errors.Join(err, out.discard())
	}
	fmt.Printf("%s：%d个文件（只有中文）\n", c.Dir, files)
	return out.root.Close()
}

func (c *exportSiteCmd) write(ctx context.Context, out *outlet, live string) (int, error) {
	s := &server{cmd: &serveCmd{stored: c.stored, Content: c.Content, BaseURL: c.BaseURL, Limits: "off"}, log: logger()}
	if err := s.open(ctx); err != nil {
		return 0, err
	}
	site := s.live.Load()
	if err := site.CountOnce(ctx); err != nil {
		return 0, errors.Join(fmt.Errorf("figures: %w", err), s.store.Close())
	}
	origin, base := "", ""
	if u, err := url.Parse(c.BaseURL); err == nil && u.Host != "" {
		origin, base = u.Scheme+"://"+u.Host, strings.TrimRight(u.Path, "/")
	}
	x := export.Exporter{Serve: site.Serve, Table: site.Table(), Base: base, Origin: origin, Live: live, Write: out.write}
	files, err := x.Run(ctx)
	if lacking := s.config.Figures.Lacking.Load(); err == nil && lacking > 0 {
		err = fmt.Errorf("%d pages lack opinions that could not be read; nothing was exported", lacking)
	}
	return files, errors.Join(err, s.store.Close())
}

// wholeURL holds a flag to an http address, without its last slash.
func wholeURL(flag, s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("%s %q: want http(s)://host/path: %w", flag, s, errUsage)
	}
	return strings.TrimRight(s, "/"), nil
}

// Beside the folder that is asked for stand, while it is being written, a new
// one and, while the two change places, the old one.
const (
	newSuffix = ".new"
	oldSuffix = ".old"
)

// outlet is a folder that is written beside its place and then put there in one
// step. Nothing outside its parent can be reached through it, links or not.
type outlet struct {
	root  *os.Root // the parent
	name  string
	fresh *os.Root
	moved bool
}

// openOutlet makes the new folder. What stands at dir must be empty, or with
// force an earlier export.
func openOutlet(dir string, force bool) (*outlet, error) {
	o := &outlet{name: filepath.Base(dir)}
	if o.name == "." || o.name == string(filepath.Separator) {
		return nil, fmt.Errorf("%s cannot be replaced: %w", dir, errUsage)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil { //nolint:gosec // what is published may be read by a web server
		return nil, fmt.Errorf("export: %w", err)
	}
	var err error
	if o.root, err = os.OpenRoot(filepath.Dir(dir)); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	if err = o.prepare(force); err != nil {
		return nil, errors.Join(fmt.Errorf("export to %s: %w", dir, err), o.root.Close())
	}
	return o, nil
}

func (o *outlet) prepare(force bool) error {
	list, err := fs.ReadDir(o.root.FS(), o.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err //nolint:wrapcheck // wrapped by the caller
	case len(list) > 0 && !force:
		return fmt.Errorf("the folder is not empty (--force replaces an earlier export): %w", errUsage)
	case len(list) > 0 && !o.exported():
		return fmt.Errorf("the folder holds something else than an export; it is left alone: %w", errUsage)
	}
	for _, suffix := range []string{newSuffix, oldSuffix} {
		if _, err := o.root.Lstat(o.name + suffix); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s%s is in the way, perhaps from an export that was cut off; remove it: %w", o.name, suffix, errUsage)
		}
	}
	if err := o.root.Mkdir(o.name+newSuffix, 0o755); err != nil {
		return err //nolint:wrapcheck // wrapped by the caller
	}
	o.fresh, err = o.root.OpenRoot(o.name + newSuffix)
	return err //nolint:wrapcheck // wrapped by the caller
}

// exported reports whether what stands there looks like an export: a front
// page and a named style sheet.
func (o *outlet) exported() bool {
	sheets, err := fs.Glob(o.root.FS(), path.Join(escapeGlob(o.name), "static/site.*.css"))
	if err != nil || len(sheets) == 0 {
		return false
	}
	_, err = o.root.Stat(path.Join(o.name, "index.html"))
	return err == nil
}

// escapeGlob takes their meaning from the letters of a pattern.
func escapeGlob(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}

// write keeps one file of the new folder.
func (o *outlet) write(name string, data []byte) error {
	if !fs.ValidPath(name) {
		return fmt.Errorf("%q is no name for a file", name)
	}
	if err := o.fresh.MkdirAll(path.Dir(name), 0o755); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := o.fresh.WriteFile(name, data, 0o644); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// swap puts the new folder in its place. Where that fails the old one is put
// back.
func (o *outlet) swap() error {
	if err := o.fresh.Close(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	_, err := o.root.Lstat(o.name)
	stands := err == nil
	if stands {
		if err := o.root.Rename(o.name, o.name+oldSuffix); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	if err := o.root.Rename(o.name+newSuffix, o.name); err != nil {
		if stands {
			err = errors.Join(err, o.root.Rename(o.name+oldSuffix, o.name))
		}
		return fmt.Errorf("export: %w", err)
	}
	o.moved = true
	if !stands {
		return nil
	}
	if err := o.root.RemoveAll(o.name + oldSuffix); err != nil {
		return fmt.Errorf("export: remove the earlier one: %w", err)
	}
	return nil
}

// discard removes what was written so far; what stood there before is untouched.
func (o *outlet) discard() error {
	if o.moved {
		return o.root.Close()
	}
	_ = o.fresh.Close() // it may be closed already
	return errors.Join(o.root.RemoveAll(o.name+newSuffix), o.root.Close())
}
