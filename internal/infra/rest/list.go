package rest

import (
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// List is the envelope of every list. An absent next_cursor means the end.
type List[T any] struct {
	Items      []T    `json:"items" nullable:"false"`
	NextCursor string `json:"next_cursor,omitempty" doc:"give it as cursor for the next page"`
}

// Paging is embedded by the inputs of lists.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"how many at most"`
	Cursor string `query:"cursor" maxLength:"2000" doc:"next_cursor of the page before"`
}

// IfMatch is embedded by the inputs of changes, which call Version.
type IfMatch struct {
	IfMatch string `header:"If-Match" doc:"ETag of the version the change was made from"`
}

// ErrIfMatch: a change without the version it was made from.
var ErrIfMatch = fault.New(fault.Unversioned, "request.if_match")

// Version is the version the change was made from. A proxy that compresses makes
// the tag a weak one; the version it names is the same.
func (m IfMatch) Version() (int64, error) {
	v, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(m.IfMatch, "W/"), `"`), 10, 64)
	if err != nil {
		return 0, ErrIfMatch
	}
	return v, nil
}

// Named is embedded by inputs whose path names a record.
type Named struct {
	ID id.ID `path:"id"`
}

// Versioned is embedded by the inputs of changes of the record that the path names.
type Versioned struct {
	Named
	IfMatch
}

// Step takes a step from the version that a change was made from, and answers with the
// record after it.
func Step[T any](in Versioned, take func(version int64) (T, error), answer func(T, error) (*Reply[T], error)) (*Reply[T], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return answer(take(version))
}

// ETag is the header value of a version.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// Idempotent is embedded by the inputs of operations that make something.
type Idempotent struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"the same key within 24 hours makes nothing twice"`
}
