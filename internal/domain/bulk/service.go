package bulk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Permissions of the module. To begin a change, and to take it back, one needs the
// permission for what it makes of the records, too.
const (
	PermList = "bulk.list"
	PermGet  = "bulk.get"
	PermStop = "bulk.stop" // and go on
	PermUndo = "bulk.undo"
	PermAll  = "bulk.all" // everybody's, not one's own alone
)

// Operations that need the permission of another, or of what becomes of the records.
const (
	opStart  = "bulk.start"
	opResume = "bulk.resume"
)

// object is what the audit log is about.
const object = "bulk"

// Users is what the module needs of access.
type Users interface {
	// ActingTx gives a user with the rights he has now.
	ActingTx(tx *db.Tx, user id.ID) (*access.Caller, error)
}

// Deps are what the service is built from.
type Deps struct {
	DB      *db.DB
	Keys    *crypt.Keyring
	Audit   *audit.Log
	Users   Users
	Jobs    *job.Queue
	Cursors *page.Signer
	Text    func(lang, key string, params map[string]any) string
}

// Service keeps bulk changes.
type Service struct {
	Deps
	records map[string]Records
}

// New makes the service.
func New(d Deps) *Service { return &Service{d, map[string]Records{}} }

// Add registers records of a kind; app calls it once for each.
func (s *Service) Add(kind string, r Records) { s.records[kind] = r }

// Ask asks for a change of the records that are named, or of all that Choose gives.
type Ask struct {
	Kind   string
	OrgID  id.ID
	Change json.RawMessage
	Rows   []Seen
	Choose func(tx *db.Tx, who access.Who, org id.ID, limit int) ([]Seen, error)
	Filter json.RawMessage // that Choose follows
}

// plan is a change that somebody may make of some records.
type plan struct {
	Ask
	Records
	who      access.Who
	rows     []Row
	outcomes map[id.ID]Outcome
}

// allow is who may make a change, and of which company. Errors: validation,
// access.ErrForbidden, db.ErrOrgRequired, db.ErrNotFound.
func (s *Service) allow(ctx context.Context, a Ask) (p plan, err error) {
	p.Ask, p.Records = a, s.records[a.Kind]
	permission, err := p.Permission(a.Change)
	if err != nil {
		return p, err
	}
	p.who, p.OrgID, err = access.AllowOne(ctx, permission, a.OrgID)
	return p, err
}

// dryAtOnce is how many records a dry run looks at together.
const dryAtOnce = 500

// tryTx chooses the records and tells what would become of each; those the caller does
// not see are none.
func (p *plan) tryTx(tx *db.Tx) error {
	if err := p.CheckTx(tx, p.OrgID, p.Change); err != nil {
		return err
	}
	seen, err := p.Rows, error(nil)
	if p.Choose != nil {
		seen, err = p.Choose(tx, p.who, p.OrgID, MaxRecords+1)
	}
	if err != nil {
		return err
	}
	if len(seen) > MaxRecords {
		return ErrMany.With("limit", MaxRecords)
	}
	p.rows, p.outcomes = nil, make(map[id.ID]Outcome, len(seen))
	for some := range slices.Chunk(rowsOf(seen), dryAtOnce) {
		outcomes, err := p.ChangeTx(tx, p.who, p.OrgID, p.Change, some, true)
		if err != nil {
			return err
		}
		for _, r := range some {
			if o, known := outcomes[r.ObjectID]; known {
				r.N = int64(len(p.rows))
				p.rows, p.outcomes[r.ObjectID] = append(p.rows, r), o
			}
		}
	}
	if len(p.rows) == 0 {
		return ErrNothing
	}
	return nil
}

// rowsOf are records in the order they are locked in, each once.
func rowsOf(seen []Seen) []Row {
	seen = slices.Clone(seen)
	slices.SortFunc(seen, func(a, b Seen) int { return cmp.Or(a.ID.Compare(b.ID), cmp.Compare(a.Version, b.Version)) })
	seen = slices.CompactFunc(seen, func(a, b Seen) bool { return a.ID == b.ID })
	rows := make([]Row, len(seen))
	for i, x := range seen {
		rows[i] = Row{ObjectID: x.ID, Version: x.Version, State: Waiting, Before: []byte{}}
	}
	return rows
}

// Preview is what would come of a change.
type Preview struct {
	Counts
	Words   []string     `json:"words" nullable:"false" doc:"what it would make of the records"`
	Reasons []Reason     `json:"reasons" nullable:"false" doc:"why some are refused, the most frequent first"`
	First   []PreviewRow `json:"first" nullable:"false" doc:"some of the records: the refused first"`
}

// Reason is why records are refused.
type Reason struct {
	Text string `json:"text"`
	N    int64  `json:"n"`
}

// PreviewRow is a record and what would become of it.
type PreviewRow struct {
	ID id.ID `json:"id"`
	Name
	State RowState `json:"state" enum:"changed,same,refused"`
	Text  string   `json:"text,omitempty" doc:"why it is refused"`
}

// shownFirst is how many records a preview shows.
const shownFirst = 20

// Preview tells what would come of a change, and writes nothing. Errors: as of Start.
func (s *Service) Preview(ctx context.Context, a Ask) (v Preview, err error) {
	p, err := s.allow(ctx, a)
	if err != nil {
		return v, err
	}
	return v, s.DB.Read(ctx, func(tx *db.Tx) error {
		if err := p.tryTx(tx); err != nil {
			return err
		}
		v, err = s.previewTx(tx, p)
		return err
	})
}

// order is that in which a preview shows records.
var order = []RowState{Refused, Changed, Same}

func (s *Service) previewTx(tx *db.Tx, p plan) (v Preview, err error) {
	v = Preview{Counts: Counts{Total: int64(len(p.rows))}, Reasons: []Reason{}, First: []PreviewRow{}}
	if v.Words, err = p.WordsTx(tx, p.OrgID, p.who.Locale, p.Change); err != nil {
		return v, err
	}
	why := map[string]int64{}
	for _, r := range p.rows {
		o := p.outcomes[r.ObjectID]
		v.add(o.State)
		if o.Err != nil {
			why[s.why(p.who.Locale, o.Err)]++
		}
	}
	for text, n := range why {
		v.Reasons = append(v.Reasons, Reason{text, n})
	}
	slices.SortFunc(v.Reasons, func(a, b Reason) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Text, b.Text)) })
	first := slices.Clone(p.rows)
	slices.SortStableFunc(first, func(a, b Row) int {
		return slices.Index(order, p.outcomes[a.ObjectID].State) - slices.Index(order, p.outcomes[b.ObjectID].State)
	})
	first = first[:min(len(first), shownFirst)]
	names, err := p.NamesTx(tx, p.who, p.OrgID, idsOf(first))
	for _, r := range first {
		o := p.outcomes[r.ObjectID]
		shown := PreviewRow{ID: r.ObjectID, Name: names[r.ObjectID], State: o.State}
		if o.Err != nil {
			shown.Text = s.why(p.who.Locale, o.Err)
		}
		v.First = append(v.First, shown)
	}
	return v, err
}

// why is the sentence of a refusal.
func (s *Service) why(lang string, f *fault.Error) string {
	code, params := reason(f)
	return s.told(lang, code, params)
}

func (s *Service) told(lang, code string, params map[string]any) string {
	if code == "" {
		return ""
	}
	return s.Text(lang, code, params)
}

func idsOf(rows []Row) []id.ID {
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ObjectID
	}
	return ids
}

func place(i id.ID) crypt.Place { return crypt.Place{Table: "bulk_change", Column: "change", ID: i} }

// Start begins a change; a job makes it. Errors: validation, ErrNothing, ErrMany,
// access.ErrForbidden, db.ErrOrgRequired, db.ErrNotFound, db.ErrKeyReused, and those of
// the records' module.
func (s *Service) Start(ctx context.Context, key string, a Ask) (d Detail, err error) {
	p, err := s.allow(ctx, a)
	if err != nil {
		return d, err
	}
	body, err := json.Marshal([]any{p.Kind, p.OrgID, p.Change, p.Rows, p.Filter})
	if err != nil {
		return d, fmt.Errorf("bulk: %w", err)
	}
	once := db.Once{OrgID: p.OrgID, UserID: p.who.UserID, Action: opStart + " " + p.Kind, Key: key, Body: body}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.startTx(tx, p) })
		if err == nil {
			d, err = s.detailTx(tx, p.who, p.OrgID, made)
		}
		return err
	})
	if err == nil {
		s.Jobs.Wake()
	}
	return d, err
}

func (s *Service) startTx(tx *db.Tx, p plan) (id.ID, error) {
	if err := p.tryTx(tx); err != nil {
		return id.ID{}, err
	}
	own, err := s.ownTx(tx, p.OrgID)
	if err != nil {
		return id.ID{}, err
	}
	c := Change{ID: tx.NewID(), OrgID: p.OrgID, Kind: p.Kind, State: Running, Permission: p.who.Permission, ByFilter: p.Choose != nil, Counts: Counts{Total: int64(len(p.rows))},
		CreatedBy: p.who.UserID, CreatedName: p.who.Name, CreatedAt: tx.Now(), UndoUntil: tx.Now().Add(keepFor), Version: 1}
	if c.JobID, err = s.Jobs.InsertTx(tx, c.OrgID, c.CreatedBy, jobRun, jobArgs{c.ID, c.CreatedBy}, job.Options{}); err != nil {
		return c.ID, err
	}
	if _, err := s.Jobs.InsertTx(tx, c.OrgID, c.CreatedBy, jobExpire, jobArgs{c.ID, c.CreatedBy}, job.Options{RunAt: c.UndoUntil}); err != nil {
		return c.ID, err
	}
	if err := insertChange(tx, c, own.SealBytes(place(c.ID), p.Change)); err != nil {
		return c.ID, err
	}
	if err := insertRows(tx, c, p.rows); err != nil {
		return c.ID, err
	}
	return c.ID, s.recordTx(tx, p.who.Actor(), c, opStart, map[string]any{"kind": c.Kind, "total": c.Total, "by_filter": c.ByFilter, "change": p.Change})
}

func (s *Service) ownTx(tx *db.Tx, org id.ID) (*crypt.Subject, error) {
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return nil, err
	}
	return company.Own(), nil
}

func (s *Service) recordTx(tx *db.Tx, by audit.Actor, c Change, action string, after any) error {
	return s.Audit.RecordTx(tx, audit.Change{OrgID: c.OrgID, Actor: by, Action: action, ObjectType: object, ObjectID: c.ID, After: after})
}

// required refuses an ask that names records and a filter, or neither.
func required(named, filtered bool) error {
	var v fault.Validation
	v.Check(named != filtered, "rows", "rows_or_filter")
	return v.Err()
}
