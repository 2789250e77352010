package library

import (
	"context"
	"fmt"
	"io/fs"

	"rectify/content"
	"rectify/content/check"
)

// Read parses and checks every notice in a folder and all of them together.
// It is what the command rectify check does, too.
func Read(ctx context.Context, fsys fs.FS) ([]*content.Notice, []content.Diagnostic, error) {
	files, err := sources(fsys)
	if err != nil {
		return nil, nil, err
	}
	var notices []*content.Notice
	var found []content.Diagnostic
	names := make(map[*content.Notice]string)
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		name := file.Name()
		src, err := readFile(fsys, name)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		n, ds := one(name, src, beside(fsys))
		found = append(found, ds...)
		notices = append(notices, n)
		names[n] = name
	}
	found = append(found, check.Set(notices, func(n *content.Notice) string { return names[n] })...)
	return notices, found, nil
}
