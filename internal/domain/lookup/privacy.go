package lookup

import (
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The service tells a person what his data were looked up for, and erases what was
// written about it.
var _ privacy.Holder = (*Service)(nil)

// HoldingsTx counts the look-ups that name a person.
func (s *Service) HoldingsTx(tx *db.Tx, p privacy.Person) ([]privacy.Holding, error) {
	rows, err := lookupsAbout(tx, p)
	return []privacy.Holding{{Kind: "lookup", N: int64(len(rows))}}, err
}

// BlocksTx: a look-up that may still open his data ends before, and an emergency one is
// reviewed while its reason can be read.
func (s *Service) BlocksTx(tx *db.Tx, p privacy.Person) (blocks []privacy.Block, err error) {
	rows, err := lookupsAbout(tx, p)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		l, err := s.openedTx(tx, r)
		if err != nil {
			return nil, err
		}
		if len(moves[l.State]) > 0 || l.Emergency && l.ReviewedAt == 0 {
			blocks = append(blocks, privacy.Block{Code: "open_lookup", Params: map[string]any{"name": l.UserName}})
		}
	}
	return blocks, nil
}

// DataTx tells when and what for his data were looked up. The reason is his only where
// the look-up was about him alone: else it may name others.
func (s *Service) DataTx(tx *db.Tx, p privacy.Person, lang string) (d privacy.Data, err error) {
	rows, err := lookupsAbout(tx, p)
	if err != nil {
		return d, err
	}
	section := privacy.Section{Key: "lookups", Columns: []string{"at", "purpose", "text", "status"}}
	for _, r := range rows {
		l, err := s.openedTx(tx, r)
		if err != nil {
			return d, err
		}
		purpose, reason := "lookup.emergency", ""
		if !l.Emergency {
			purpose = "lookup.purpose_name." + l.Purpose
		}
		if l.RecordCount <= len(p.IDs) {
			reason = l.Reason
		}
		section.Rows = append(section.Rows, []string{l.AskedAt.Time().Format("2006-01-02 15:04"), s.Text(lang, purpose, nil), reason, s.Text(lang, "lookup.state_name."+string(l.State), nil)})
	}
	d.Sections = []privacy.Section{section}
	return d, nil
}

// EraseTx empties what people wrote about look-ups that name him. That there were some,
// and who asked and decided, stays; the audit log keeps the words until its time is over.
func (s *Service) EraseTx(tx *db.Tx, p privacy.Person) ([]id.ID, error) {
	company, err := s.Keys.CompanyTx(tx, p.OrgID)
	if err != nil {
		return nil, err
	}
	empty, err := json.Marshal(Body{})
	if err != nil {
		return nil, fmt.Errorf("lookup: %w", err)
	}
	rows, err := lookupsAbout(tx, p)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		r.Body = company.Own().Seal(bodyPlace(r.ID), string(empty))
		if err := updateLookup(tx, r); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
