package satisfaction

import (
	"context"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/pls"
)

func (s *Service) apiModels(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[OwnModel]], error) {
	models, err := s.Models(ctx)
	return &rest.Body[rest.List[OwnModel]]{Body: rest.List[OwnModel]{Items: models}}, err
}

type modelPath struct {
	Ref string `path:"ref" maxLength:"40" doc:"name of a shipped model, or identifier"`
}

func (s *Service) apiModel(ctx context.Context, in *modelPath) (*rest.Reply[ModelDetail], error) {
	d, err := s.Model(ctx, in.Ref)
	return &rest.Reply[ModelDetail]{ETag: rest.ETag(d.Version), Body: d}, err
}

// ModelBody is a model as a client sends it; a model file of package pls will do.
type ModelBody struct {
	Name       string          `json:"name" pattern:"^[a-z][a-z0-9_-]*$" minLength:"2" maxLength:"40"`
	Title      Text            `json:"title"`
	About      Text            `json:"about,omitzero"`
	Sources    []string        `json:"sources,omitempty" maxItems:"20"`
	Target     string          `json:"target,omitempty" maxLength:"40" doc:"absent: Satisfaction or 满意, else the construct that most paths lead to"`
	Scale      Scale           `json:"scale"`
	Constructs []ConstructBody `json:"constructs" maxItems:"40"`
	Items      []Item          `json:"items,omitempty" maxItems:"300" doc:"absent: the codes are the wording"`
	Paths      []Path          `json:"paths" maxItems:"400"`
}

// ConstructBody is a construct as a client sends it.
type ConstructBody struct {
	Name       string   `json:"name" minLength:"1" maxLength:"40" doc:"unique in the model; stands in results"`
	Title      Text     `json:"title,omitzero" doc:"absent: the name"`
	Mode       pls.Mode `json:"mode" enum:"A,B" doc:"A reflective, B formative"`
	Indicators []string `json:"indicators" maxItems:"60" doc:"item codes"`
}

func (b ModelBody) model() Model {
	m := Model{Name: b.Name, Title: b.Title, About: b.About, Sources: b.Sources, Target: b.Target, Scale: b.Scale, Items: b.Items, Paths: b.Paths}
	for _, c := range b.Constructs {
		m.Constructs = append(m.Constructs, Construct(c))
	}
	return m
}

type createModelRequest struct {
	rest.Idempotent
	Body struct {
		OrgID id.ID `json:"org_id,omitzero" doc:"the caller's own organisation when absent"`
		ModelBody
	}
}

func (s *Service) apiCreateModel(ctx context.Context, in *createModelRequest) (*rest.Reply[OwnModel], error) {
	m, err := s.CreateModel(ctx, in.Key, ModelInput{in.Body.OrgID, in.Body.model()})
	return &rest.Reply[OwnModel]{ETag: rest.ETag(m.Version), Body: m}, err
}

// ModelCheck is what is wrong with a model; nothing if it is sound.
type ModelCheck struct {
	OK     bool                `json:"ok"`
	Fields []rest.ProblemField `json:"fields" nullable:"false"`
}

type checkModelRequest struct{ Body ModelBody }

func (s *Service) apiCheckModel(ctx context.Context, in *checkModelRequest) (*rest.Body[ModelCheck], error) {
	err := s.CheckModel(ctx, in.Body.model())
	c := ModelCheck{OK: err == nil, Fields: []rest.ProblemField{}}
	var f *fault.Error
	if err == nil || !errors.As(err, &f) || f.Code != fault.CodeInvalid {
		return &rest.Body[ModelCheck]{Body: c}, err
	}
	for _, field := range f.Fields {
		text := speaker{lang: rest.Language(ctx)}.field(field)
		c.Fields = append(c.Fields, rest.ProblemField{Name: field.Name, Code: field.Code, Params: field.Params, Message: text})
	}
	return &rest.Body[ModelCheck]{Body: c}, nil
}

type copyModelRequest struct {
	Ref string `path:"ref" maxLength:"40"`
	rest.Idempotent
	Body CopyInput
}

func (s *Service) apiCopyModel(ctx context.Context, in *copyModelRequest) (*rest.Reply[OwnModel], error) {
	m, err := s.CopyModel(ctx, in.Key, in.Ref, in.Body)
	return &rest.Reply[OwnModel]{ETag: rest.ETag(m.Version), Body: m}, err
}

type updateModelRequest struct {
	Ref string `path:"ref" maxLength:"40"`
	rest.IfMatch
	Body ModelBody
}

func (s *Service) apiUpdateModel(ctx context.Context, in *updateModelRequest) (*rest.Reply[OwnModel], error) {
	i, version, err := changeable(in.Ref, in.IfMatch)
	if err != nil {
		return nil, err
	}
	m, err := s.UpdateModel(ctx, i, version, in.Body.model())
	return &rest.Reply[OwnModel]{ETag: rest.ETag(m.Version), Body: m}, err
}

type deleteModelRequest struct {
	Ref string `path:"ref" maxLength:"40"`
	rest.IfMatch
}

func (s *Service) apiDeleteModel(ctx context.Context, in *deleteModelRequest) (*rest.Empty, error) {
	i, version, err := changeable(in.Ref, in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, s.DeleteModel(ctx, i, version)
}

// changeable refuses shipped models, which are copied instead.
func changeable(ref string, match rest.IfMatch) (i id.ID, version int64, err error) {
	if _, ok := ShippedModel(ref); ok {
		return i, 0, ErrShipped
	}
	if i, err = id.Parse(ref); err != nil {
		return i, 0, db.ErrNotFound
	}
	version, err = match.Version()
	return i, version, err
}

type bandsRequest struct {
	OrgID string `query:"org_id" format:"uuid" doc:"the caller's own organisation when absent"`
}

func (s *Service) apiBands(ctx context.Context, in *bandsRequest) (*rest.Reply[Bands], error) {
	org, err := optional(in.OrgID)
	if err != nil {
		return nil, err
	}
	b, err := s.Bands(ctx, org)
	return &rest.Reply[Bands]{ETag: rest.ETag(b.Version), Body: b}, err
}

type setBandsRequest struct {
	OrgID string `query:"org_id" format:"uuid"`
	rest.IfMatch
	Body BandsInput
}

func (s *Service) apiSetBands(ctx context.Context, in *setBandsRequest) (*rest.Reply[Bands], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	org, err := optional(in.OrgID)
	if err != nil {
		return nil, err
	}
	b, err := s.SetBands(ctx, org, version, in.Body)
	return &rest.Reply[Bands]{ETag: rest.ETag(b.Version), Body: b}, err
}

// optional reads an identifier that may be absent.
func optional(text string) (i id.ID, err error) { return i, i.UnmarshalText([]byte(text)) }
