package customer

import (
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const analysisColumns = "org_id, id, customer_id, origin_id, aspect, level, on_day, at, author_id, author_name, body, version"

type analysisRow struct {
	OrgID      id.ID        `db:"org_id"`
	ID         id.ID        `db:"id"`
	CustomerID id.ID        `db:"customer_id"`
	OriginID   id.ID        `db:"origin_id"`
	Aspect     Aspect       `db:"aspect"`
	Level      int          `db:"level"`
	OnDay      when.Day     `db:"on_day"`
	At         when.Instant `db:"at"`
	AuthorID   id.ID        `db:"author_id"`
	AuthorName string       `db:"author_name"`
	Body       []byte       `db:"body"`
	Version    int64        `db:"version"`
}

func (r analysisRow) place() (when.Instant, id.ID) { return r.At, r.ID }
func (r analysisRow) origin() id.ID                { return r.OriginID }

func (r analysisRow) values() []any {
	return []any{r.OrgID, r.ID, r.CustomerID, r.OriginID, r.Aspect, r.Level, r.OnDay, r.At, r.AuthorID, r.AuthorName, r.Body, r.Version}
}

func insertAnalysis(tx *db.Tx, r analysisRow) error {
	_, err := tx.Exec("INSERT INTO customer_analysis ("+analysisColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", r.values()...)
	return err
}

func analysisByID(tx *db.Tx, o owner, i id.ID) (r analysisRow, err error) {
	text, args := partQuery(o).Where("id = ?", i).Text("SELECT "+analysisColumns+" FROM customer_analysis", "")
	return r, tx.Get(&r, text, args...)
}

// latestAnalyses are the newest entries of each aspect.
func latestAnalyses(tx *db.Tx, o owner) (rows []analysisRow, err error) {
	parts, args := make([]string, len(aspects)), []any{o.OrgID, o.ID}
	for i, a := range aspects {
		args = append(args, a)
		parts[i] = fmt.Sprintf("SELECT * FROM (SELECT %s FROM customer_analysis WHERE org_id = $1 AND customer_id = $2 AND aspect = $%d ORDER BY at DESC, id DESC LIMIT 1) AS a%d",
			analysisColumns, i+3, i)
	}
	return rows, tx.Select(&rows, strings.Join(parts, " UNION ALL "), args...)
}
