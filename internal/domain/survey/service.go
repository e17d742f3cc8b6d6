package survey

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Permissions of the module.
const (
	PermList      = "survey.list"
	PermGet       = "survey.get"
	PermCreate    = "survey.create"
	PermUpdate    = "survey.update"
	PermDelete    = "survey.delete"
	PermUpload    = "survey.upload"
	PermPreview   = "survey.preview"
	PermCheck     = "survey.check"
	PermImport    = "survey.import"
	PermProblems  = "survey.problems"
	PermDownload  = "survey.download"
	PermDiscard   = "survey.discard"
	PermClear     = "survey.clear"
	PermResponses = "survey.responses"
)

// Questionnaires gives the items of a satisfaction model by its reference.
// Package satisfaction is later in the order of modules and fills it. Error:
// db.ErrNotFound.
type Questionnaires interface {
	QuestionnaireTx(tx *db.Tx, nodes db.Scope, ref string) (Questionnaire, error)
}

// Service keeps studies and their data.
type Service struct {
	db             *db.DB
	keys           *crypt.Keyring
	blobs          *blob.Store
	jobs           *job.Queue
	audit          *audit.Log
	cursors        *page.Signer
	questionnaires Questionnaires
}

// New makes the service.
func New(d *db.DB, keys *crypt.Keyring, blobs *blob.Store, jobs *job.Queue, log *audit.Log, cursors *page.Signer) *Service {
	return &Service{db: d, keys: keys, blobs: blobs, jobs: jobs, audit: log, cursors: cursors}
}

// SetQuestionnaires wires the models; package satisfaction calls it once.
func (s *Service) SetQuestionnaires(q Questionnaires) { s.questionnaires = q }

func (s *Service) recordTx(tx *db.Tx, who access.Who, study Study, before, after any) error {
	return s.audit.RecordTx(tx, audit.Change{OrgID: study.OrgID, Actor: who.Actor(), Action: who.Permission, ObjectType: "survey", ObjectID: study.ID, Before: before, After: after})
}

// home is the organisation a new record goes to: the named one, else the
// caller's own.
func home(who access.Who, named id.ID) (id.ID, error) {
	if named.IsZero() && who.Nodes.Has(who.HomeOrgID) {
		return who.HomeOrgID, nil
	}
	return who.Nodes.One(named)
}

// Create adds a study. Errors: validation (also for an unknown model),
// db.ErrOrgRequired, db.ErrNotFound, db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, in CreateInput) (study Study, err error) {
	who, err := access.Allow(ctx, PermCreate)
	if err != nil {
		return Study{}, err
	}
	if err := in.validate(); err != nil {
		return Study{}, err
	}
	org, err := home(who, in.OrgID)
	if err != nil {
		return Study{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Study{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(db.Once{OrgID: org, UserID: who.UserID, Action: PermCreate, Key: key, Body: body}, func() (id.ID, error) {
			return s.createTx(tx, who, org, in.StudyInput)
		})
		if err != nil {
			return err
		}
		study, err = studyByID(tx, who.Nodes, made)
		return err
	})
	return study, err
}

func (s *Service) createTx(tx *db.Tx, who access.Who, org id.ID, in StudyInput) (id.ID, error) {
	if err := s.checkModelTx(tx, who, in.Model); err != nil {
		return id.ID{}, err
	}
	study := Study{ID: tx.NewID(), OrgID: org, Version: 1, CreatedBy: who.UserID, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
	study.take(in)
	if err := insertStudy(tx, study); err != nil {
		return id.ID{}, err
	}
	return study.ID, s.recordTx(tx, who, study, nil, study)
}

func (s *Service) checkModelTx(tx *db.Tx, who access.Who, ref string) error {
	_, err := s.questionnaires.QuestionnaireTx(tx, who.Nodes, ref)
	if errors.Is(err, db.ErrNotFound) {
		var v fault.Validation
		v.Add("model", "survey_model_unknown", "model", ref)
		return v.Err()
	}
	return err
}

// ListInput narrows and orders the list of studies.
type ListInput struct {
	Search string
	Wave   string
	Sort   string // "-created_at", "created_at" or "title"
	Cursor string
	Limit  int
}

// List lists studies; next is the cursor of the next page, "" at the end.
// Error: page.ErrCursor.
func (s *Service) List(ctx context.Context, in ListInput) (studies []Study, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	list := PermList + " " + in.Sort
	order, filter := listOrders[in.Sort], studyFilter{Search: cn.Fold(in.Search), Wave: in.Wave}
	if filter.After, err = s.after(list, in.Cursor, order); err != nil {
		return nil, "", err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		studies, err = listStudies(tx, who.Nodes, filter, order, in.Limit+1)
		return err
	})
	if err != nil || len(studies) <= in.Limit {
		return studies, "", err
	}
	studies = studies[:in.Limit]
	last := studies[in.Limit-1]
	if order.Column == "title_key" {
		next, err = s.cursors.Encode(list, last.TitleKey, last.ID)
	} else {
		next, err = s.cursors.Encode(list, last.CreatedAt, last.ID)
	}
	return studies, next, err
}

// after reads the place a cursor names: sort value and id.
func (s *Service) after(list, cursor string, o listOrder) ([]any, error) {
	var title string
	var at when.Instant
	var last id.ID
	value := any(&at)
	if o.Column == "title_key" {
		value = &title
	}
	ok, err := s.cursors.Decode(list, cursor, value, &last)
	switch {
	case err != nil || !ok:
		return nil, err
	case o.Column == "title_key":
		return []any{title, last}, nil
	}
	return []any{at, last}, nil
}

// Detail is a study with its data.
type Detail struct {
	Study
	Data  *Data  `json:"data,omitempty" doc:"the current data set"`
	Files []File `json:"files" nullable:"false" doc:"response files sent, newest first"`
}

// Get gives one study. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return Detail{}, err
	}
	return d, s.db.Read(ctx, func(tx *db.Tx) error {
		var company *crypt.Company
		if d.Study, company, err = s.studyTx(tx, who, i); err != nil {
			return err
		}
		if d.Data, err = s.currentDataTx(tx, d.Study); err != nil {
			return err
		}
		rows, err := filesOf(tx, company.Own(), d.Study)
		if err != nil {
			return err
		}
		d.Files = make([]File, len(rows))
		for k, row := range rows {
			if d.Files[k], err = row.file(); err != nil {
				return err
			}
		}
		return nil
	})
}

// currentDataTx is nil for a study without data.
func (s *Service) currentDataTx(tx *db.Tx, study Study) (*Data, error) {
	if study.DataID.IsZero() {
		return nil, nil
	}
	company, err := s.keys.CompanyTx(tx, study.OrgID)
	if err != nil {
		return nil, err
	}
	row, err := dataByID(tx, company.Own(), study.OrgID, study.DataID)
	if err != nil {
		return nil, err
	}
	d, err := row.data()
	return &d, err
}

// Update changes a study. Errors: as of Create, and db.ErrStale.
func (s *Service) Update(ctx context.Context, i id.ID, version int64, in StudyInput) (study Study, err error) {
	who, err := access.Allow(ctx, PermUpdate)
	if err != nil {
		return Study{}, err
	}
	if err := in.validate(); err != nil {
		return Study{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		before, err := studyByID(tx, who.Nodes, i)
		if err != nil {
			return err
		}
		if before.Model != in.Model {
			if err := s.checkModelTx(tx, who, in.Model); err != nil {
				return err
			}
		}
		study = before
		study.take(in)
		study.UpdatedAt, study.Version = tx.Now(), version+1
		if err := updateStudy(tx, study, version); err != nil {
			return err
		}
		return s.recordTx(tx, who, study, before, study)
	})
	return study, err
}

// Delete removes a study with its files and data. Errors: db.ErrNotFound,
// db.ErrStale, db.ErrReferenced while estimates of it are kept.
func (s *Service) Delete(ctx context.Context, i id.ID, version int64) error {
	who, err := access.Allow(ctx, PermDelete)
	if err != nil {
		return err
	}
	var files []fileRow
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		study, company, err := s.studyTx(tx, who, i)
		if err != nil {
			return err
		}
		if files, err = filesOf(tx, company.Own(), study); err != nil {
			return err
		}
		for _, f := range files {
			if err := deleteFile(tx, f); err != nil {
				return err
			}
		}
		if err := deleteOtherData(tx, study, id.ID{}); err != nil {
			return err
		}
		if err := deleteStudy(tx, study, version); err != nil {
			return err
		}
		return s.recordTx(tx, who, study, study, nil)
	})
	if err != nil {
		return err
	}
	return s.removeBlobs(files)
}

// removeBlobs follows the commit: a file without a row harms nobody, a row
// without its file would.
func (s *Service) removeBlobs(files []fileRow) (err error) {
	for _, f := range files {
		err = errors.Join(err, s.blobs.Remove(f.ID))
	}
	return err
}

// CompanyTx gives the company of a study. Error: db.ErrNotFound.
func (s *Service) CompanyTx(tx *db.Tx, scope db.Scope, study id.ID) (id.ID, error) {
	found, err := studyByID(tx, scope, study)
	return found.OrgID, err
}
