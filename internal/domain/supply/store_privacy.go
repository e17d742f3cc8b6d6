package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// heldFrom joins what a person has to his accounts, by kind.
var heldFrom = map[string]string{
	"account":            "FROM account a",
	"supply_contract":    "FROM account a JOIN supply_contract x ON x.org_id = a.org_id AND x.account_id = a.id",
	"consumption":        "FROM account a JOIN consumption x ON x.org_id = a.org_id AND x.account_id = a.id",
	"installation_staff": "FROM account a JOIN own_installation x ON x.org_id = a.org_id AND x.account_id = a.id AND x.staff_key IS NOT NULL",
	"premise":            "FROM account a JOIN premise x ON x.org_id = a.org_id AND x.id = a.premise_id",
}

func heldBy(org id.ID, customers []id.ID) *db.Query {
	return db.In(new(db.Query).Where("a.org_id = ?", org), "a.customer_id", customers)
}

func countHeld(tx *db.Tx, kind string, org id.ID, customers []id.ID) (n int64, err error) {
	text, args := heldBy(org, customers).Text("SELECT count(*) "+heldFrom[kind], "")
	return n, tx.Get(&n, text, args...)
}

// runningContract is one contract in force of a customer's live or closed accounts.
func runningContract(tx *db.Tx, org, customer id.ID) (no string, running bool, err error) {
	running, err = tx.Find(&no, `SELECT x.contract_no FROM account a JOIN supply_contract x ON x.org_id = a.org_id AND x.account_id = a.id
		WHERE a.org_id = $1 AND a.customer_id = $2 AND x.status = 'in_force' AND (x.valid_to = '' OR x.valid_to >= $3) ORDER BY x.id LIMIT 1`, org, customer, tx.Now().Day())
	return no, running, err
}

type heldAccount struct {
	AccountNo  string   `db:"account_no"`
	Name       string   `db:"name"`
	Status     string   `db:"status"`
	Class      string   `db:"class"`
	Address    string   `db:"address"`
	PremiseID  id.ID    `db:"premise_id"`
	SealedNote []byte   `db:"access_note"`
	ContractVA int64    `db:"contract_va"`
	OpenedOn   when.Day `db:"opened_on"`
	ClosedOn   when.Day `db:"closed_on"`
}

func heldAccounts(tx *db.Tx, org id.ID, customers []id.ID) (rows []heldAccount, err error) {
	text, args := heldBy(org, customers).Text(`SELECT a.account_no, a.name, a.status, a.class, coalesce(p.address, '') AS address, a.premise_id, p.access_note, a.contract_va, a.opened_on, a.closed_on
		FROM account a LEFT JOIN premise p ON p.org_id = a.org_id AND p.id = a.premise_id`, "ORDER BY a.account_no, a.id LIMIT ?", maxOwned)
	return rows, tx.Select(&rows, text, args...)
}

// What is given of meters and contracts: three or five texts a row.
var (
	heldMeters = heldRows{`SELECT a.account_no AS c1, m.asset_no AS c2, m.installed_on AS c3, '' AS c4, '' AS c5
		FROM account a JOIN metering_point p ON p.org_id = a.org_id AND p.account_id = a.id JOIN meter m ON m.org_id = p.org_id AND m.point_id = p.id`,
		"ORDER BY a.account_no, m.asset_no LIMIT ?", 3}
	heldContracts = heldRows{`SELECT a.account_no AS c1, x.contract_no AS c2, x.signed_on AS c3, x.valid_from AS c4, x.valid_to AS c5
		FROM account a JOIN supply_contract x ON x.org_id = a.org_id AND x.account_id = a.id`, "ORDER BY a.account_no, x.valid_from, x.id LIMIT ?", 5}
)

type heldRows struct {
	head, tail string
	columns    int
}

func rowsOf(tx *db.Tx, h heldRows, p privacy.Person) (cells [][]string, err error) {
	var rows []struct {
		C1 string `db:"c1"`
		C2 string `db:"c2"`
		C3 string `db:"c3"`
		C4 string `db:"c4"`
		C5 string `db:"c5"`
	}
	text, args := heldBy(p.OrgID, p.IDs).Text(h.head, h.tail, maxOwned)
	err = tx.Select(&rows, text, args...)
	for _, r := range rows {
		cells = append(cells, []string{r.C1, r.C2, r.C3, r.C4, r.C5}[:h.columns])
	}
	return cells, err
}

type heldMonth struct {
	AccountNo string `db:"account_no"`
	Month     int    `db:"month"`
	EnergyWh  int64  `db:"energy_wh"`
}

func heldMonths(tx *db.Tx, org id.ID, customers []id.ID) (rows []heldMonth, err error) {
	text, args := heldBy(org, customers).Text("SELECT a.account_no, x.month, x.energy_wh "+heldFrom["consumption"], "ORDER BY a.account_no, x.month LIMIT ?", maxOwned)
	return rows, tx.Select(&rows, text, args...)
}

func heldInstallations(tx *db.Tx, org id.ID, customers []id.ID) (rows []installationRow, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "staff_key", customers).Text(installations.selecting(), "ORDER BY valid_from, id LIMIT ?", maxOwned)
	return rows, tx.Select(&rows, text, args...)
}

// eraseHeld: see EraseTx.
func eraseHeld(tx *db.Tx, org id.ID, customers []id.ID, name string) error {
	for _, c := range customers {
		if _, err := tx.Exec(`UPDATE premise SET access_note = $4, version = version + 1, updated_at = $1 WHERE org_id = $2 AND access_note <> $4
			AND id IN (SELECT premise_id FROM account WHERE org_id = $2 AND customer_id = $3)
			AND id NOT IN (SELECT premise_id FROM account WHERE org_id = $2 AND premise_id IS NOT NULL AND (customer_id IS NULL OR customer_id <> $3) AND status <> 'closed'
				AND premise_id IN (SELECT premise_id FROM account WHERE org_id = $2 AND customer_id = $3))`, tx.Now(), org, c, []byte{}); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE account SET name = $1, version = version + 1, updated_at = $2 WHERE org_id = $3 AND customer_id = $4 AND name <> $5", name, tx.Now(), org, c, name); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE own_installation SET staff = $1, staff_key = NULL, version = version + 1, updated_at = $2 WHERE org_id = $3 AND staff_key = $4",
			[]byte{}, tx.Now(), org, c); err != nil {
			return err
		}
	}
	return nil
}
