package site

import "rectify/site/body"

// settings are where the body's site.yaml stands with its versions; nil where no
// versions are kept.
func (s *Site) settings() *body.Settings {
	if s.cfg.Press == nil || s.cfg.Archive == nil {
		return nil
	}
	return &body.Settings{Place: s.cfg.Press.Notices, Versions: s.cfg.Archive.Shelf, Default: s.cfg.Default, Now: s.cfg.Now}
}
