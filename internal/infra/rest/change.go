package rest

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// ChangeRequest changes a record by an input.
type ChangeRequest[I any] struct {
	Versioned
	Body I
}

// Change is the handler of a step that changes a record; version tells the one after it.
func Change[I, D any](take func(ctx context.Context, i id.ID, version int64, in I) (D, error), version func(D) int64) func(context.Context, *ChangeRequest[I]) (*Reply[D], error) {
	return func(ctx context.Context, in *ChangeRequest[I]) (*Reply[D], error) {
		before, err := in.Version()
		if err != nil {
			return nil, err
		}
		d, err := take(ctx, in.ID, before, in.Body)
		return &Reply[D]{ETag: ETag(version(d)), Body: d}, err
	}
}
