package lookup

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

var columnNames = strings.Fields(`org_id id state emergency user_id user_name purpose body sensitive uses record_count asked_minutes granted_minutes asked_at
	decided_at decider_id decider_name start_by started_at until_at ended_at end_cause review_by reviewed_at reviewer_name verdict version
	review_limit review_rule review_calendar`)

var columns = strings.Join(columnNames, ", ")

type row struct {
	OrgID          id.ID        `db:"org_id"`
	ID             id.ID        `db:"id"`
	State          State        `db:"state"`
	Emergency      bool         `db:"emergency"`
	UserID         id.ID        `db:"user_id"`
	UserName       string       `db:"user_name"`
	Purpose        string       `db:"purpose"`
	Body           []byte       `db:"body"`
	Sensitive      bool         `db:"sensitive"`
	Uses           string       `db:"uses"`
	RecordCount    int          `db:"record_count"`
	AskedMinutes   int          `db:"asked_minutes"`
	GrantedMinutes int          `db:"granted_minutes"`
	AskedAt        when.Instant `db:"asked_at"`
	DecidedAt      when.Instant `db:"decided_at"`
	DeciderID      id.ID        `db:"decider_id"`
	DeciderName    string       `db:"decider_name"`
	StartBy        when.Instant `db:"start_by"`
	StartedAt      when.Instant `db:"started_at"`
	UntilAt        when.Instant `db:"until_at"`
	EndedAt        when.Instant `db:"ended_at"`
	EndCause       Cause        `db:"end_cause"`
	ReviewBy       when.Instant `db:"review_by"`
	ReviewedAt     when.Instant `db:"reviewed_at"`
	ReviewerName   string       `db:"reviewer_name"`
	Verdict        Verdict      `db:"verdict"`
	Version        int64        `db:"version"`
	ReviewLimit    string       `db:"review_limit"`
	ReviewRule     string       `db:"review_rule"`
	ReviewCalendar string       `db:"review_calendar"`
}

func bodyPlace(i id.ID) crypt.Place { return crypt.Place{Table: "lookup", Column: "body", ID: i} }

func (r row) lookup(company *crypt.Company) (l Lookup, err error) {
	l = Lookup{ID: r.ID, OrgID: r.OrgID, State: r.State, Emergency: r.Emergency, UserID: r.UserID, UserName: r.UserName, Purpose: r.Purpose, Sensitive: r.Sensitive,
		Uses: []Use{}, RecordCount: r.RecordCount, AskedMinutes: r.AskedMinutes, GrantedMinutes: r.GrantedMinutes, AskedAt: r.AskedAt, DecidedAt: r.DecidedAt,
		DeciderID: r.DeciderID, DeciderName: r.DeciderName, StartBy: r.StartBy, StartedAt: r.StartedAt, UntilAt: r.UntilAt, EndedAt: r.EndedAt, EndCause: r.EndCause,
		ReviewBy: r.ReviewBy, ReviewedAt: r.ReviewedAt, ReviewerName: r.ReviewerName, Verdict: r.Verdict, Version: r.Version,
		ReviewRule: r.ReviewRule, ReviewCalendar: r.ReviewCalendar}
	if err := l.ReviewLimit.UnmarshalText([]byte(r.ReviewLimit)); err != nil {
		return Lookup{}, err
	}
	for u := range strings.SplitSeq(r.Uses, ",") {
		l.Uses = append(l.Uses, Use(u))
	}
	raw, err := company.Own().Open(bodyPlace(r.ID), r.Body)
	if err != nil {
		return Lookup{}, err
	}
	if err := json.Unmarshal([]byte(raw), &l.Body); err != nil {
		return Lookup{}, fmt.Errorf("lookup %s: %w", r.ID, err)
	}
	return l, nil
}

func (l Lookup) row(company *crypt.Company) (row, error) {
	raw, err := json.Marshal(l.Body)
	if err != nil {
		return row{}, fmt.Errorf("lookup: %w", err)
	}
	uses := make([]string, len(l.Uses))
	for i, u := range l.Uses {
		uses[i] = string(u)
	}
	return row{OrgID: l.OrgID, ID: l.ID, State: l.State, Emergency: l.Emergency, UserID: l.UserID, UserName: l.UserName, Purpose: l.Purpose,
		Body: company.Own().Seal(bodyPlace(l.ID), string(raw)), Sensitive: l.Sensitive, Uses: strings.Join(uses, ","), RecordCount: l.RecordCount,
		AskedMinutes: l.AskedMinutes, GrantedMinutes: l.GrantedMinutes, AskedAt: l.AskedAt, DecidedAt: l.DecidedAt, DeciderID: l.DeciderID, DeciderName: l.DeciderName,
		StartBy: l.StartBy, StartedAt: l.StartedAt, UntilAt: l.UntilAt, EndedAt: l.EndedAt, EndCause: l.EndCause, ReviewBy: l.ReviewBy, ReviewedAt: l.ReviewedAt,
		ReviewerName: l.ReviewerName, Verdict: l.Verdict, Version: l.Version,
		ReviewLimit: l.ReviewLimit.String(), ReviewRule: l.ReviewRule, ReviewCalendar: l.ReviewCalendar}, nil
}

// values are in the order of the columns.
func (r row) values() []any {
	return []any{r.OrgID, r.ID, r.State, r.Emergency, r.UserID, r.UserName, r.Purpose, r.Body, r.Sensitive, r.Uses, r.RecordCount, r.AskedMinutes, r.GrantedMinutes, r.AskedAt,
		r.DecidedAt, r.DeciderID, r.DeciderName, r.StartBy, r.StartedAt, r.UntilAt, r.EndedAt, r.EndCause, r.ReviewBy, r.ReviewedAt, r.ReviewerName, r.Verdict, r.Version,
		r.ReviewLimit, r.ReviewRule, r.ReviewCalendar}
}

func insertLookup(tx *db.Tx, r row, customers []id.ID) error {
	if err := tx.Bulk(db.Bulk{Table: "lookup", Columns: columnNames, Len: 1, Row: func(int) []any { return r.values() }}); err != nil {
		return err
	}
	return tx.Bulk(db.Bulk{Table: "lookup_record", Columns: []string{"org_id", "lookup_id", "customer_id"}, Len: len(customers),
		Row: func(i int) []any { return []any{r.OrgID, r.ID, customers[i]} }})
}

// updateLookup saves what may change, where nobody else did.
func updateLookup(tx *db.Tx, r row) error {
	return tx.ExecOne(db.ErrStale, `UPDATE lookup SET state = $1, body = $2, granted_minutes = $3, decided_at = $4, decider_id = $5, decider_name = $6, start_by = $7,
		started_at = $8, until_at = $9, ended_at = $10, end_cause = $11, reviewed_at = $12, reviewer_name = $13, verdict = $14, version = version + 1
		WHERE org_id = $15 AND id = $16 AND version = $17`,
		r.State, r.Body, r.GrantedMinutes, r.DecidedAt, r.DeciderID, r.DeciderName, r.StartBy, r.StartedAt, r.UntilAt, r.EndedAt, r.EndCause,
		r.ReviewedAt, r.ReviewerName, r.Verdict, r.OrgID, r.ID, r.Version)
}

// toReview lists emergency look-ups that nobody reviewed, by identifier.
func toReview(tx *db.Tx, org, after id.ID, limit int) (rows []row, err error) {
	q := new(db.Query).Where("org_id = ?", org).Where("emergency AND reviewed_at = 0").Where("review_limit <> ''")
	if !after.IsZero() {
		q.Where("id > ?", after)
	}
	text, args := q.Text("SELECT "+columns+" FROM lookup", "ORDER BY id LIMIT ?", limit)
	return rows, tx.Select(&rows, text, args...)
}

func countWaiting(tx *db.Tx, org id.ID) (n int64, err error) {
	return n, tx.Get(&n, "SELECT count(*) FROM lookup WHERE org_id = $1 AND emergency AND reviewed_at = 0 AND review_by = 0", org)
}

func setReviewBy(tx *db.Tx, l Lookup) error {
	_, err := tx.Exec("UPDATE lookup SET review_by = $1, review_calendar = $2, version = version + 1 WHERE org_id = $3 AND id = $4", l.ReviewBy, l.ReviewCalendar, l.OrgID, l.ID)
	return err
}

func lookupByID(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM lookup", "")
	return r, tx.Get(&r, text, args...)
}

func recordsOf(tx *db.Tx, org, lookup id.ID) (customers []id.ID, err error) {
	return customers, tx.Select(&customers, "SELECT customer_id FROM lookup_record WHERE org_id = $1 AND lookup_id = $2 ORDER BY customer_id LIMIT $3", org, lookup, maxRecords)
}

// countEmergencies counts the emergency look-ups of a user since a moment.
func countEmergencies(tx *db.Tx, org, user id.ID, since when.Instant) (n int, err error) {
	return n, tx.Get(&n, "SELECT count(*) FROM lookup WHERE org_id = $1 AND user_id = $2 AND asked_at > $3 AND emergency", org, user, since)
}

// isRecord tells whether a look-up is about a customer.
func isRecord(tx *db.Tx, org, lookup, customer id.ID) (bool, error) {
	var one id.ID
	return tx.Find(&one, "SELECT customer_id FROM lookup_record WHERE org_id = $1 AND lookup_id = $2 AND customer_id = $3", org, lookup, customer)
}

// Filter says which look-ups a list holds; what is zero does not narrow it.
type Filter struct {
	OrgID      id.ID `query:"org_id" doc:"one company"`
	State      State `query:"state" enum:"requested,approved,running,ended,refused,withdrawn"`
	CustomerID id.ID `query:"customer_id" doc:"about this customer"`
	ToReview   bool  `query:"to_review" doc:"emergency look-ups that nobody reviewed yet"`
}

func (f Filter) where(q *db.Query, now when.Instant) {
	switch f.State {
	case "":
	case Approved:
		q.Where("state = 'approved'").Where("start_by > ?", now)
	case Running:
		q.Where("state = 'running'").Where("until_at > ?", now)
	case Ended:
		q.Where("(state = 'ended' OR state = 'running' AND until_at <= ? OR state = 'approved' AND start_by <= ?)", now, now)
	default:
		q.Where("state = ?", f.State)
	}
	if !f.CustomerID.IsZero() {
		q.Where("EXISTS (SELECT 1 FROM lookup_record k WHERE k.org_id = lookup.org_id AND k.lookup_id = lookup.id AND k.customer_id = ?)", f.CustomerID)
	}
	if f.ToReview {
		q.Where("emergency AND reviewed_at = 0")
	}
}

// position is where a page begins.
type position struct {
	AskedAt when.Instant
	ID      id.ID
}

func listLookups(tx *db.Tx, scope db.Scope, q *db.Query, from *position, limit int) (rows []row, err error) {
	if from != nil {
		q.Where("(asked_at, id) < (?, ?)", from.AskedAt, from.ID)
	}
	text, args := q.PerOrg(scope, "SELECT "+columns+" FROM lookup", "org_id", "asked_at DESC, id DESC", limit)
	return rows, tx.Select(&rows, text, args...)
}

const takenColumns = "id, lookup_id, org_id, user_id, user_name, at, kind, what, customer_id"

func insertRelease(tx *db.Tx, t Taken, hash []byte) error {
	_, err := tx.Exec("INSERT INTO lookup_release ("+takenColumns+", serial_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		t.ID, t.LookupID, t.OrgID, t.UserID, t.UserName, t.At, t.Kind, t.What, t.CustomerID, hash)
	return err
}

func takenByID(tx *db.Tx, scope db.Scope, i id.ID) (t Taken, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+takenColumns+" FROM lookup_release", "")
	return t, tx.Get(&t, text, args...)
}

// takenOn are the newest things that left on a look-up.
func takenOn(tx *db.Tx, org, lookup id.ID, limit int) (all []Taken, err error) {
	return all, tx.Select(&all, "SELECT "+takenColumns+" FROM lookup_release WHERE org_id = $1 AND lookup_id = $2 ORDER BY at DESC, id DESC LIMIT $3", org, lookup, limit)
}

func takenBySerial(tx *db.Tx, scope db.Scope, hash []byte) (t Taken, found bool, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("serial_hash = ?", hash).
		Text("SELECT "+takenColumns+" FROM lookup_release", "LIMIT 1")
	found, err = tx.Find(&t, text, args...)
	return t, found, err
}

func ruleTx(tx *db.Tx, org id.ID) (r CompanyRule, err error) {
	var kept struct {
		Body    string `db:"body"`
		Version int64  `db:"version"`
	}
	found, err := tx.Find(&kept, "SELECT body, version FROM lookup_rule WHERE org_id = $1", org)
	r = CompanyRule{OrgID: org, Rule: defaultRule, Version: kept.Version}
	r.CaseFields = slices.Clone(r.CaseFields)
	if err != nil || !found {
		return r, err
	}
	return r, json.Unmarshal([]byte(kept.Body), &r.Rule)
}

func saveRule(tx *db.Tx, r CompanyRule) error {
	raw, err := json.Marshal(r.Rule)
	if err != nil {
		return fmt.Errorf("lookup: rule: %w", err)
	}
	return tx.ExecOne(db.ErrStale, `INSERT INTO lookup_rule (org_id, body, version) VALUES ($1, $2, $3)
		ON CONFLICT (org_id) DO UPDATE SET body = excluded.body, version = excluded.version WHERE lookup_rule.version = $4`, r.OrgID, string(raw), r.Version, r.Version-1)
}

func may(uses []Use, u Use) bool { return slices.Contains(uses, u) }

// lookupsAbout are those that name a person, the oldest first.
func lookupsAbout(tx *db.Tx, p privacy.Person) (rows []row, err error) {
	var ids []id.ID
	text, args := db.In(new(db.Query).Where("org_id = ?", p.OrgID), "customer_id", p.IDs).Text("SELECT DISTINCT lookup_id FROM lookup_record", "")
	if err := tx.Select(&ids, text, args...); err != nil {
		return nil, err
	}
	text, args = db.In(new(db.Query).Where("org_id = ?", p.OrgID), "id", ids).Text("SELECT "+columns+" FROM lookup", "ORDER BY asked_at, id")
	return rows, tx.Select(&rows, text, args...)
}
