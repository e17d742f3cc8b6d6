package calendar

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	const all, one = "/api/v1/calendars", "/api/v1/calendars/{year}"
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: all, Summary: "Years with a calendar, and those whose calendar is missing"}, s.apiList)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: one, Summary: "A year with every day, and its earlier calendars"}, s.apiGet)
	rest.Register(a, rest.Op{ID: opCheck, Method: "POST", Path: all + "/check", Summary: "What importing a calendar would change; nothing is kept"}, s.apiCheck)
	rest.Register(a, rest.Op{ID: PermImport, Method: "PUT", Path: one, Summary: "Import the calendar of a year; open dates are counted anew in the background"}, s.apiImport)
}

func (s *Service) apiList(ctx context.Context, _ *struct{}) (*rest.Body[Overview], error) {
	o, err := s.Overview(ctx)
	return &rest.Body[Overview]{Body: o}, err
}

// Which names a year.
type Which struct {
	Year int `path:"year" minimum:"2000" maximum:"2198"`
}

func reply(d Detail, err error) (*rest.Reply[Detail], error) {
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version.Version), Body: d}, err
}

func (s *Service) apiGet(ctx context.Context, in *Which) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.Year))
}

type checkRequest struct{ Body when.Year }

func (s *Service) apiCheck(ctx context.Context, in *checkRequest) (*rest.Body[Check], error) {
	k, err := s.Check(ctx, in.Body)
	return &rest.Body[Check]{Body: k}, err
}

type importRequest struct {
	Which
	rest.IfMatch
	Body when.Year
}

func (s *Service) apiImport(ctx context.Context, in *importRequest) (*rest.Reply[Detail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(s.Import(ctx, in.Year, version, in.Body))
}
