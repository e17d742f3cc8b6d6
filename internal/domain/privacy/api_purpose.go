package privacy

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

type companyRequest struct {
	OrgID id.ID `query:"org_id" doc:"company; needed by callers of several"`
}

func (s *Service) apiPurposes(ctx context.Context, in *companyRequest) (*rest.Body[rest.List[PurposeSetting]], error) {
	all, err := s.Purposes(ctx, in.OrgID)
	return &rest.Body[rest.List[PurposeSetting]]{Body: rest.List[PurposeSetting]{Items: all}}, err
}

type createPurposeRequest struct {
	rest.Idempotent
	Body PurposeNew
}

func (s *Service) apiCreatePurpose(ctx context.Context, in *createPurposeRequest) (*rest.Reply[PurposeSetting], error) {
	p, err := s.CreatePurpose(ctx, in.Key, in.Body)
	return &rest.Reply[PurposeSetting]{ETag: rest.ETag(p.Version), Body: p}, err
}

// ChangingPurpose names a purpose and its version.
type ChangingPurpose struct {
	Code  string `path:"code" maxLength:"40"`
	OrgID id.ID  `query:"org_id" doc:"company; needed by callers of several"`
	rest.IfMatch
}

type updatePurposeRequest struct {
	ChangingPurpose
	Body PurposeChange
}

func (s *Service) apiUpdatePurpose(ctx context.Context, in *updatePurposeRequest) (*rest.Reply[PurposeSetting], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	p, err := s.UpdatePurpose(ctx, in.OrgID, in.Code, version, in.Body)
	return &rest.Reply[PurposeSetting]{ETag: rest.ETag(p.Version), Body: p}, err
}

func (s *Service) apiDeletePurpose(ctx context.Context, in *ChangingPurpose) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return nil, s.DeletePurpose(ctx, in.OrgID, in.Code, version)
}
