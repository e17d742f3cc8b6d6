package proposal

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const columns = `org_id, id, customer_id, is_new, reception_id, state, fields, body, proposer_id, proposer_name, endorser_id, endorser_name, decider_id, decider_name,
	submitted_at, endorsed_at, decided_at, version`

type row struct {
	OrgID        id.ID        `db:"org_id"`
	ID           id.ID        `db:"id"`
	CustomerID   id.ID        `db:"customer_id"`
	New          bool         `db:"is_new"` // a new customer is proposed
	ReceptionID  id.ID        `db:"reception_id"`
	State        State        `db:"state"`
	Fields       string       `db:"fields"`
	Body         []byte       `db:"body"`
	ProposerID   id.ID        `db:"proposer_id"`
	ProposerName string       `db:"proposer_name"`
	EndorserID   id.ID        `db:"endorser_id"`
	EndorserName string       `db:"endorser_name"`
	DeciderID    id.ID        `db:"decider_id"`
	DeciderName  string       `db:"decider_name"`
	SubmittedAt  when.Instant `db:"submitted_at"`
	EndorsedAt   when.Instant `db:"endorsed_at"`
	DecidedAt    when.Instant `db:"decided_at"`
	Version      int64        `db:"version"`
}

func (r row) place() crypt.Place { return crypt.Place{Table: "proposal", Column: "body", ID: r.ID} }

func (r row) proposal() (Proposal, error) {
	p := Proposal{ID: r.ID, OrgID: r.OrgID, State: r.State, New: r.New, CustomerID: r.CustomerID, ReceptionID: r.ReceptionID, ProposerID: r.ProposerID, ProposerName: r.ProposerName,
		EndorserID: r.EndorserID, EndorserName: r.EndorserName, DeciderName: r.DeciderName, SubmittedAt: r.SubmittedAt, EndorsedAt: r.EndorsedAt, DecidedAt: r.DecidedAt, Version: r.Version}
	if err := json.Unmarshal([]byte(r.Fields), &p.Fields); err != nil {
		return Proposal{}, fmt.Errorf("proposal %s: %w", r.ID, err)
	}
	return p, nil
}

func insertProposal(tx *db.Tx, r row) error {
	_, err := tx.Exec("INSERT INTO proposal ("+columns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
		r.OrgID, r.ID, r.CustomerID, r.New, r.ReceptionID, r.State, r.Fields, r.Body, r.ProposerID, r.ProposerName, r.EndorserID, r.EndorserName, r.DeciderID, r.DeciderName,
		r.SubmittedAt, r.EndorsedAt, r.DecidedAt, r.Version)
	return err
}

// updateProposal writes a step; version is the one it was made from.
func updateProposal(tx *db.Tx, r row, version int64) error {
	return tx.ExecOne(db.ErrStale, `UPDATE proposal SET customer_id = $1, state = $2, fields = $3, body = $4, endorser_id = $5, endorser_name = $6, decider_id = $7, decider_name = $8,
		submitted_at = $9, endorsed_at = $10, decided_at = $11, version = $12 WHERE org_id = $13 AND id = $14 AND version = $15`,
		r.CustomerID, r.State, r.Fields, r.Body, r.EndorserID, r.EndorserName, r.DeciderID, r.DeciderName, r.SubmittedAt, r.EndorsedAt, r.DecidedAt, r.Version,
		r.OrgID, r.ID, version)
}

func proposalByID(tx *db.Tx, scope db.Scope, i id.ID) (r row, err error) {
	text, args := new(db.Query).Scope("org_id", scope).Where("id = ?", i).Text("SELECT "+columns+" FROM proposal", "")
	return r, tx.Get(&r, text, args...)
}

// listProposals lists those of the scope that meet q, the newest first, before one
// of them.
func listProposals(tx *db.Tx, scope db.Scope, q *db.Query, before id.ID, limit int) (rows []row, err error) {
	if !before.IsZero() {
		q.Where("id < ?", before)
	}
	text, args := q.PerOrg(scope, "SELECT "+columns+" FROM proposal", "org_id", "id DESC", limit)
	return rows, tx.Select(&rows, text, args...)
}

// countProposals counts those of the scope that meet q, up to a limit.
func countProposals(tx *db.Tx, scope db.Scope, q *db.Query, limit int) (n int, err error) {
	text, args := q.Scope("org_id", scope).Text("SELECT id FROM proposal", "LIMIT ?", limit)
	var ids []id.ID
	err = tx.Select(&ids, text, args...)
	return len(ids), err
}

func proposalsAbout(tx *db.Tx, p privacy.Person) (rows []row, err error) {
	text, args := db.In(new(db.Query).Where("org_id = ?", p.OrgID), "customer_id", p.IDs).Text("SELECT "+columns+" FROM proposal", "ORDER BY submitted_at, id")
	return rows, tx.Select(&rows, text, args...)
}

// eraseAbout empties the sealed part of a person's proposals.
func eraseAbout(tx *db.Tx, p privacy.Person) error {
	for _, i := range p.IDs {
		if _, err := tx.Exec("UPDATE proposal SET body = $1 WHERE org_id = $2 AND customer_id = $3", []byte{}, p.OrgID, i); err != nil {
			return err
		}
	}
	return nil
}
