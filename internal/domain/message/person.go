package message

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Said is a message as the person it went to may read it.
type Said struct {
	Message
	Subject, Text string
}

// CountOfTx counts what was said to people of the archive.
func (s *Service) CountOfTx(tx *db.Tx, org id.ID, customers []id.ID) (int64, error) {
	return countOf(tx, org, customers)
}

// SaidToTx gives what was said to people of the archive, whole, the oldest first.
func (s *Service) SaidToTx(tx *db.Tx, org id.ID, customers []id.ID) (all []Said, err error) {
	rows, err := ofCustomers(tx, org, customers)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		b, err := r.open(company)
		if err != nil {
			return nil, err
		}
		all = append(all, Said{Message{ID: r.ID, Channel: r.Channel, To: b.To, State: r.State, CreatedAt: r.CreatedAt}, b.Subject, b.Text})
	}
	return all, nil
}

// ForgetTx empties what was said to people who are erased, and stops what waits. That
// something was sent, when and by which template, stays.
func (s *Service) ForgetTx(tx *db.Tx, org id.ID, customers []id.ID) error {
	rows, err := ofCustomers(tx, org, customers)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.State == Queued {
			r.State, r.Reason, r.DueAt, r.EndedAt = Dropped, reasonErased, 0, tx.Now()
			if err := updateMessage(tx, r); err != nil {
				return err
			}
		}
		if err := eraseText(tx, r); err != nil {
			return err
		}
	}
	return nil
}
