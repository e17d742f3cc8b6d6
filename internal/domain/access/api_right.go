package access

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Operations that need the permission of another.
const (
	opPermissions = "access.permissions"
	opHolders     = "access.role_holders"
	opPeople      = "access.people"
)

// rightRoutes registers what is about roles, deputies and who can do what.
func (s *Service) rightRoutes(a *rest.API) {
	rest.Register(a, rest.Op{ID: opPermissions, Method: "GET", Path: "/api/v1/permissions", Summary: "Every permission, by module"}, s.apiPermissions)
	rest.Register(a, rest.Op{ID: PermRoleList, Method: "GET", Path: "/api/v1/roles", Summary: "List roles"}, s.apiRoles)
	rest.Register(a, rest.Op{ID: PermRoleCreate, Method: "POST", Path: "/api/v1/roles", Summary: "Make a role of the company's own", Status: 201}, s.apiCreateRole)
	rest.Register(a, rest.Op{ID: PermRoleUpdate, Method: "PUT", Path: "/api/v1/roles/{id}", Summary: "Change a role, or retire it"}, s.apiUpdateRole)
	rest.Register(a, rest.Op{ID: opHolders, Method: "GET", Path: "/api/v1/roles/{id}/holders", Summary: "Who holds a role, now or later"}, s.apiHolders)
	rest.Register(a, rest.Op{ID: opAbsences, Method: "GET", Path: "/api/v1/absences", Summary: "Absences and their deputies, newest first"}, s.apiAbsences)
	rest.Register(a, rest.Op{ID: opAbsenceCreate, Method: "POST", Path: "/api/v1/absences", Summary: "Name a deputy for an absence", Status: 201}, s.apiCreateAbsence)
	rest.Register(a, rest.Op{ID: opAbsenceEnd, Method: "POST", Path: "/api/v1/absences/{id}/end", Summary: "End an absence early"}, s.apiEndAbsence)
	rest.Register(a, rest.Op{ID: opAbsenceRoles, Method: "GET", Path: "/api/v1/absences/roles", Summary: "Roles that a deputy can take over"}, s.apiAbsenceRoles)
	rest.Register(a, rest.Op{ID: opColleagues, Method: "GET", Path: "/api/v1/absences/colleagues", Summary: "Find who can be named a deputy"}, s.apiColleagues)
	rest.Register(a, rest.Op{ID: PermMatrix, Method: "GET", Path: "/api/v1/access-matrix", Summary: "Who can do what where, users by login"}, s.apiMatrix)
	rest.Register(a, rest.Op{ID: PermExplain, Method: "GET", Path: "/api/v1/access-reasons", Summary: "Whether a user holds permissions in a place, and why"}, s.apiExplain)
	rest.Register(a, rest.Op{ID: opPeople, Method: "GET", Path: "/api/v1/access-reasons/people", Summary: "Find users about whom to ask"}, s.apiPeople)
}

func list[T any](items []T, err error) (*rest.Body[rest.List[T]], error) {
	return &rest.Body[rest.List[T]]{Body: rest.List[T]{Items: items}}, err
}

func (s *Service) apiPermissions(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[PermissionModule]], error) {
	_, err := Allow(ctx, PermRoleList)
	return list(Permissions, err)
}

func (s *Service) apiRoles(ctx context.Context, _ *struct{}) (*rest.Body[rest.List[Role]], error) {
	return list(s.Roles(ctx))
}

type createRoleRequest struct {
	rest.Idempotent
	Body RoleInput
}

func (s *Service) apiCreateRole(ctx context.Context, in *createRoleRequest) (*rest.Reply[Role], error) {
	r, err := s.CreateRole(ctx, in.Key, in.Body)
	return &rest.Reply[Role]{ETag: rest.ETag(r.Version), Body: r}, err
}

type updateRoleRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body RoleInput
}

func (s *Service) apiUpdateRole(ctx context.Context, in *updateRoleRequest) (*rest.Reply[Role], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	r, err := s.UpdateRole(ctx, in.ID, version, in.Body)
	return &rest.Reply[Role]{ETag: rest.ETag(r.Version), Body: r}, err
}

func (s *Service) apiHolders(ctx context.Context, in *byID) (*rest.Body[rest.List[Holder]], error) {
	return list(s.Holders(ctx, in.ID))
}

// absenceList names the list for cursors.
const absenceList = "access.absences id"

func (s *Service) apiAbsences(ctx context.Context, in *rest.Paging) (*rest.Body[rest.List[Absence]], error) {
	var before id.ID
	if _, err := s.cursors.Decode(absenceList, in.Cursor, &before); err != nil {
		return nil, err
	}
	all, err := s.Absences(ctx, before, in.Limit+1)
	if err != nil || len(all) <= in.Limit {
		return list(all, err)
	}
	next, err := s.cursors.Encode(absenceList, all[in.Limit-1].ID)
	return &rest.Body[rest.List[Absence]]{Body: rest.List[Absence]{Items: all[:in.Limit], NextCursor: next}}, err
}

type createAbsenceRequest struct {
	rest.Idempotent
	Body AbsenceInput
}

func (s *Service) apiCreateAbsence(ctx context.Context, in *createAbsenceRequest) (*rest.Reply[Absence], error) {
	a, err := s.CreateAbsence(ctx, in.Key, in.Body)
	return &rest.Reply[Absence]{ETag: rest.ETag(a.Version), Body: a}, err
}

type endAbsenceRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

func (s *Service) apiEndAbsence(ctx context.Context, in *endAbsenceRequest) (*rest.Reply[Absence], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	a, err := s.EndAbsence(ctx, in.ID, version)
	return &rest.Reply[Absence]{ETag: rest.ETag(a.Version), Body: a}, err
}

type absentRequest struct {
	UserID id.ID `query:"user_id" doc:"who is away; absent: oneself"`
}

func (s *Service) apiAbsenceRoles(ctx context.Context, in *absentRequest) (*rest.Body[rest.List[RoleName]], error) {
	return list(s.AbsenceRoles(ctx, in.UserID))
}

type colleaguesRequest struct {
	absentRequest
	Search string `query:"q" maxLength:"40" doc:"part of name or login"`
}

func (s *Service) apiColleagues(ctx context.Context, in *colleaguesRequest) (*rest.Body[rest.List[Colleague]], error) {
	return list(s.Colleagues(ctx, in.UserID, in.Search))
}

type matrixRequest struct {
	rest.Paging
	OrgID      id.ID  `query:"org_id" doc:"where; absent: the highest organisation of the caller's"`
	Module     string `query:"module" maxLength:"40" doc:"its permissions are the columns; absent: the modules are"`
	Permission string `query:"permission" maxLength:"80" doc:"only who holds it"`
	RoleID     id.ID  `query:"role_id" doc:"only who holds it"`
	Search     string `query:"q" maxLength:"40" doc:"part of name or login"`
}

// MatrixPage is a page of the matrix.
type MatrixPage struct {
	Matrix
	NextCursor string `json:"next_cursor,omitempty" doc:"give it as cursor for the next page"`
}

// matrixList names the list for cursors; the filter may differ between pages.
const matrixList = "access.matrix login"

func (s *Service) apiMatrix(ctx context.Context, in *matrixRequest) (*rest.Body[MatrixPage], error) {
	f := MatrixFilter{OrgID: in.OrgID, Module: in.Module, Permission: in.Permission, RoleID: in.RoleID, Search: in.Search, Limit: in.Limit}
	if _, err := s.cursors.Decode(matrixList, in.Cursor, &f.After); err != nil {
		return nil, err
	}
	m, err := s.Matrix(ctx, f)
	p := MatrixPage{Matrix: m}
	if err == nil && m.More {
		p.NextCursor, err = s.cursors.Encode(matrixList, p.Rows[len(p.Rows)-1].Login)
	}
	return &rest.Body[MatrixPage]{Body: p}, err
}

type explainRequest struct {
	UserID     id.ID    `query:"user_id" required:"true"`
	Permission []string `query:"permission" required:"true" maxItems:"100" doc:"one or, with commas, several"`
	OrgID      id.ID    `query:"org_id" doc:"where"`
	ObjectType string   `query:"object_type" enum:"customer,reception,account,case,survey,estimation" doc:"with object_id instead of org_id: the record asked about"`
	ObjectID   id.ID    `query:"object_id"`
}

func (s *Service) apiExplain(ctx context.Context, in *explainRequest) (*rest.Body[Explanation], error) {
	e, err := s.Explain(ctx, Question{UserID: in.UserID, Permissions: in.Permission, OrgID: in.OrgID, ObjectType: in.ObjectType, ObjectID: in.ObjectID})
	return &rest.Body[Explanation]{Body: e}, err
}

type peopleRequest struct {
	Search string `query:"q" maxLength:"40" doc:"part of name or login"`
}

func (s *Service) apiPeople(ctx context.Context, in *peopleRequest) (*rest.Body[rest.List[Colleague]], error) {
	return list(s.People(ctx, in.Search))
}
