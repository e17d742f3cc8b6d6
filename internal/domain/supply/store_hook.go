package supply

import (
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The parts of a customer.
const (
	partNumber  = 1
	partMeter   = 2
	partAddress = 3
)

type partRow struct {
	CustomerID id.ID  `db:"customer_id"`
	Part       int    `db:"part"`
	Text       string `db:"text"`
}

// partsOf reads what customers are found by, current numbers and the accounts
// opened first before others.
func partsOf(tx *db.Tx, org id.ID, customers []id.ID) (rows []partRow, err error) {
	for _, read := range []struct{ head, tail string }{
		{"SELECT a.customer_id, 1 AS part, n.number AS text FROM account a JOIN account_number n ON n.org_id = a.org_id AND n.account_id = a.id",
			"ORDER BY n.former, a.id, n.number"},
		// CROSS JOIN keeps the order: SQLite would begin with all meters.
		{"SELECT a.customer_id, 2 AS part, m.asset_no AS text FROM account a CROSS JOIN metering_point p CROSS JOIN meter m",
			"AND p.org_id = a.org_id AND p.account_id = a.id AND m.org_id = p.org_id AND m.point_id = p.id ORDER BY a.id, m.asset_no"},
		{"SELECT a.customer_id, 3 AS part, p.address AS text FROM account a JOIN premise p ON p.org_id = a.org_id AND p.id = a.premise_id",
			"ORDER BY a.id"},
	} {
		var some []partRow
		text, args := db.In(new(db.Query).Where("a.org_id = ?", org), "a.customer_id", customers).Text(read.head, read.tail)
		if err := tx.Select(&some, text, args...); err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	return rows, nil
}

// maxOwned is above the number of accounts of any customer.
const maxOwned = 100_000

func accountsOf(tx *db.Tx, org, customer id.ID) (list []movedAccount, err error) {
	return list, tx.Select(&list, "SELECT id, account_no, version FROM account WHERE org_id = $1 AND customer_id = $2 ORDER BY id LIMIT $3", org, customer, maxOwned)
}

// giveAccounts moves all accounts of a customer and tells their new versions.
func giveAccounts(tx *db.Tx, org, from, to id.ID) ([]movedAccount, error) {
	list, err := accountsOf(tx, org, from)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec("UPDATE account SET customer_id = $1, version = version + 1, updated_at = $2 WHERE org_id = $3 AND customer_id = $4", to, tx.Now(), org, from)
	for i := range list {
		list[i].Version++
	}
	return list, err
}

func giveBack(tx *db.Tx, org, to id.ID, ids []id.ID) error {
	return inChunks(ids, func(part []id.ID) error {
		text, args := db.In(new(db.Query).Where("org_id = ?", org), "id", part).Text("", "")
		args = append(args, to, tx.Now())
		_, err := tx.Exec(fmt.Sprintf("UPDATE account SET customer_id = $%d, version = version + 1, updated_at = $%d%s", len(args)-1, len(args), text), args...)
		return err
	})
}

func accountNo(tx *db.Tx, org, account id.ID) (no string, err error) {
	_, err = tx.Find(&no, "SELECT account_no FROM account WHERE org_id = $1 AND id = $2", org, account)
	return no, err
}

// liveAccount is one account of the customer that is not closed, if any.
func liveAccount(tx *db.Tx, org, customer id.ID) (no string, live bool, err error) {
	live, err = tx.Find(&no, "SELECT account_no FROM account WHERE org_id = $1 AND customer_id = $2 AND status <> 'closed' ORDER BY id LIMIT 1", org, customer)
	return no, live, err
}
