package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

type certificateRef struct {
	Blind []byte `db:"blind"`
	Ref
}

// refsByCertificates finds the holders of certificates; merged customers are not
// in the index.
func refsByCertificates(tx *db.Tx, org id.ID, blinds [][]byte) (refs []certificateRef, err error) {
	q := db.In(new(db.Query).Where("k.org_id = ?", org), "k.blind", blinds)
	text, args := q.Text(`SELECT k.blind, c.id, c.org_id, c.customer_no, c.kind, c.status, c.name, c.version FROM customer_certificate k
		JOIN customer c ON c.org_id = k.org_id AND c.id = k.customer_id`, "ORDER BY k.blind, c.id")
	return refs, tx.Select(&refs, text, args...)
}
