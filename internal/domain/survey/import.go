package survey

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// ImportInput says how a file is checked or imported.
type ImportInput struct {
	ReadOptions
	Mapping     Mapping `json:"mapping"`
	SkipBadRows bool    `json:"skip_bad_rows,omitempty" doc:"import the sound rows; otherwise one bad row stops the import"`
}

// task is what a job of this module works on. Questions are those of the model
// when the job was asked for, without their wording. Sealed is the input, which names
// the headings of the file.
type task struct {
	OrgID     id.ID       `json:"org_id"`
	StudyID   id.ID       `json:"study_id"`
	FileID    id.ID       `json:"file_id"`
	DataID    id.ID       `json:"data_id,omitzero"` // zero: a check only
	Actor     audit.Actor `json:"actor"`
	Input     ImportInput `json:"-"`
	Sealed    []byte      `json:"input"`
	Questions []Question  `json:"questions"`
}

func (t task) place() crypt.Place {
	return crypt.Place{Table: "job", Column: "survey input", ID: t.FileID}
}

func (t *task) seal(own *crypt.Subject) error {
	raw, err := json.Marshal(t.Input)
	if err == nil {
		t.Sealed = own.SealBytes(t.place(), raw)
	}
	return err
}

func (t *task) open(own *crypt.Subject) error {
	raw, err := own.OpenBytes(t.place(), t.Sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, &t.Input)
}

func (t task) questionnaire() Questionnaire {
	return Questionnaire{Scale: t.Input.Mapping.Scale, Questions: t.Questions}
}

// Begun is background work that was begun.
type Begun struct {
	JobID id.ID `json:"job_id" doc:"see /api/v1/jobs/{id}"`
}

// Check begins a dry run: every row is read, nothing is imported; the outcome is
// the file's summary and problems. Errors: validation, db.ErrNotFound, those of
// package sheet.
func (s *Service) Check(ctx context.Context, study, file id.ID, in ImportInput) (Begun, error) {
	who, err := access.Allow(ctx, PermCheck)
	if err != nil {
		return Begun{}, err
	}
	t, err := s.prepare(ctx, who, study, file, in)
	if err != nil {
		return Begun{}, err
	}
	var b Begun
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		b.JobID, err = s.jobs.InsertTx(tx, t.OrgID, who.UserID, kindCheck, t, job.Options{})
		return err
	})
	s.jobs.Wake()
	return b, err
}

// Import begins an import that replaces the study's data. Errors: as of Check,
// and ErrImportRunning, db.ErrKeyReused.
func (s *Service) Import(ctx context.Context, study, file id.ID, key string, in ImportInput) (Begun, error) {
	who, err := access.Allow(ctx, PermImport)
	if err != nil {
		return Begun{}, err
	}
	t, err := s.prepare(ctx, who, study, file, in)
	if err != nil {
		return Begun{}, err
	}
	body, err := json.Marshal([]any{study, file, in})
	if err != nil {
		return Begun{}, err
	}
	ended, running := s.endedImport(ctx, who, study)
	var b Begun
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		b.JobID, _, err = tx.Once(db.Once{OrgID: t.OrgID, UserID: who.UserID, Action: PermImport, Key: key, Body: body}, func() (id.ID, error) {
			if running != nil { // unless this very request began it
				return id.ID{}, running
			}
			return s.beginTx(tx, who, t, ended)
		})
		return err
	})
	s.jobs.Wake()
	return b, err
}

// prepare checks the mapping against the file and the model.
func (s *Service) prepare(ctx context.Context, who access.Who, study, file id.ID, in ImportInput) (t task, err error) {
	f, company, err := s.fileOf(ctx, who, study, file)
	if err != nil {
		return task{}, err
	}
	header, err := s.headerOf(f, company, in.ReadOptions)
	if err != nil {
		return task{}, err
	}
	in.Mapping = in.Mapping.withDefaults()
	t = task{OrgID: f.OrgID, StudyID: study, FileID: file, Actor: who.Actor(), Input: in}
	if err := t.seal(company.Own()); err != nil {
		return task{}, err
	}
	return t, s.db.Read(ctx, func(tx *db.Tx) error {
		st, err := studyByID(tx, who.Nodes, study)
		if err != nil {
			return err
		}
		q, err := s.questionnaires.QuestionnaireTx(tx, who.Nodes, st.Model)
		if err != nil {
			return err
		}
		t.Questions = nil
		for _, question := range q.Questions {
			t.Questions = append(t.Questions, Question{Code: question.Code, Construct: question.Construct})
		}
		return in.Mapping.validate(header, q)
	})
}

func (s *Service) headerOf(f fileRow, company *crypt.Company, o ReadOptions) (header []string, err error) {
	r, closeFile, err := s.open(f.ref(), company, o)
	if err != nil {
		return nil, err
	}
	return r.Header, closeFile()
}

// endedImport gives the import a study is marked with if its job has ended, else
// ErrImportRunning; the zero id where there is no mark.
func (s *Service) endedImport(ctx context.Context, who access.Who, i id.ID) (id.ID, error) {
	var study Study
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { study, err = studyByID(tx, who.Nodes, i); return err })
	if err != nil || study.ImportJob.IsZero() {
		return id.ID{}, err
	}
	j, err := s.jobs.Get(ctx, db.ScopeOf(study.OrgID), study.ImportJob)
	switch {
	case errors.Is(err, db.ErrNotFound):
		return study.ImportJob, nil
	case err == nil && !j.Ended():
		err = ErrImportRunning
	}
	return study.ImportJob, err
}

// beginTx makes the data set that is to be filled, and the job.
func (s *Service) beginTx(tx *db.Tx, who access.Who, t task, ended id.ID) (id.ID, error) {
	study, company, err := s.studyTx(tx, who, t.StudyID)
	if err != nil {
		return id.ID{}, err
	}
	f, err := fileByID(tx, company.Own(), study, t.FileID)
	if err != nil {
		return id.ID{}, err
	}
	mapping, err := json.Marshal(t.Input.Mapping)
	if err != nil {
		return id.ID{}, err
	}
	if err := deleteOtherData(tx, study, study.DataID); err != nil { // left over from stopped imports
		return id.ID{}, err
	}
	t.DataID = tx.NewID()
	err = insertData(tx, company.Own(), dataRow{
		OrgID: study.OrgID, ID: t.DataID, StudyID: study.ID, FileID: f.ID, FileName: f.Name, FileSHA256: f.SHA256, Mapping: string(mapping), Description: "{}",
		CreatedBy: who.UserID, CreatedName: who.Name, CreatedAt: tx.Now(),
	})
	if err != nil {
		return id.ID{}, err
	}
	begun, err := s.jobs.InsertTx(tx, study.OrgID, who.UserID, kindImport, t, job.Options{})
	if err != nil {
		return id.ID{}, err
	}
	return begun, setImportJob(tx, study, begun, ended)
}

// Clear removes the study's data. Errors: db.ErrNotFound, db.ErrStale, ErrNoData,
// ErrImportRunning.
func (s *Service) Clear(ctx context.Context, i id.ID, version int64) error {
	who, err := access.Allow(ctx, PermClear)
	if err != nil {
		return err
	}
	ended, err := s.endedImport(ctx, who, i)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		study, err := studyByID(tx, who.Nodes, i)
		switch {
		case err != nil:
			return err
		case study.DataID.IsZero():
			return ErrNoData
		case study.ImportJob != ended:
			return ErrImportRunning
		}
		study.Version = version
		before, err := s.currentDataTx(tx, study)
		if err != nil {
			return err
		}
		if err := deleteOtherData(tx, study, id.ID{}); err != nil {
			return err
		}
		if err := clearData(tx, study); err != nil {
			return err
		}
		return s.recordTx(tx, who, study, map[string]any{"data_id": before.ID, "sha256": before.SHA256, "rows": before.Description.Rows}, nil)
	})
}
