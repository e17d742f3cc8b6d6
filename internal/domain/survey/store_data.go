package survey

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// dataRow is a data set; FinishedAt is 0 while it is imported. What a file, its headings
// and its levels are called may tell of persons and is stored sealed.
type dataRow struct {
	OrgID       id.ID        `db:"org_id"`
	ID          id.ID        `db:"id"`
	StudyID     id.ID        `db:"study_id"`
	FileID      id.ID        `db:"file_id"`
	FileName    string       `db:"-"`
	FileSHA256  []byte       `db:"file_sha256"`
	Mapping     string       `db:"-"` // JSON
	Description string       `db:"-"` // JSON
	SHA256      []byte       `db:"sha256"`
	CreatedBy   id.ID        `db:"created_by"`
	CreatedName string       `db:"created_name"`
	CreatedAt   when.Instant `db:"created_at"`
	FinishedAt  when.Instant `db:"finished_at"`
}

const dataColumns = `org_id, id, study_id, file_id, file_name, file_sha256, mapping, description, sha256, created_by, created_name, created_at, finished_at`

func (r dataRow) place(column string) crypt.Place {
	return crypt.Place{Table: "survey_data", Column: column, ID: r.ID}
}

func insertData(tx *db.Tx, own *crypt.Subject, d dataRow) error {
	_, err := tx.Exec("INSERT INTO survey_data ("+dataColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
		d.OrgID, d.ID, d.StudyID, d.FileID, own.Seal(d.place("file_name"), d.FileName), d.FileSHA256, own.Seal(d.place("mapping"), d.Mapping),
		own.Seal(d.place("description"), d.Description), []byte{}, d.CreatedBy, d.CreatedName, d.CreatedAt, d.FinishedAt)
	return err
}

func finishData(tx *db.Tx, own *crypt.Subject, d dataRow) error {
	return tx.ExecOne(db.ErrNotFound, "UPDATE survey_data SET description = $1, sha256 = $2, finished_at = $3 WHERE org_id = $4 AND id = $5",
		own.Seal(d.place("description"), d.Description), d.SHA256, d.FinishedAt, d.OrgID, d.ID)
}

func dataByID(tx *db.Tx, own *crypt.Subject, org, i id.ID) (dataRow, error) {
	var row struct {
		dataRow
		SealedName        []byte `db:"file_name"`
		SealedMapping     []byte `db:"mapping"`
		SealedDescription []byte `db:"description"`
	}
	err := tx.Get(&row, "SELECT "+dataColumns+" FROM survey_data WHERE org_id = $1 AND id = $2", org, i)
	for _, c := range []struct {
		column string
		sealed []byte
		into   *string
	}{{"file_name", row.SealedName, &row.FileName}, {"mapping", row.SealedMapping, &row.Mapping}, {"description", row.SealedDescription, &row.Description}} {
		if err == nil {
			*c.into, err = own.Open(row.place(c.column), c.sealed)
		}
	}
	return row.dataRow, err
}

func (r dataRow) data() (Data, error) {
	d := Data{ID: r.ID, FileID: r.FileID, FileName: r.FileName, FileSHA256: r.FileSHA256, SHA256: r.SHA256, CreatedAt: r.CreatedAt, FinishedAt: r.FinishedAt}
	if err := json.Unmarshal([]byte(r.Mapping), &d.Mapping); err != nil {
		return Data{}, fmt.Errorf("survey: data %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Description), &d.Description); err != nil {
		return Data{}, fmt.Errorf("survey: data %s: %w", r.ID, err)
	}
	return d, nil
}

func place(data id.ID, blockNo int) crypt.Place {
	return crypt.Place{Table: "survey_block", Column: fmt.Sprintf("content %d", blockNo), ID: data}
}

func insertBlock(tx *db.Tx, org, data id.ID, blockNo int, content []byte) error {
	_, err := tx.Exec("INSERT INTO survey_block (org_id, data_id, block_no, content) VALUES ($1, $2, $3, $4)", org, data, blockNo, content)
	return err
}

type blockRow struct {
	BlockNo int    `db:"block_no"`
	Content []byte `db:"content"`
}

// eachBlock gives the blocks from first to last in order.
func eachBlock(tx *db.Tx, company *crypt.Company, org, data id.ID, first, last int, fn func(b *block) error) error {
	return db.Each(tx, func(row blockRow) error {
		raw, err := company.Own().OpenBytes(place(data, row.BlockNo), row.Content)
		if err != nil {
			return fmt.Errorf("survey: block %d of data %s: %w", row.BlockNo, data, err)
		}
		b, err := decodeBlock(raw)
		if err != nil {
			return err
		}
		return fn(b)
	}, "SELECT block_no, content FROM survey_block WHERE org_id = $1 AND data_id = $2 AND block_no BETWEEN $3 AND $4 ORDER BY block_no", org, data, first, last)
}

func deleteBlocks(tx *db.Tx, org, data id.ID) error {
	_, err := tx.Exec("DELETE FROM survey_block WHERE org_id = $1 AND data_id = $2", org, data)
	return err
}

// deleteOtherData removes every data set of a study but one; the zero id keeps
// none.
func deleteOtherData(tx *db.Tx, study Study, keep id.ID) error {
	var found []id.ID
	if err := tx.Select(&found, "SELECT id FROM survey_data WHERE org_id = $1 AND study_id = $2 ORDER BY id LIMIT 1000", study.OrgID, study.ID); err != nil {
		return err
	}
	for _, data := range found {
		if data == keep {
			continue
		}
		if err := deleteData(tx, study.OrgID, data); err != nil {
			return err
		}
	}
	return nil
}

func deleteData(tx *db.Tx, org, data id.ID) error {
	if err := deleteBlocks(tx, org, data); err != nil {
		return err
	}
	_, err := tx.Exec("DELETE FROM survey_data WHERE org_id = $1 AND id = $2", org, data)
	return err
}
