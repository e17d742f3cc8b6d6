package feedback

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/bulk"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// BulkKind names cases among the records that bulk changes are made of.
const BulkKind = "case"

// recategorise puts cases under another category; it is an Update.
const recategorise Action = "category"

// BulkChange is what becomes of many cases: a step that tells the customer nothing, so
// that it can be taken back.
type BulkChange struct {
	Action   Action `json:"action" enum:"dispatch,transfer,assign,category"`
	UnitID   id.ID  `json:"unit_id,omitzero" doc:"of dispatch and transfer"`
	OwnerID  id.ID  `json:"owner_id,omitzero" doc:"of assign; of dispatch and transfer, if somebody is named"`
	Category string `json:"category,omitempty" maxLength:"60" doc:"of category: code"`
	Reason   string `json:"reason,omitempty" maxLength:"1000" doc:"of transfer"`
}

// step is the step of a case that the change takes.
func (c BulkChange) step() Action {
	if c.Action == recategorise {
		return Update
	}
	return c.Action
}

// is tells whether a case is already what the change makes of it.
func (c BulkChange) is(now Case) bool {
	switch c.Action {
	case Assign:
		return now.OwnerID == c.OwnerID
	case recategorise:
		return now.Category == c.Category
	}
	return now.UnitID == c.UnitID && (c.OwnerID.IsZero() || now.OwnerID == c.OwnerID)
}

// BulkFilter chooses cases as a list in that order does: by due_at or severity open ones alone.
type BulkFilter struct {
	Filter
	Sort Sort `json:"sort,omitempty" enum:"received_at,-received_at,due_at,-due_at,severity,-severity,updated_at,-updated_at"`
}

// bulkRecords are cases as bulk changes are made of them.
type bulkRecords struct{ *Service }

// BulkRecords gives cases to bulk.
func (s *Service) BulkRecords() bulk.Records { return bulkRecords{s} }

func (bulkRecords) read(raw json.RawMessage) (c BulkChange, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err = d.Decode(&c)
	return c, err
}

// Permission implements bulk.Records.
func (b bulkRecords) Permission(raw json.RawMessage) (string, error) {
	c, err := b.read(raw)
	if err != nil {
		return "", err
	}
	var v fault.Validation
	switch c.Action {
	case Dispatch, Transfer:
		v.Check(!c.UnitID.IsZero(), "change.unit_id", "required")
		v.Check(c.Action == Dispatch || strings.TrimSpace(c.Reason) != "", "change.reason", "required")
	case Assign:
		v.Check(!c.OwnerID.IsZero(), "change.owner_id", "required")
	case recategorise:
		v.Check(c.Category != "", "change.category", "required")
	default:
		v.Add("change.action", "no_such")
	}
	return permissionOf(c.step()), v.Err()
}

// CheckTx implements bulk.Records. Errors: ErrUnit, ErrNobody, ErrOwner, ErrCategory.
func (b bulkRecords) CheckTx(tx *db.Tx, org id.ID, raw json.RawMessage) error {
	c, err := b.read(raw)
	if err != nil {
		return err
	}
	w, err := b.workTx(tx, access.Who{Caller: access.CallerOf(tx.Context())}, caseRow{Case: Case{OrgID: org}})
	if err != nil {
		return err
	}
	switch c.Action {
	case recategorise:
		if known, ok := w.at.categories[c.Category]; !ok || known.Retired {
			return ErrCategory.With("category", c.Category)
		}
		return nil
	case Assign:
		return w.own(c.OwnerID)
	}
	return w.giveTo(c.UnitID, c.OwnerID)
}

// WordsTx implements bulk.Records.
func (b bulkRecords) WordsTx(tx *db.Tx, org id.ID, lang string, raw json.RawMessage) ([]string, error) {
	c, err := b.read(raw)
	if err != nil {
		return nil, err
	}
	at, err := b.companyTx(tx, org)
	if err != nil {
		return nil, err
	}
	units, err := b.Orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	names, err := b.Users.NamesTx(tx, []id.ID{c.OwnerID})
	if err != nil {
		return nil, err
	}
	say := func(key, what string) string { return b.Text(lang, "feedback.bulk."+key, map[string]any{"what": what}) }
	if c.Action == recategorise {
		return []string{say(string(recategorise), at.categories.name(lang, c.Category))}, nil
	}
	words := []string{}
	if unit, ok := units.Get(c.UnitID); ok {
		words = append(words, say(string(c.Action), unit.Name))
	}
	if !c.OwnerID.IsZero() {
		words = append(words, say(string(Assign), names[c.OwnerID]))
	}
	if reason := strings.TrimSpace(c.Reason); reason != "" {
		words = append(words, say("reason", reason))
	}
	return words, nil
}

// bulkBefore is what a bulk change keeps of a case: what it was, and the event it made.
type bulkBefore struct {
	State     State  `json:"state"`
	UnitID    id.ID  `json:"unit_id"`
	OwnerID   id.ID  `json:"owner_id"`
	OwnerName string `json:"owner_name"`
	Category  string `json:"category"`
	EventID   id.ID  `json:"event_id"`
}

// ChangeTx implements bulk.Records.
func (b bulkRecords) ChangeTx(tx *db.Tx, who access.Who, org id.ID, raw json.RawMessage, rows []bulk.Row, dry bool) (map[id.ID]bulk.Outcome, error) {
	c, err := b.read(raw)
	if err != nil {
		return nil, err
	}
	take := b.bulkTake
	if dry {
		if take, err = b.dryTx(tx, who, org, rows); err != nil {
			return nil, err
		}
	}
	outcomes := make(map[id.ID]bulk.Outcome, len(rows))
	for _, r := range rows {
		o, err := take(tx, who, org, r, c)
		if errors.Is(err, db.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		outcomes[r.ObjectID] = o
	}
	return outcomes, nil
}

type bulkTaker func(tx *db.Tx, who access.Who, org id.ID, r bulk.Row, c BulkChange) (bulk.Outcome, error)

// dryTx tells of cases what would become of them: nothing sealed is opened for that.
func (b bulkRecords) dryTx(tx *db.Tx, who access.Who, org id.ID, rows []bulk.Row) (bulkTaker, error) {
	all, err := b.bulkCasesTx(tx, org, rows)
	if err != nil {
		return nil, err
	}
	base, err := b.workTx(tx, who, caseRow{Case: Case{OrgID: org}})
	return func(tx *db.Tx, who access.Who, org id.ID, r bulk.Row, c BulkChange) (bulk.Outcome, error) {
		now, known := all[r.ObjectID]
		if !known {
			return bulk.Outcome{}, db.ErrNotFound
		}
		w := *base
		w.Case, w.before = now.Case, now.Case
		if w.Round > 1 {
			if w.events, err = stepsOf(tx, org, w.ID); err != nil {
				return bulk.Outcome{}, err
			}
		}
		o, _, err := w.bulkStep(who, r, c)
		return o, err
	}, err
}

func (b bulkRecords) bulkCasesTx(tx *db.Tx, org id.ID, rows []bulk.Row) (map[id.ID]caseRow, error) {
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ObjectID
	}
	found, err := casesByID(tx, org, ids)
	all := make(map[id.ID]caseRow, len(found))
	for _, r := range found {
		all[r.ID] = r
	}
	return all, err
}

// bulkTake takes the step with a case.
func (b bulkRecords) bulkTake(tx *db.Tx, who access.Who, org id.ID, r bulk.Row, c BulkChange) (bulk.Outcome, error) {
	w, err := b.openTx(tx, db.ScopeOf(org), who, r.ObjectID)
	if err != nil {
		return bulk.Outcome{}, err
	}
	w.silent = true
	o, p, err := w.bulkStep(who, r, c)
	if err != nil || o.State != bulk.Changed {
		return o, err
	}
	was := bulkBefore{State: w.before.State, UnitID: w.before.UnitID, OwnerID: w.before.OwnerID, OwnerName: w.before.OwnerName, Category: w.before.Category}
	if err := w.happen(string(c.step()), Internal, p, Words{Text: strings.TrimSpace(c.Reason)}); err != nil {
		return o, err
	}
	was.EventID = w.happened[len(w.happened)-1].ID
	if o.Before, err = json.Marshal(was); err != nil {
		return o, fmt.Errorf("feedback: %w", err)
	}
	err = w.saveTx(permissionOf(c.step()))
	o.Version = w.Version
	return o, err
}

// bulkStep makes of the case what the change says, where its own rules allow it; p is what
// the event tells.
func (w *work) bulkStep(who access.Who, r bulk.Row, c BulkChange) (o bulk.Outcome, p Params, err error) {
	switch {
	case w.Version != r.Version:
		err = db.ErrStale
	case !w.can(c.step()):
		err = ErrState.With("state", string(w.State), "action", string(c.step()))
	case c.is(w.Case):
		return bulk.Outcome{State: bulk.Same}, p, nil
	case !w.mayTake(c.step(), who):
		err = ErrNotYours
	default:
		p, err = w.bulkMake(c)
	}
	if err != nil {
		o, err = bulk.Refuse(bulk.Refused, err)
		return o, p, err
	}
	return bulk.Outcome{State: bulk.Changed}, p, nil
}

func (w *work) bulkMake(c BulkChange) (p Params, err error) {
	switch c.Action {
	case recategorise:
		if err := w.at.categories.check(c.Category, w.Type); err != nil {
			return p, err
		}
		return Params{Fields: []string{"category"}}, w.categorise(c.Category)
	case Assign:
		p, err = Params{OwnerID: c.OwnerID}, w.own(c.OwnerID)
	default:
		err = w.giveTo(c.UnitID, c.OwnerID)
		p = Params{UnitID: c.UnitID, OwnerID: w.OwnerID}
	}
	if err != nil {
		return p, err
	}
	return p, w.take(c.step(), w.tx.Now())
}

// NamesTx implements bulk.Records.
func (b bulkRecords) NamesTx(tx *db.Tx, who access.Who, org id.ID, records []id.ID) (map[id.ID]bulk.Name, error) {
	rows, err := casesByID(tx, org, records)
	if err != nil {
		return nil, err
	}
	shown, err := b.showTx(tx, who, rows)
	names := make(map[id.ID]bulk.Name, len(shown))
	for _, c := range shown {
		names[c.ID] = bulk.Name{No: c.CaseNo, Name: c.Title}
	}
	return names, err
}

// BulkChosenTx gives the cases a filter chooses, in the version each stands in.
func (s *Service) BulkChosenTx(tx *db.Tx, who access.Who, org id.ID, f BulkFilter, limit int) (seen []bulk.Seen, err error) {
	l := lister{Service: s, tx: tx, who: who, in: ListInput{Filter: f.Filter, Sort: f.Sort, Limit: searchBatch}, scope: db.ScopeOf(org)}
	if l.in.Sort == "" {
		l.in.Sort = "-received_at"
	}
	q, words, err := l.query()
	if err != nil {
		return nil, err
	}
	if !words {
		return seenCases(tx, org, q(), limit)
	}
	for len(seen) < limit {
		page, next, err := l.page()
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			seen = append(seen, bulk.Seen{ID: c.ID, Version: c.Version})
		}
		if next == "" {
			break
		}
		l.in.Cursor = next
	}
	return seen, nil
}
