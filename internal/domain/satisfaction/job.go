package satisfaction

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
	"github.com/zhiyin-power/zhiyin/pls"
)

const (
	kindEstimate = "satisfaction.estimate"

	noteEstimating = "satisfaction.note.estimating"
	noteResampling = "satisfaction.note.resampling"
	noteWriting    = "satisfaction.note.writing"
)

// RegisterJobs registers the estimation.
func (s *Service) RegisterJobs(q *job.Queue) { job.Register(q, kindEstimate, s.work) }

// Estimate begins an estimation of a survey's answers. Errors: db.ErrNotFound,
// survey.ErrNoData, validation (an item of the model without a column),
// db.ErrKeyReused.
func (s *Service) Estimate(ctx context.Context, lang, key string, study id.ID, in EstimateInput) (e Estimation, err error) {
	who, err := access.Allow(ctx, PermEstimate)
	if err != nil {
		return Estimation{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Estimation{}, err
	}
	var row estimationRow
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		st, err := s.surveys.StudyTx(tx, who.Nodes, study)
		if err != nil {
			return err
		}
		made, _, err := tx.Once(db.Once{OrgID: st.OrgID, UserID: who.UserID, Action: PermEstimate + study.String(), Key: key, Body: body}, func() (id.ID, error) {
			return s.beginTx(tx, who, st, in)
		})
		if err != nil {
			return err
		}
		row, err = estimationByID(tx, who.Nodes, made)
		return err
	})
	if err != nil {
		return Estimation{}, err
	}
	s.jobs.Wake()
	return s.view(ctx, row, lang)
}

// beginTx keeps everything the estimation will be made with, but for the answers,
// whose digest it keeps.
func (s *Service) beginTx(tx *db.Tx, who access.Who, st survey.Study, in EstimateInput) (id.ID, error) {
	data, err := s.surveys.DataTx(tx, who.Nodes, st.ID)
	if err != nil {
		return id.ID{}, err
	}
	scope, err := s.readableTx(tx, who.Nodes)
	if err != nil {
		return id.ID{}, err
	}
	m, err := modelTx(tx, scope, cmp.Or(in.Model, st.Model))
	if err != nil {
		return id.ID{}, modelError(err, in)
	}
	if err := checkItems(m.Model, data); err != nil {
		return id.ID{}, err
	}
	m.Scale = Scale(data.Mapping.Scale)
	bands, err := s.bandsTx(tx, st.OrgID)
	if err != nil {
		return id.ID{}, err
	}
	in.Settings.Scheme, in.Settings.Level = cmp.Or(in.Settings.Scheme, pls.PathScheme), cmp.Or(in.Settings.Level, DefaultSettings().Level)
	in.Settings.Missing = cmp.Or(in.Settings.Missing, pls.Missing(data.Mapping.MissingRule))
	r := estimationRow{
		OrgID: st.OrgID, ID: tx.NewID(), StudyID: st.ID, StudyTitle: st.Title, TitleKey: st.TitleKey, StudyWave: st.Wave, Invited: st.Invited, State: Queued, ModelRef: m.Ref(),
		DataID: data.ID, DataSHA256: data.SHA256, Program: s.program, CreatedBy: who.UserID, CreatedName: who.Name, CreatedAt: tx.Now(),
	}
	if err := r.encode(m, in.Settings, bands.Bands); err != nil {
		return id.ID{}, err
	}
	if r.JobID, err = s.jobs.InsertTx(tx, st.OrgID, who.UserID, kindEstimate, estimateTask{st.OrgID, r.ID}, job.Options{}); err != nil {
		return id.ID{}, err
	}
	if err := insertEstimation(tx, r); err != nil {
		return id.ID{}, err
	}
	return r.ID, s.recordTx(tx, who, r.OrgID, "estimation", r.ID, nil, map[string]any{"survey_id": st.ID, "model": r.ModelRef, "settings": in.Settings, "data_sha256": survey.Digest(r.DataSHA256)})
}

// modelError says that the model the caller named is not there.
func modelError(err error, in EstimateInput) error {
	if !errors.Is(err, db.ErrNotFound) {
		return err
	}
	var v fault.Validation
	v.Add("model", "estimate_model", "model", in.Model)
	return v.Err()
}

// checkItems refuses a model with items the data have no column for.
func checkItems(m Model, data survey.Data) error {
	var v fault.Validation
	for _, c := range m.Constructs {
		for _, code := range c.Indicators {
			has := func(d survey.ItemDescription) bool { return d.Code == code }
			v.Check(slices.ContainsFunc(data.Description.Items, has), "model", "estimate_item", "construct", c.Title.Zh, "item", code)
		}
	}
	return v.Err()
}

// encode fills in what is kept as JSON.
func (r *estimationRow) encode(m OwnModel, settings Settings, bands []Band) error {
	for _, c := range []struct {
		into *string
		v    any
	}{{&r.Model, m}, {&r.Settings, settings}, {&r.Bands, bands}} {
		raw, err := json.Marshal(c.v)
		if err != nil {
			return err
		}
		*c.into = string(raw)
	}
	return nil
}

type estimateTask struct {
	OrgID        id.ID `json:"org_id"`
	EstimationID id.ID `json:"estimation_id"`
}

// work estimates. It may run more than once: everything is written in its last
// transaction, and the file of the result bears the estimation's identifier.
func (s *Service) work(ctx context.Context, run *job.Run, t estimateTask) error {
	w := &worker{Service: s, run: run}
	if err := w.begin(ctx, t); err != nil {
		return err
	}
	outcome, export, err := w.estimate(ctx)
	var problems pls.Problems
	if errors.As(err, &problems) {
		return w.refuse(ctx, problems)
	}
	if err != nil {
		return err
	}
	return w.keep(ctx, outcome, export)
}

type worker struct {
	*Service
	run      *job.Run
	row      estimationRow
	model    Model
	settings Settings
	company  *crypt.Company
	reported time.Time
}

func (w *worker) begin(ctx context.Context, t estimateTask) error {
	return w.db.Write(ctx, func(tx *db.Tx) (err error) {
		if w.row, err = estimationByID(tx, db.ScopeOf(t.OrgID), t.EstimationID); err != nil {
			return err
		}
		var e Estimation
		if e, w.model, err = w.row.estimation("zh"); err != nil {
			return err
		}
		w.settings = e.Settings
		if w.company, err = w.keys.CompanyTx(tx, t.OrgID); err != nil {
			return err
		}
		return w.run.StepTx(tx, job.Step{Total: int64(w.settings.Resamples), Note: noteEstimating})
	})
}

// estimate calculates and gives the outcome and result.json, which is what zhiyin
// estimate --json prints for the same answers.
func (w *worker) estimate(ctx context.Context) (o Outcome, export []byte, err error) {
	answers, err := w.surveys.Responses(ctx, db.ScopeOf(w.row.OrgID), w.row.StudyID)
	if err != nil {
		return o, nil, err
	}
	if answers.Data.ID != w.row.DataID { // replaced since it was asked for
		return o, nil, ErrDataReplaced
	}
	sample, err := pls.Prepare(w.model.PLS(), pls.Dataset{Names: answers.Items, Columns: answers.Answers},
		pls.Options{Scheme: w.settings.Scheme, Missing: w.settings.Missing})
	if err != nil {
		return o, nil, err
	}
	result, err := sample.Estimate()
	if err != nil {
		return o, nil, err
	}
	boot, err := w.bootstrap(ctx, sample)
	if err != nil {
		return o, nil, err
	}
	var out bytes.Buffer
	if err := result.Report(boot).WriteJSON(&out); err != nil {
		return o, nil, err
	}
	o = newOutcome(sample, result, boot)
	newSegmenter(sample, result, w.model.Target, w.settings.Level, answers).addTo(&o)
	return o, out.Bytes(), nil
}

// bootstrap returns nil where none was asked for.
func (w *worker) bootstrap(ctx context.Context, sample *pls.Sample) (*pls.Bootstrap, error) {
	if w.settings.Resamples == 0 {
		return nil, nil
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	boot, err := sample.Bootstrap(ctx, pls.BootstrapOptions{
		Resamples: w.settings.Resamples, Seed: uint64(w.settings.Seed), Level: w.settings.Level,
		Progress: func(done, total int) { w.progress(ctx, stop, done, total) },
	})
	if errors.Is(err, context.Canceled) {
		err = context.Cause(ctx)
	}
	return boot, err
}

// reportEvery is how often progress is written down; that is also how soon a
// cancelled estimation stops.
const reportEvery = 500 * time.Millisecond

func (w *worker) progress(ctx context.Context, stop context.CancelCauseFunc, done, total int) {
	if time.Since(w.reported) < reportEvery && done < total {
		return
	}
	w.reported = time.Now()
	err := w.db.Write(ctx, func(tx *db.Tx) error {
		return w.run.StepTx(tx, job.Step{Progress: int64(done), Total: int64(total), Note: noteResampling})
	})
	if err != nil {
		stop(err)
	}
}

// refuse keeps why answers or model were refused.
func (w *worker) refuse(ctx context.Context, problems pls.Problems) error {
	raw, err := json.Marshal(problems)
	if err != nil {
		return err
	}
	r := w.row
	r.State, r.Problems, r.IndexValue, r.IndexLo, r.IndexHi, r.ExportSHA256 = Failed, string(raw), -1, -1, -1, []byte{}
	if err := w.db.Write(ctx, func(tx *db.Tx) error { return finishEstimation(tx, w.company.Own(), r) }); err != nil {
		return err
	}
	return ErrRefused
}

func (w *worker) keep(ctx context.Context, o Outcome, export []byte) error {
	r := w.row
	raw, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("satisfaction: outcome: %w", err)
	}
	target, _ := o.construct(w.model.Target)
	r.State, r.Outcome, r.Problems, r.Cases = Done, string(raw), "", int64(o.Used)
	r.IndexValue, r.IndexLo, r.IndexHi = storedIndex(target.Index.Value), storedIndex(target.Index.Lo), storedIndex(target.Index.Hi)
	ref, err := w.blobs.Put(r.ID, w.company.Own(), bytes.NewReader(export), math.MaxInt64)
	if err != nil {
		return err
	}
	r.ExportSize, r.ExportSHA256 = ref.Size, ref.SHA256
	err = w.db.Write(ctx, func(tx *db.Tx) error {
		if err := w.run.StepTx(tx, job.Step{Progress: int64(w.settings.Resamples), Total: int64(w.settings.Resamples), Note: noteWriting}); err != nil {
			return err
		}
		if err := finishEstimation(tx, w.company.Own(), r); err != nil {
			return err
		}
		if err := w.recordDoneTx(tx, r); err != nil {
			return err
		}
		return w.run.ResultTx(tx, map[string]any{"estimation_id": r.ID})
	})
	if errors.Is(err, db.ErrNotFound) { // deleted meanwhile
		return errors.Join(err, w.blobs.Remove(r.ID))
	}
	return err
}

func (w *worker) recordDoneTx(tx *db.Tx, r estimationRow) error {
	return w.audit.RecordTx(tx, audit.Change{
		OrgID: r.OrgID, Actor: audit.Actor{ID: r.CreatedBy, Name: r.CreatedName}, Action: PermEstimate, ObjectType: "estimation", ObjectID: r.ID,
		After: map[string]any{"cases": r.Cases, "result_sha256": survey.Digest(r.ExportSHA256)},
	})
}

// storedIndex is an index as it is stored: -1 stands for none. A mean of answers
// within the scale weighted by negative weights may leave 0 to 100 and is then
// cut off in lists only.
func storedIndex(v Number) float64 {
	if math.IsNaN(float64(v)) {
		return -1
	}
	return max(0, float64(v))
}
