package satisfaction

import (
	"context"
	"errors"
	"math"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Permissions of the module.
const (
	PermModels      = "satisfaction.models"
	PermModel       = "satisfaction.model"
	PermModelCreate = "satisfaction.model_create"
	PermModelCopy   = "satisfaction.model_copy"
	PermModelUpdate = "satisfaction.model_update"
	PermModelDelete = "satisfaction.model_delete"
	PermModelCheck  = "satisfaction.model_check"
	PermBands       = "satisfaction.bands"
	PermSetBands    = "satisfaction.set_bands"
	PermEstimate    = "satisfaction.estimate"
	PermList        = "satisfaction.list"
	PermGet         = "satisfaction.get"
	PermReport      = "satisfaction.report"
	PermXLSX        = "satisfaction.xlsx"
	PermJSON        = "satisfaction.json"
	PermCompare     = "satisfaction.compare"
	PermDelete      = "satisfaction.delete"
)

// Service keeps models and estimations.
type Service struct {
	db      *db.DB
	keys    *crypt.Keyring
	blobs   *blob.Store
	jobs    *job.Queue
	audit   *audit.Log
	cursors *page.Signer
	orgs    *org.Service
	surveys *survey.Service
	program string
}

// New makes the service and wires its models into the survey service. program is
// the version of the program, kept with every estimation.
func New(d *db.DB, keys *crypt.Keyring, blobs *blob.Store, jobs *job.Queue, log *audit.Log, cursors *page.Signer, orgs *org.Service,
	surveys *survey.Service, program string) *Service {
	s := &Service{db: d, keys: keys, blobs: blobs, jobs: jobs, audit: log, cursors: cursors, orgs: orgs, surveys: surveys, program: program}
	surveys.SetQuestionnaires(s)
	return s
}

func (s *Service) recordTx(tx *db.Tx, who access.Who, org id.ID, objectType string, object id.ID, before, after any) error {
	return s.audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: who.Permission, ObjectType: objectType, ObjectID: object, Before: before, After: after})
}

// readableTx widens the caller's organisations by those above them: models and
// bands of the province serve its companies.
func (s *Service) readableTx(tx *db.Tx, nodes db.Scope) (db.Scope, error) {
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return db.Scope{}, err
	}
	all := map[id.ID]bool{}
	for _, node := range nodes.Orgs() {
		for o, ok := tree.Get(node); ok && !all[o.ID]; o, ok = tree.Get(o.ParentID) {
			all[o.ID] = true
		}
	}
	var orgs []id.ID
	for o := range all {
		orgs = append(orgs, o)
	}
	return db.ScopeOf(orgs...), nil
}

// home is the organisation a new record goes to: the named one, else the
// caller's own.
func home(who access.Who, named id.ID) (id.ID, error) {
	if named.IsZero() && who.Nodes.Has(who.HomeOrgID) {
		return who.HomeOrgID, nil
	}
	return who.Nodes.One(named)
}

// Bands gives the bands an organisation reads the index by: its own, those of the
// nearest organisation above that has some, or the program's.
func (s *Service) Bands(ctx context.Context, org id.ID) (b Bands, err error) {
	who, err := access.Allow(ctx, PermBands)
	if err != nil {
		return Bands{}, err
	}
	if org, err = home(who, org); err != nil {
		return Bands{}, err
	}
	return b, s.db.Read(ctx, func(tx *db.Tx) error { b, err = s.bandsTx(tx, org); return err })
}

func (s *Service) bandsTx(tx *db.Tx, i id.ID) (Bands, error) {
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return Bands{}, err
	}
	for o, ok := tree.Get(i); ok; o, ok = tree.Get(o.ParentID) {
		b, found, err := bandsOf(tx, o.ID)
		if err != nil {
			return Bands{}, err
		}
		if found {
			if b.OrgID = i; o.ID != i {
				b.Version = 0
			}
			return b, nil
		}
	}
	return Bands{OrgID: i, Bands: defaultBands}, nil
}

// SetBands sets an organisation's own bands. version is that of its own ones, 0
// where it has none. Estimations keep the bands they were made with. Errors:
// validation, db.ErrStale, db.ErrNotFound.
func (s *Service) SetBands(ctx context.Context, org id.ID, version int64, in BandsInput) (b Bands, err error) {
	who, err := access.Allow(ctx, PermSetBands)
	if err != nil {
		return Bands{}, err
	}
	if org, err = home(who, org); err != nil {
		return Bands{}, err
	}
	if err := in.validate(); err != nil {
		return Bands{}, err
	}
	b = Bands{OrgID: org, SetBy: org, Bands: in.Bands, Version: version + 1}
	return b, s.db.Write(ctx, func(tx *db.Tx) error {
		before, err := s.bandsTx(tx, org)
		if err != nil {
			return err
		}
		if err := setBands(tx, b, version); err != nil {
			return err
		}
		return s.recordTx(tx, who, org, "satisfaction_bands", org, before.Bands, b.Bands)
	})
}

// ListInput narrows the list of estimations.
type ListInput struct {
	SurveyID id.ID
	Search   string // part of the survey's title
	Wave     string
	State    State
	Cursor   string
	Limit    int
}

// List lists estimations, newest first; next is the cursor of the next page.
// Error: page.ErrCursor.
func (s *Service) List(ctx context.Context, lang string, in ListInput) (list []Estimation, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	var at int64
	var last id.ID
	name := strings.Join([]string{PermList, in.SurveyID.String(), in.Wave, string(in.State), in.Search}, " ")
	var after []any
	if ok, err := s.cursors.Decode(name, in.Cursor, &at, &last); err != nil {
		return nil, "", err
	} else if ok {
		after = []any{at, last}
	}
	var rows []estimationRow
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err = listEstimations(tx, who.Nodes, in, after)
		return err
	})
	if err == nil && len(rows) > in.Limit {
		rows = rows[:in.Limit]
		next, err = s.cursors.Encode(name, int64(rows[in.Limit-1].CreatedAt), rows[in.Limit-1].ID)
	}
	if err != nil {
		return nil, "", err
	}
	list = make([]Estimation, len(rows))
	for i, r := range rows {
		if list[i], err = s.view(ctx, r, lang); err != nil {
			return nil, "", err
		}
	}
	return list, next, nil
}

// Get gives one estimation. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, lang string, i id.ID) (Estimation, error) {
	r, err := s.row(ctx, PermGet, i)
	if err != nil {
		return Estimation{}, err
	}
	return s.view(ctx, r, lang)
}

func (s *Service) row(ctx context.Context, permission string, i id.ID) (r estimationRow, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return estimationRow{}, err
	}
	return r, s.db.Read(ctx, func(tx *db.Tx) error { r, err = s.openedTx(tx, who.Nodes, i); return err })
}

// openedTx is an estimation with its outcome.
func (s *Service) openedTx(tx *db.Tx, scope db.Scope, i id.ID) (estimationRow, error) {
	r, err := estimationByID(tx, scope, i)
	if err != nil {
		return r, err
	}
	company, err := s.keys.CompanyTx(tx, r.OrgID)
	if err == nil {
		r.Outcome, err = company.Own().Open(r.place(), r.Sealed)
	}
	return r, err
}

// view tells the state of the job where it ended without a word: a cancelled job
// does not run again to say so.
func (s *Service) view(ctx context.Context, r estimationRow, lang string) (Estimation, error) {
	if r.State == Queued {
		j, err := s.jobs.Get(ctx, db.ScopeOf(r.OrgID), r.JobID)
		switch {
		case errors.Is(err, db.ErrNotFound), err == nil && j.State == job.Failed:
			r.State = Failed
		case err != nil:
			return Estimation{}, err
		case j.State == job.Cancelled:
			r.State = Cancelled
		}
	}
	e, _, err := r.estimation(lang)
	return e, err
}

// Report gives the report of a finished estimation in a language. Errors:
// db.ErrNotFound, ErrNotFinished.
func (s *Service) Report(ctx context.Context, lang string, i id.ID) (Report, error) {
	return s.report(ctx, PermReport, lang, i)
}

func (s *Service) report(ctx context.Context, permission, lang string, i id.ID) (Report, error) {
	r, err := s.row(ctx, permission, i)
	if err != nil {
		return Report{}, err
	}
	if r.State != Done {
		return Report{}, ErrNotFinished
	}
	b, err := r.basis(lang)
	if err != nil {
		return Report{}, err
	}
	return b.report(lang), nil
}

// Delete removes an estimation; one that is under way is cancelled. Errors:
// db.ErrNotFound, db.ErrStale.
func (s *Service) Delete(ctx context.Context, i id.ID, version int64) error {
	who, err := access.Allow(ctx, PermDelete)
	if err != nil {
		return err
	}
	var r estimationRow
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if r, err = estimationByID(tx, who.Nodes, i); err != nil {
			return err
		}
		if err := deleteEstimation(tx, r, version); err != nil {
			return err
		}
		return s.recordTx(tx, who, r.OrgID, "estimation", r.ID, map[string]any{"survey_id": r.StudyID, "settings": r.Settings, "result_sha256": survey.Digest(r.ExportSHA256)}, nil)
	})
	if err != nil {
		return err
	}
	if r.State == Queued {
		if err := s.jobs.Cancel(ctx, db.ScopeOf(r.OrgID), r.JobID); err != nil && !errors.Is(err, job.ErrEnded) && !errors.Is(err, db.ErrNotFound) {
			return err
		}
	}
	return s.blobs.Remove(r.ID)
}

// indexNumber is an index as it is stored: -1 stands for none.
func indexNumber(v float64) Number {
	if v < 0 {
		return Number(math.NaN())
	}
	return Number(v)
}

// CompanyTx gives the company of an estimation. Error: db.ErrNotFound.
func (s *Service) CompanyTx(tx *db.Tx, scope db.Scope, estimation id.ID) (id.ID, error) {
	r, err := estimationByID(tx, scope, estimation)
	return r.OrgID, err
}
