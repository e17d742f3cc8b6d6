package feedback

import (
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

var caseNames = strings.Fields(`org_id id case_no type category state channel source area circumstances severity severity_reason severity_rule secret anonymous quiet repeat_of
	customer_id origin_id account_id equipment_id unit_id owner_id owner_name registrar_id registrar_name lead_id import_id phone_blind body finding verdict verdict_by
	timely reasonable fair round received_at resolved_at ended_at due_stage due_state due_since due_at legal_at warn_level warn_at calendar_missing version created_at updated_at`)

var caseColumns = strings.Join(caseNames, ", ")

type caseRow struct {
	Case
	OriginID   id.ID  `db:"origin_id"`
	PhoneBlind []byte `db:"phone_blind"`
	Sealed     []byte `db:"body"`
}

// values are in the order of the columns.
func (r caseRow) values() []any {
	return []any{r.OrgID, r.ID, r.CaseNo, r.Type, r.Category, r.State, r.Channel, r.Source, r.Area, r.Circumstances, r.Severity, r.SeverityReason, r.SeverityRule, r.Secret, r.Anonymous, r.Quiet, r.RepeatOf,
		r.CustomerID, r.OriginID, r.AccountID, r.EquipmentID, r.UnitID, r.OwnerID, r.OwnerName, r.RegistrarID, r.RegistrarName, r.LeadID, r.ImportID, notNull(r.PhoneBlind), notNull(r.Sealed),
		r.Finding, r.Verdict, r.VerdictBy, r.Timely, r.Reasonable, r.Fair, r.Round, r.ReceivedAt, r.ResolvedAt, r.EndedAt, r.DueStage, r.DueState, r.DueSince, r.DueAt, r.LegalAt, r.WarnLevel, r.WarnAt,
		r.CalendarMissing, r.Version, r.CreatedAt, r.UpdatedAt}
}

// notNull keeps an empty value from being written as NULL: SQLite reads it as nil.
func notNull(b []byte) []byte { return append([]byte{}, b...) }

// marks are "$1, $2 … $n".
func marks(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprint("$", i+1)
	}
	return strings.Join(all, ", ")
}

var (
	insertCaseText = "INSERT INTO feedback_case (" + caseColumns + ") VALUES (" + marks(len(caseNames)) + ")"
	updateCaseText = updateText()
)

// updateText sets every column but those that name the case.
func updateText() string {
	var sets []string
	for i, name := range caseNames[3:] {
		sets = append(sets, fmt.Sprintf("%s = $%d", name, i+4))
	}
	return "UPDATE feedback_case SET " + strings.Join(sets, ", ") + fmt.Sprintf(" WHERE org_id = $1 AND id = $2 AND case_no = $3 AND version = $%d", len(caseNames)+1)
}

func insertCase(tx *db.Tx, r caseRow) error {
	return tx.ExecLater(insertCaseText, r.values()...)
}

func updateCase(tx *db.Tx, r caseRow, version int64) error {
	return tx.ExecOne(db.ErrStale, updateCaseText, append(r.values(), version)...)
}

func caseByID(tx *db.Tx, scope db.Scope, i id.ID) (r caseRow, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+caseColumns+" FROM feedback_case", "")
	return r, tx.Get(&r, text, args...)
}

// lockCase reads a case and keeps others from changing it until the transaction ends.
func lockCase(tx *db.Tx, scope db.Scope, i id.ID) (r caseRow, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+caseColumns+" FROM feedback_case", tx.Dialect().ForUpdate())
	return r, tx.Get(&r, text, args...)
}

func casesByID(tx *db.Tx, org id.ID, ids []id.ID) (rows []caseRow, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "id", ids).Text("SELECT "+caseColumns+" FROM feedback_case", "ORDER BY id")
	return rows, tx.Select(&rows, text, args...)
}

// ledBy are the cases joined into another.
func ledBy(tx *db.Tx, org, lead id.ID) (ids []id.ID, err error) {
	return ids, tx.Select(&ids, "SELECT id FROM feedback_case WHERE org_id = $1 AND lead_id = $2 ORDER BY id LIMIT 1000", org, lead)
}

// knownNumbers tells which numbers a company has cases of.
func knownNumbers(tx *db.Tx, org id.ID, numbers []string) (map[string]bool, error) {
	var found []string
	text, args := db.In(new(db.Query).Where("org_id = ?", org), "case_no", numbers).Text("SELECT case_no FROM feedback_case", "")
	err := tx.Select(&found, text, args...)
	known := make(map[string]bool, len(found))
	for _, n := range found {
		known[n] = true
	}
	return known, err
}

// endedBefore is the newest ended case of a customer about a category.
func endedBefore(tx *db.Tx, org, customer id.ID, category string) (i id.ID, err error) {
	text := "SELECT id FROM feedback_case WHERE org_id = $1 AND customer_id = $2 AND " + tx.Dialect().Unsorted("category") + " = $3 AND state = 'closed' ORDER BY received_at DESC, id DESC LIMIT 1"
	_, err = tx.Find(&i, text, org, customer, category) // a customer has few cases, a category many
	return i, err
}

// openAlike are open cases of a customer or of a caller's phone, the newest first.
func openAlike(tx *db.Tx, org, customer id.ID, blind []byte) (rows []caseRow, err error) {
	args, ways := []any{org}, []string{}
	open := func(column string, value any) {
		args = append(args, value)
		ways = append(ways, fmt.Sprintf("SELECT id FROM feedback_case WHERE org_id = $1 AND %s = $%d AND ended_at = 0", column, len(args)))
	}
	if !customer.IsZero() {
		open("customer_id", customer)
	}
	if len(blind) > 0 {
		open("phone_blind", blind)
	}
	if len(ways) == 0 {
		return nil, nil
	}
	text := "SELECT " + caseColumns + " FROM feedback_case WHERE org_id = $1 AND id IN (" + strings.Join(ways, " UNION ") + ") ORDER BY " + tx.Dialect().Unsorted("received_at") + " DESC, id DESC LIMIT 10"
	return rows, tx.Select(&rows, text, args...)
}

// servedCases lists open cases that somebody else than who took them in has in his hands,
// by identifier.
func servedCases(tx *db.Tx, org, after id.ID, limit int) (rows []caseRow, err error) {
	q := new(db.Query).Where("org_id = ?", org).Where("ended_at = 0").
		Where("owner_id IS NOT NULL AND customer_id IS NOT NULL AND unit_id IS NOT NULL AND (registrar_id IS NULL OR registrar_id <> owner_id)")
	if !after.IsZero() {
		q.Where("id > ?", after)
	}
	text, args := q.Text("SELECT "+caseColumns+" FROM feedback_case", "ORDER BY id LIMIT ?", limit)
	return rows, tx.Select(&rows, text, args...)
}

// ownOpened counts the customers somebody opened for himself since a moment.
func ownOpened(tx *db.Tx, org, user id.ID, since when.Instant) (n int, err error) {
	return n, tx.Get(&n, "SELECT count(*) FROM feedback_event WHERE org_id = $1 AND actor_id = $2 AND at > $3 AND kind = 'open_own'", org, user, since)
}

// openCases lists open cases by identifier.
func openCases(tx *db.Tx, org, after id.ID, limit int) (rows []id.ID, err error) {
	q := new(db.Query).Where("org_id = ?", org).Where("ended_at = 0")
	if !after.IsZero() {
		q.Where("id > ?", after)
	}
	text, args := q.Text("SELECT id FROM feedback_case", "ORDER BY id LIMIT ?", limit)
	return rows, tx.Select(&rows, text, args...)
}

// setDue saves the limits of a case, of which nothing else changed.
func setDue(tx *db.Tx, c Case) error {
	_, err := tx.Exec(`UPDATE feedback_case SET due_stage = $1, due_state = $2, due_since = $3, due_at = $4, legal_at = $5, warn_level = $6, warn_at = $7, calendar_missing = $8,
		version = version + 1 WHERE org_id = $9 AND id = $10`, c.DueStage, c.DueState, c.DueSince, c.DueAt, c.LegalAt, c.WarnLevel, c.WarnAt, c.CalendarMissing, c.OrgID, c.ID)
	return err
}

func countWaiting(tx *db.Tx, org id.ID) (n int64, err error) {
	return n, tx.Get(&n, "SELECT count(*) FROM feedback_case WHERE org_id = $1 AND calendar_missing", org)
}

const deadlineColumns = "org_id, case_id, round, stage, rule, since_at, state, target_at, legal_at, done_at"

func deadlinesOf(tx *db.Tx, org, i id.ID) (all []Deadline, err error) {
	return all, tx.Select(&all, "SELECT "+deadlineColumns+" FROM feedback_deadline WHERE org_id = $1 AND case_id = $2 ORDER BY round, since_at, stage", org, i)
}

// saveDeadlines puts the limits of a case in the place of those that were there.
func saveDeadlines(tx *db.Tx, org, i id.ID, all []Deadline) error {
	if _, err := tx.Exec("DELETE FROM feedback_deadline WHERE org_id = $1 AND case_id = $2", org, i); err != nil {
		return err
	}
	return insertDeadlines(tx, all)
}

func insertDeadlines(tx *db.Tx, all []Deadline) error {
	return insertRows(tx, "feedback_deadline", deadlineColumns, len(all), func(i int) []any {
		d := all[i]
		return []any{d.OrgID, d.CaseID, d.Round, d.Stage, d.Rule, d.SinceAt, d.State, d.TargetAt, d.LegalAt, d.DoneAt}
	})
}

const eventColumns = "org_id, case_id, id, at, kind, state, audience, actor_id, actor_name, origin_id, params, body"

func insertEvents(tx *db.Tx, all []event) error {
	return insertRows(tx, "feedback_event", eventColumns, len(all), func(i int) []any {
		e := all[i]
		return []any{e.OrgID, e.CaseID, e.ID, e.At, e.Kind, e.State, e.Audience, e.ActorID, e.ActorName, e.OriginID, e.RawParams, notNull(e.Body)}
	})
}

func insertRows(tx *db.Tx, table, columns string, n int, row func(i int) []any) error {
	return tx.Add(db.Bulk{Table: table, Columns: strings.Split(columns, ", "), Len: n, Row: row})
}

// stepKinds are the events deadlines are counted from.
var stepKinds = []string{string(Create), string(Dispatch), string(Accept), string(Transfer), string(Return), string(Pause), string(Resume), string(Progress), string(Resolve), string(Reopen),
	kindTakenBack}

// stepsOf are the events of a case that its limits are counted from, the oldest first.
func stepsOf(tx *db.Tx, org, i id.ID) (all []event, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", org).Where("case_id = ?", i), "kind", stepKinds).Text("SELECT "+eventColumns+" FROM feedback_event", "ORDER BY at, id")
	if err := tx.Select(&all, text, args...); err != nil {
		return nil, err
	}
	for n := range all {
		if err := all[n].read(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// eventsOf lists the events of a case after a position, the newest first.
func eventsOf(tx *db.Tx, org, i id.ID, at when.Instant, last id.ID, limit int) (all []event, err error) {
	q := new(db.Query).Where("org_id = ?", org).Where("case_id = ?", i)
	if !last.IsZero() {
		q.Where("(at, id) < (?, ?)", at, last)
	}
	text, args := q.Text("SELECT "+eventColumns+" FROM feedback_event", "ORDER BY at DESC, id DESC LIMIT ?", limit)
	if err := tx.Select(&all, text, args...); err != nil {
		return nil, err
	}
	for n := range all {
		if err := all[n].read(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
