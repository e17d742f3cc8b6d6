package lookup

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The service tells that a person's data were looked up, and when.
var _ privacy.Holder = (*Service)(nil)

// HoldingsTx counts the look-ups that a person was among.
func (s *Service) HoldingsTx(tx *db.Tx, p privacy.Person) ([]privacy.Holding, error) {
	n, err := countAbout(tx, p)
	return []privacy.Holding{{Kind: "lookup", N: n}}, err
}

// BlocksTx: nothing stands in the way; what was opened is gone with the key.
func (s *Service) BlocksTx(*db.Tx, privacy.Person) ([]privacy.Block, error) { return nil, nil }

// DataTx gives when the person was among those looked up, and what for. The reason
// may tell of others.
func (s *Service) DataTx(tx *db.Tx, p privacy.Person, lang string) (privacy.Data, error) {
	rows, err := asksAbout(tx, p)
	section := privacy.Section{Key: "lookups", Columns: []string{"at", "purpose"}}
	for _, r := range rows {
		word := "lookup.emergency"
		if r.Purpose != "" {
			word = "lookup.purpose_name." + r.Purpose
		}
		section.Rows = append(section.Rows, []string{r.AskedAt.Time().Format("2006-01-02 15:04"), s.Text(lang, word, nil)})
	}
	return privacy.Data{Sections: []privacy.Section{section}}, err
}

// EraseTx leaves the record of who looked, which the law wants kept.
func (s *Service) EraseTx(*db.Tx, privacy.Person) ([]id.ID, error) { return nil, nil }
