package document

import (
	"context"
)

func readHTML(ctx context.Context, name, text string, found encoding) (*Document, error) {
	return nil, ctx.Err()
}
