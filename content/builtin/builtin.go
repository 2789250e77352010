// Package builtin holds the notices and the settings that the program shows
// where it is given no folder of its own. The body and everything that could
// identify a person or place in them is made up.
package builtin

import (
	"embed"
	"io/fs"
)

//go:embed *.md site.yaml
var files embed.FS

// FS is the folder of the built-in notices.
func FS() fs.FS { return files }
