package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Head is what every record begins with.
type Head struct {
	OrgID     id.ID        `db:"org_id" json:"org_id"`
	ID        id.ID        `db:"id" json:"id"`
	Version   int64        `db:"version" json:"version"`
	CreatedAt when.Instant `db:"created_at" json:"created_at"`
	UpdatedAt when.Instant `db:"updated_at" json:"updated_at"`
	Names     *Names       `db:"-" json:"names,omitempty" doc:"of what the record refers to; in lists only"`
}

func (h *Head) head() *Head { return h }

func (h *Head) values() []any { return []any{h.OrgID, h.ID, h.Version, h.CreatedAt, h.UpdatedAt} }

const headColumns = "org_id, id, version, created_at, updated_at"

// begin makes the head of a new record; an ID already set stays, so that a batch
// can name its records before they are kept.
func (h *Head) begin(tx *db.Tx, org id.ID) {
	if h.ID.IsZero() {
		h.ID = tx.NewID()
	}
	h.OrgID, h.Version, h.CreatedAt, h.UpdatedAt = org, 1, tx.Now(), tx.Now()
}

// present makes an empty list of none: null is no list to a reader.
func present[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// recordOf is a pointer to a record that embeds Head.
type recordOf[R any] interface {
	*R
	head() *Head
	// row gives the values behind the head, in the order of the table's columns.
	row() []any
}
