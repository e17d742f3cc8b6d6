package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func notePlace(premise id.ID) crypt.Place {
	return crypt.Place{Table: premises.name, Column: "access_note", ID: premise}
}

// sealNote puts the access note out of sight: it tells where keys lie and who is at
// home.
func (s *Service) sealNote(tx *db.Tx, p *Premise) error {
	if p.AccessNote == "" {
		p.SealedNote = nil
		return nil
	}
	company, err := s.Keys.CompanyTx(tx, p.OrgID)
	if err == nil {
		p.SealedNote = company.Own().Seal(notePlace(p.ID), p.AccessNote)
	}
	return err
}

func (s *Service) openNote(tx *db.Tx, p *Premise) error {
	if len(p.SealedNote) == 0 {
		return nil
	}
	company, err := s.Keys.CompanyTx(tx, p.OrgID)
	if err == nil {
		p.AccessNote, err = company.Own().Open(notePlace(p.ID), p.SealedNote)
	}
	return err
}

// eachNote does one of the two to premises.
func eachNote(tx *db.Tx, list []Premise, do func(*db.Tx, *Premise) error) error {
	for i := range list {
		if err := do(tx, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

// premisesTx reads premises by identifier, their notes opened.
func (s *Service) premisesTx(tx *db.Tx, org id.ID, ids []id.ID) (map[id.ID]Premise, error) {
	list, err := premises.some(tx, org, distinct(ids))
	if err == nil {
		err = eachNote(tx, list, s.openNote)
	}
	return byID(list, err)
}
