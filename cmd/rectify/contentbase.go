package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"rectify/content/shelf/mirror"
)

// baseFile stands in the folder and says what it and a database last agreed on.
// Without it push takes the folder to be right, and pull overwrites nothing.
const baseFile = ".rectify-content.json"

type agreement struct {
	Database string      `json:"database"`
	Files    mirror.Base `json:"files"`
}

// base is what folder and database last agreed on; nothing for another database.
func (c *moving) base() mirror.Base {
	src, err := os.ReadFile(filepath.Join(c.Dir, baseFile))
	var a agreement
	if err != nil || json.Unmarshal(src, &a) != nil || a.Database != c.place() || a.Files == nil {
		return mirror.Base{}
	}
	return a.Files
}

// agree keeps it, in one step.
func (c *moving) agree(base mirror.Base) error {
	src, err := json.MarshalIndent(agreement{Database: c.place(), Files: base}, "", " ")
	if err != nil {
		return fmt.Errorf("%s: %w", baseFile, err)
	}
	f, err := os.CreateTemp(c.Dir, baseFile+".*.new")
	if err != nil {
		return fmt.Errorf("%s: %w", baseFile, err)
	}
	_, err = f.Write(append(src, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(c.Dir, baseFile))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", baseFile, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// place names a database without what opens it.
func (c *moving) place() string {
	host := ""
	if u, err := url.Parse(c.Mongo); err == nil {
		host = u.Host
	}
	return host + "/" + c.database()
}
