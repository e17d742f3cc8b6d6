package lookup

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// jobEnd writes down that time ended a look-up. The data are masked before, by the
// time itself.
const jobEnd = "lookup.end"

// actionLapse is how the audit log names the end by time.
const actionLapse = "lookup.lapse"

type endArgs struct {
	OrgID  id.ID `json:"org_id"`
	Lookup id.ID `json:"lookup"`
}

// RegisterJobs registers the module's jobs; app calls it once.
func (s *Service) RegisterJobs() { job.Register(s.Jobs, jobEnd, s.runEnd) }

func (s *Service) laterTx(tx *db.Tx, org id.ID, args endArgs, at when.Instant) error {
	_, err := s.Jobs.InsertTx(tx, org, id.ID{}, jobEnd, args, job.Options{RunAt: at})
	return err
}

// runEnd writes down what is over.
func (s *Service) runEnd(ctx context.Context, _ *job.Run, args endArgs) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := lookupByID(tx, db.ScopeOf(args.OrgID), args.Lookup)
		if err != nil {
			return err
		}
		company, err := s.Keys.CompanyTx(tx, r.OrgID)
		if err != nil {
			return err
		}
		before, err := r.lookup(company)
		if err != nil {
			return err
		}
		after := before.at(tx.Now())
		if after.State == before.State {
			return nil
		}
		if err := s.shutTx(tx, after); err != nil {
			return err
		}
		return s.saveTx(tx, audit.Actor{}, actionLapse, before, after)
	})
}
