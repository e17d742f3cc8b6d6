package privacy

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// ErasureState is where an erasure stands.
type ErasureState string

// The states.
const (
	ErasureProposed  ErasureState = "proposed"
	ErasureDropped   ErasureState = "dropped"
	ErasureConfirmed ErasureState = "confirmed" // the data are gone, files are being removed
	ErasureDone      ErasureState = "done"
)

// Erasure is one erasing of a person.
type Erasure struct {
	ID           id.ID        `json:"id" db:"id"`
	State        ErasureState `json:"state" db:"state" enum:"proposed,dropped,confirmed,done"`
	Preview      PreviewRows  `json:"preview" nullable:"false" db:"preview" doc:"what it destroys, anonymises and keeps, as it was proposed"`
	ProposedBy   id.ID        `json:"proposed_by" db:"proposed_by"`
	ProposedName string       `json:"proposed_name" db:"proposed_name"`
	ProposedAt   when.Instant `json:"proposed_at" db:"proposed_at"`
	DecidedName  string       `json:"decided_name,omitempty" db:"decided_name"`
	DecidedAt    when.Instant `json:"decided_at,omitzero" db:"decided_at"`
	DoneAt       when.Instant `json:"done_at,omitzero" db:"done_at"`
}

// PreviewRow is what becomes of one kind.
type PreviewRow struct {
	Kind  string `json:"kind"`
	Label string `json:"label" doc:"in the reader's language"`
	N     int64  `json:"n"`
	Fate  Fate   `json:"fate" enum:"destroy,anonymise,keep"`
	Law   *Law   `json:"law,omitempty" doc:"why it is not destroyed"`
}

// PreviewRows is a preview.
type PreviewRows []PreviewRow

// Preview tells what an erasure would do.
type Preview struct {
	Customers []customer.Ref `json:"customers" nullable:"false" doc:"the person and those merged into him"`
	Rows      PreviewRows    `json:"rows" nullable:"false"`
	Blocks    []Blocked      `json:"blocks" nullable:"false" doc:"what forbids it now"`
}

// Blocked is something that forbids erasure.
type Blocked struct {
	Code string `json:"code"`
	Text string `json:"text" doc:"in the reader's language"`
}

// EraseInput is typed to show that the right customer is meant.
type EraseInput struct {
	CustomerNo string `json:"customer_no" maxLength:"32"`
}

// Preview shows what erasing the person of a request would destroy, anonymise and keep,
// and what forbids it. Error: db.ErrNotFound.
func (s *Service) Preview(ctx context.Context, request id.ID) (v Preview, err error) {
	who, err := access.Allow(ctx, PermErase)
	if err != nil {
		return Preview{}, err
	}
	return v, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := requestByID(tx, who.Scope, request)
		if err != nil {
			return err
		}
		p, err := s.personTx(tx, who.Scope, r.CustomerID)
		if err != nil {
			return err
		}
		v, err = s.previewTx(tx, p, who.Locale)
		return err
	})
}

func (s *Service) previewTx(tx *db.Tx, p Person, lang string) (v Preview, err error) {
	all, err := s.Customers.PersonTx(tx, db.ScopeOf(p.OrgID), p.ID)
	if err != nil {
		return v, err
	}
	sight := customer.SightOf(tx.Context())
	for i := range all {
		all[i].Name = sight.Name(p.OrgID, all[i].ID, all[i].Kind, all[i].Name)
	}
	v = Preview{Customers: all, Rows: PreviewRows{}, Blocks: []Blocked{}}
	for _, h := range s.holders {
		rows, err := s.rowsTx(tx, h, p, lang)
		if err != nil {
			return v, err
		}
		v.Rows = append(v.Rows, rows...)
		blocks, err := h.BlocksTx(tx, p)
		if err != nil {
			return v, err
		}
		for _, b := range blocks {
			v.Blocks = append(v.Blocks, Blocked{b.Code, s.Text(lang, "privacy.block."+b.Code, b.Params)})
		}
	}
	return v, nil
}

func (s *Service) rowsTx(tx *db.Tx, h Holder, p Person, lang string) (rows PreviewRows, err error) {
	holdings, err := h.HoldingsTx(tx, p)
	for _, x := range holdings {
		f, law, ok := fateOf(x.Kind)
		if !ok {
			return nil, fmt.Errorf("privacy: %s stands not in rule/fate.json", x.Kind)
		}
		if x.N > 0 {
			rows = append(rows, PreviewRow{Kind: x.Kind, Label: s.Text(lang, "privacy.holding."+x.Kind, nil), N: x.N, Fate: f.Fate, Law: law})
		}
	}
	return rows, err
}

// Propose asks another person to confirm an erasure. Errors: ErrNumber, ErrBlocked,
// ErrKind, ErrState, db.ErrStale, db.ErrNotFound.
func (s *Service) Propose(ctx context.Context, request id.ID, version int64, in EraseInput) (Detail, error) {
	return s.change(ctx, PermErase, request, version, func(tx *db.Tx, who access.Who, r *requestRow) error {
		if r.Kind != Delete {
			return ErrKind
		}
		p, v, err := s.erasableTx(tx, who, r.Request, in)
		if err != nil {
			return err
		}
		if err := r.moveTo(Proposed); err != nil {
			return err
		}
		e := erasureRow{OrgID: p.OrgID, RequestID: r.ID, CustomerID: p.ID, Customers: p.IDs, Files: idList{},
			Erasure: Erasure{ID: tx.NewID(), State: ErasureProposed, Preview: v.Rows, ProposedBy: who.UserID, ProposedName: who.Name, ProposedAt: tx.Now()}}
		if err := insertErasure(tx, e); err != nil {
			return err
		}
		return s.askSecondTx(tx, who, r.Request)
	})
}

// askSecondTx puts an erasure before those who may confirm it.
func (s *Service) askSecondTx(tx *db.Tx, who access.Who, r Request) error {
	others, err := s.Users.HoldersTx(tx, PermConfirm, r.OrgID, who.UserID)
	n := confirmTask(r)
	n.Params = map[string]any{"name": who.Name, "no": r.RequestNo}
	for _, n.AssigneeID = range others {
		if err == nil {
			_, err = s.Tasks.CreateTx(tx, who.UserID, n)
		}
	}
	return err
}

func confirmTask(r Request) task.New {
	return task.New{OrgID: r.OrgID, Kind: taskConfirm, ObjectType: objectRequest, ObjectID: r.ID}
}

// erasableTx holds an erasure to its rules: the number typed, nothing in the way.
func (s *Service) erasableTx(tx *db.Tx, who access.Who, r Request, in EraseInput) (p Person, v Preview, err error) {
	if p, err = s.personTx(tx, who.Scope, r.CustomerID); err != nil {
		return p, v, err
	}
	if v, err = s.previewTx(tx, p, who.Locale); err != nil {
		return p, v, err
	}
	if !strings.EqualFold(strings.TrimSpace(in.CustomerNo), v.Customers[0].CustomerNo) {
		return p, v, ErrNumber
	}
	if len(v.Blocks) > 0 {
		return p, v, ErrBlocked.With("blocks", joined(v.Blocks))
	}
	return p, v, nil
}

func joined(blocks []Blocked) string {
	texts := make([]string, len(blocks))
	for i, b := range blocks {
		texts[i] = b.Text
	}
	return strings.Join(texts, "; ")
}

// Drop takes a proposal back, by whoever may propose or confirm. Errors: ErrState,
// db.ErrStale, db.ErrNotFound.
func (s *Service) Drop(ctx context.Context, request id.ID, version int64) (Detail, error) {
	permission := PermErase
	if _, err := access.Allow(ctx, PermErase); err != nil {
		permission = PermConfirm
	}
	return s.changeAs(ctx, permission, opDrop, request, version, func(tx *db.Tx, who access.Who, r *requestRow) error {
		e, err := openErasure(tx, r.OrgID, r.ID)
		if err != nil {
			return err
		}
		if err := r.moveTo(Verified); err != nil {
			return err
		}
		if err := s.Tasks.FinishKindTx(tx, confirmTask(r.Request)); err != nil {
			return err
		}
		e.State, e.DecidedBy, e.DecidedName, e.DecidedAt = ErasureDropped, who.UserID, who.Name, tx.Now()
		return updateErasure(tx, e)
	})
}

// Confirm erases the person in one transaction; a job then removes the files. Errors:
// ErrSamePerson, as of Propose.
func (s *Service) Confirm(ctx context.Context, request id.ID, version int64, in EraseInput) (d Detail, err error) {
	d, err = s.change(ctx, PermConfirm, request, version, func(tx *db.Tx, who access.Who, r *requestRow) error {
		if r.State != Proposed {
			return ErrState.With("state", string(r.State))
		}
		e, err := openErasure(tx, r.OrgID, r.ID)
		if err != nil {
			return err
		}
		if who.Oneself(e.ProposedBy, r.OrgID) {
			return ErrSamePerson
		}
		p, _, err := s.erasableTx(tx, who, r.Request, in)
		if err != nil {
			return err
		}
		e.State, e.DecidedBy, e.DecidedName, e.DecidedAt = ErasureConfirmed, who.UserID, who.Name, tx.Now()
		if err := s.eraseTx(tx, p, &e, who.UserID); err != nil {
			return err
		}
		if err := updateErasure(tx, e); err != nil {
			return err
		}
		r.Said, r.Body = Said{}, []byte{}
		return s.closeTx(tx, who, r, Done)
	})
	if err == nil {
		s.jobs.Wake()
	}
	return d, err
}

// eraseTx lets every module erase a person, the archive with the key last, and has the
// files removed.
func (s *Service) eraseTx(tx *db.Tx, p Person, e *erasureRow, by id.ID) error {
	e.Customers = p.IDs
	for i := len(s.holders) - 1; i >= 0; i-- {
		files, err := s.holders[i].EraseTx(tx, p)
		if err != nil {
			return err
		}
		e.Files = append(e.Files, files...)
	}
	for _, i := range p.IDs {
		if err := insertErased(tx, p.OrgID, i); err != nil {
			return err
		}
	}
	_, err := s.jobs.InsertTx(tx, p.OrgID, by, jobErase, eraseArgs{e.ID}, job.Options{MaxAttempts: eraseAttempts})
	return err
}

// scanJSON reads a column that holds JSON.
func scanJSON(src, to any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), to)
	case []byte:
		return json.Unmarshal(v, to)
	}
	return fmt.Errorf("privacy: cannot scan %T", src)
}

// labelled gives a stored preview its words.
func (s *Service) labelled(e *Erasure, lang string) {
	for i, r := range e.Preview {
		e.Preview[i].Label = s.Text(lang, "privacy.holding."+r.Kind, nil)
		_, e.Preview[i].Law, _ = fateOf(r.Kind)
	}
}
