package message

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// ReadyTx tells whether a company sends by a channel now.
func (s *Service) ReadyTx(tx *db.Tx, org id.ID, c Channel) (bool, error) {
	set, err := s.settingsTx(tx, org)
	return set.enabled(c), err
}

// AboutTx gives what was said about an object, the newest first, with masked addresses.
func (s *Service) AboutTx(tx *db.Tx, who access.Who, org, object id.ID, limit int) ([]Message, error) {
	rows, err := listMessages(tx, db.ScopeOf(org), Filter{ObjectID: object}, id.ID{}, limit)
	all := make([]Message, len(rows))
	for i, r := range rows {
		m, b, err := s.readTx(tx, who, r)
		if err != nil {
			return nil, err
		}
		m.To, m.ToName = maskAddress(r.Channel, b.To), ""
		all[i] = m
	}
	return all, err
}

// FollowTx gives what was said about an object to the customer it is found to be about, so
// that it is told to him and erased with him.
func (s *Service) FollowTx(tx *db.Tx, org, object, customer id.ID) error {
	return followObject(tx, org, object, customer)
}

// StopTx stops what waits to be said about an object, for somebody wants it so.
func (s *Service) StopTx(tx *db.Tx, org, object id.ID) error {
	return stopAbout(tx, org, object, "", reasonByHand)
}

// OvertakeTx stops what waits to be said about an object by a template, for it is no
// longer so.
func (s *Service) OvertakeTx(tx *db.Tx, org, object id.ID, template string) error {
	return stopAbout(tx, org, object, template, reasonOvertaken)
}
