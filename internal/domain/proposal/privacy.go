package proposal

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The service tells which changes of a person's archive were proposed, and erases what
// they said.
var _ privacy.Holder = (*Service)(nil)

// HoldingsTx counts the proposals about a person.
func (s *Service) HoldingsTx(tx *db.Tx, p privacy.Person) ([]privacy.Holding, error) {
	rows, err := proposalsAbout(tx, p)
	return []privacy.Holding{{Kind: "proposal", N: int64(len(rows))}}, err
}

// BlocksTx: what was proposed is decided before.
func (s *Service) BlocksTx(tx *db.Tx, p privacy.Person) (blocks []privacy.Block, err error) {
	rows, err := proposalsAbout(tx, p)
	for _, r := range rows {
		if r.State.live() {
			blocks = append(blocks, privacy.Block{Code: "open_proposal", Params: map[string]any{"name": r.ProposerName}})
		}
	}
	return blocks, err
}

// DataTx gives what was proposed, and why.
func (s *Service) DataTx(tx *db.Tx, p privacy.Person, _ string) (d privacy.Data, err error) {
	rows, err := proposalsAbout(tx, p)
	if err != nil {
		return d, err
	}
	section := privacy.Section{Key: "proposals", Columns: []string{"at", "text", "value"}}
	for _, r := range rows {
		b, err := s.openTx(tx, r)
		if err != nil {
			return d, err
		}
		section.Rows = append(section.Rows, []string{r.SubmittedAt.Time().Format("2006-01-02 15:04"), b.Input.Reason, r.Fields})
	}
	d.Sections = []privacy.Section{section}
	return d, nil
}

// EraseTx destroys what proposals said; that there were some stays.
func (s *Service) EraseTx(tx *db.Tx, p privacy.Person) ([]id.ID, error) {
	return nil, eraseAbout(tx, p)
}
