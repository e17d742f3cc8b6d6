package incident

import (
	"encoding/json"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Incidents follow the customer of their case, are told to him, and emptied of him.
var (
	_ customer.Follower = (*Service)(nil)
	_ privacy.Holder    = (*Service)(nil)
)

// FollowCaseTx gives the incidents of a case to the customer it is found to be about.
func (s *Service) FollowCaseTx(tx *db.Tx, org, caseID, customer id.ID) error {
	return followCase(tx, org, caseID, customer)
}

// MoveTx gives the incidents of a customer to another.
func (s *Service) MoveTx(tx *db.Tx, org, from, to id.ID) (json.RawMessage, error) {
	_, undo, err := customer.GiveTx(tx, table, org, from, to)
	return undo, err
}

// UndoMoveTx gives them back; what became of them since goes with them.
func (s *Service) UndoMoveTx(tx *db.Tx, org, from, to id.ID, undo json.RawMessage) ([]string, error) {
	_, err := customer.GiveBackTx(tx, table, org, from, to, undo)
	return nil, err
}

// HoldingsTx counts the incidents about a person.
func (s *Service) HoldingsTx(tx *db.Tx, p privacy.Person) ([]privacy.Holding, error) {
	rows, err := incidentsOf(tx, p.OrgID, p.IDs)
	return []privacy.Holding{{Kind: object, N: int64(len(rows))}}, err
}

// BlocksTx: what is being investigated is ended before.
func (s *Service) BlocksTx(tx *db.Tx, p privacy.Person) (blocks []privacy.Block, err error) {
	rows, err := incidentsOf(tx, p.OrgID, p.IDs)
	for _, r := range rows {
		if r.live() {
			blocks = append(blocks, privacy.Block{Code: "open_incident", Params: map[string]any{"no": r.IncidentNo}})
		}
	}
	return blocks, err
}

// DataTx tells a person which incidents his cases led to. What we wrote among us is not
// his.
func (s *Service) DataTx(tx *db.Tx, p privacy.Person, lang string) (d privacy.Data, err error) {
	rows, err := incidentsOf(tx, p.OrgID, p.IDs)
	section := privacy.Section{Key: "incidents", Columns: []string{"at", "no", "kind", "status"}}
	for _, r := range rows {
		section.Rows = append(section.Rows, []string{r.KnownAt.Minute(), r.IncidentNo, gradeName(r.Grade, lang), s.Text(lang, "incident.state_name."+string(r.State), nil)})
	}
	d.Sections = []privacy.Section{section}
	return d, err
}

// EraseTx empties the incidents about a person of all that was written. That they were,
// and who was responsible, stays, without him.
func (s *Service) EraseTx(tx *db.Tx, p privacy.Person) ([]id.ID, error) {
	rows, err := incidentsOf(tx, p.OrgID, p.IDs)
	for _, r := range rows {
		if err == nil {
			err = eraseIncident(tx, r.OrgID, r.ID)
		}
	}
	return nil, err
}
