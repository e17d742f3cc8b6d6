package satisfaction

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// OwnModel is a model with where it comes from. A shipped one has no identifier,
// organisation and version.
type OwnModel struct {
	ID        id.ID        `json:"id,omitzero"`
	OrgID     id.ID        `json:"org_id,omitzero"`
	Version   int64        `json:"version"`
	Shipped   bool         `json:"shipped"`
	ChangedBy string       `json:"changed_by,omitempty"`
	ChangedAt when.Instant `json:"changed_at,omitzero"`
	Model
}

// Ref is how surveys and estimations name the model.
func (m OwnModel) Ref() string {
	if m.Shipped {
		return m.Name
	}
	return m.ID.String()
}

// modelTx finds a model by its reference among the shipped ones and those of the
// organisations. Error: db.ErrNotFound.
func modelTx(tx *db.Tx, scope db.Scope, ref string) (OwnModel, error) {
	if m, ok := ShippedModel(ref); ok {
		return OwnModel{Shipped: true, Model: m}, nil
	}
	i, err := id.Parse(ref)
	if err != nil {
		return OwnModel{}, db.ErrNotFound
	}
	return modelByID(tx, scope, i)
}

// QuestionnaireTx implements survey.Questionnaires.
func (s *Service) QuestionnaireTx(tx *db.Tx, nodes db.Scope, ref string) (survey.Questionnaire, error) {
	scope, err := s.readableTx(tx, nodes)
	if err != nil {
		return survey.Questionnaire{}, err
	}
	m, err := modelTx(tx, scope, ref)
	if err != nil {
		return survey.Questionnaire{}, err
	}
	q := survey.Questionnaire{Scale: survey.Scale(m.Scale)}
	for _, c := range m.Constructs {
		for _, code := range c.Indicators {
			item, _ := m.Item(code)
			q.Questions = append(q.Questions, survey.Question{Code: code, Construct: c.Name, Zh: item.Zh, En: item.In("en")})
		}
	}
	return q, nil
}

// Models lists the shipped models and those of the caller's organisations and
// the ones above.
func (s *Service) Models(ctx context.Context) (models []OwnModel, err error) {
	who, err := access.Allow(ctx, PermModels)
	if err != nil {
		return nil, err
	}
	for _, m := range shipped() {
		models = append(models, OwnModel{Shipped: true, Model: m})
	}
	return models, s.db.Read(ctx, func(tx *db.Tx) error {
		scope, err := s.readableTx(tx, who.Nodes)
		if err != nil {
			return err
		}
		own, err := listModels(tx, scope)
		models = append(models, own...)
		return err
	})
}

// ModelDetail is a model with its versions.
type ModelDetail struct {
	OwnModel
	Versions []OwnModel `json:"versions" nullable:"false" doc:"newest first; empty for a shipped model"`
}

// Model gives one model by its reference. Error: db.ErrNotFound.
func (s *Service) Model(ctx context.Context, ref string) (d ModelDetail, err error) {
	who, err := access.Allow(ctx, PermModel)
	if err != nil {
		return ModelDetail{}, err
	}
	return d, s.db.Read(ctx, func(tx *db.Tx) error {
		scope, err := s.readableTx(tx, who.Nodes)
		if err != nil {
			return err
		}
		if d.OwnModel, err = modelTx(tx, scope, ref); err != nil {
			return err
		}
		d.Versions = []OwnModel{}
		if !d.Shipped {
			d.Versions, err = modelVersions(tx, d.OwnModel)
		}
		return err
	})
}

// ModelInput is a new model of an organisation.
type ModelInput struct {
	OrgID id.ID // zero: the caller's own
	Model
}

// CheckModel tells what is wrong with a model without keeping it.
func (s *Service) CheckModel(ctx context.Context, m Model) error {
	if _, err := access.Allow(ctx, PermModelCheck); err != nil {
		return err
	}
	return m.withDefaults().validateOwn()
}

// validateOwn also keeps the names of shipped models free.
func (m Model) validateOwn() error {
	if _, taken := ShippedModel(m.Name); taken {
		var v fault.Validation
		v.Add("name", "model_name_shipped", "name", m.Name)
		return v.Err()
	}
	return m.Validate()
}

// CreateModel adds a model. Errors: validation, ErrModelName, ErrModels,
// db.ErrOrgRequired, db.ErrNotFound, db.ErrKeyReused.
func (s *Service) CreateModel(ctx context.Context, key string, in ModelInput) (OwnModel, error) {
	who, err := access.Allow(ctx, PermModelCreate)
	if err != nil {
		return OwnModel{}, err
	}
	return s.addModel(ctx, who, key, in)
}

func (s *Service) addModel(ctx context.Context, who access.Who, key string, in ModelInput) (m OwnModel, err error) {
	in.Model = in.withDefaults()
	if err := in.validateOwn(); err != nil {
		return OwnModel{}, err
	}
	org, err := home(who, in.OrgID)
	if err != nil {
		return OwnModel{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return OwnModel{}, err
	}
	return m, s.db.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(db.Once{OrgID: org, UserID: who.UserID, Action: who.Permission, Key: key, Body: body}, func() (id.ID, error) {
			return s.addModelTx(tx, who, org, in.Model)
		})
		if err != nil {
			return err
		}
		m, err = modelByID(tx, who.Nodes, made)
		return err
	})
}

func (s *Service) addModelTx(tx *db.Tx, who access.Who, org id.ID, in Model) (id.ID, error) {
	n, err := countModels(tx, org)
	if err != nil {
		return id.ID{}, err
	}
	if n >= maxModels {
		return id.ID{}, ErrModels.With("limit", maxModels)
	}
	m := OwnModel{ID: tx.NewID(), OrgID: org, Version: 1, ChangedBy: who.Name, ChangedAt: tx.Now(), Model: in}
	if err := insertModel(tx, m, who.UserID); err != nil {
		return id.ID{}, err
	}
	return m.ID, s.recordTx(tx, who, org, "satisfaction_model", m.ID, nil, m)
}

// CopyInput names a copy.
type CopyInput struct {
	OrgID id.ID  `json:"org_id,omitzero" doc:"the caller's own organisation when absent"`
	Name  string `json:"name" pattern:"^[a-z][a-z0-9_-]*$" minLength:"2" maxLength:"40"`
	Title Text   `json:"title"`
}

// CopyModel adds a model that is like another, a shipped one for instance. Errors:
// as of CreateModel.
func (s *Service) CopyModel(ctx context.Context, key, ref string, in CopyInput) (OwnModel, error) {
	who, err := access.Allow(ctx, PermModelCopy)
	if err != nil {
		return OwnModel{}, err
	}
	var m OwnModel
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		scope, err := s.readableTx(tx, who.Nodes)
		if err != nil {
			return err
		}
		m, err = modelTx(tx, scope, ref)
		return err
	})
	if err != nil {
		return OwnModel{}, err
	}
	m.Name, m.Title = in.Name, in.Title
	return s.addModel(ctx, who, key, ModelInput{in.OrgID, m.Model})
}

// UpdateModel makes a new version of a model. Errors: validation, db.ErrNotFound,
// db.ErrStale, ErrModelName.
func (s *Service) UpdateModel(ctx context.Context, i id.ID, version int64, in Model) (m OwnModel, err error) {
	who, err := access.Allow(ctx, PermModelUpdate)
	if err != nil {
		return OwnModel{}, err
	}
	in = in.withDefaults()
	if err := in.validateOwn(); err != nil {
		return OwnModel{}, err
	}
	return m, s.db.Write(ctx, func(tx *db.Tx) error {
		before, err := modelByID(tx, who.Nodes, i)
		if err != nil {
			return err
		}
		m = before
		m.Model, m.Version, m.ChangedBy, m.ChangedAt = in, version+1, who.Name, tx.Now()
		if err := updateModel(tx, m, version, who.UserID); err != nil {
			return err
		}
		return s.recordTx(tx, who, m.OrgID, "satisfaction_model", m.ID, before, m)
	})
}

// DeleteModel removes a model with its versions; estimations keep the one they
// were made with. Errors: db.ErrNotFound, db.ErrStale.
func (s *Service) DeleteModel(ctx context.Context, i id.ID, version int64) error {
	who, err := access.Allow(ctx, PermModelDelete)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		m, err := modelByID(tx, who.Nodes, i)
		if err != nil {
			return err
		}
		if used, err := s.surveys.ModelUsedTx(tx, m.Ref()); err != nil || used {
			return cmp.Or(err, error(ErrModelUsed))
		}
		if err := deleteModel(tx, m, version); err != nil {
			return err
		}
		return s.recordTx(tx, who, m.OrgID, "satisfaction_model", m.ID, m, nil)
	})
}
