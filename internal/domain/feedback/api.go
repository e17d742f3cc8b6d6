package feedback

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const (
	allCases = "/api/v1/cases"
	oneCase  = "/api/v1/cases/{id}"
)

// Routes registers the module's operations.
func (s *Service) Routes(a *rest.API) {
	rest.Register(a, rest.Op{ID: PermList, Method: "GET", Path: allCases, Summary: "Cases, filtered and sorted"}, s.apiList)
	rest.Register(a, rest.Op{ID: "feedback.counts", Method: "GET", Path: allCases + "/counts", Summary: "How many cases wait, for me and my unit"}, s.apiCounts)
	rest.Register(a, rest.Op{ID: "feedback.people", Method: "GET", Path: allCases + "/people", Summary: "Who works on cases of a company"}, s.apiPeople)
	rest.Register(a, rest.Op{ID: PermCreate, Method: "POST", Path: allCases, Summary: "Register a case", Status: 201}, s.apiCreate)
	rest.Register(a, rest.Op{ID: "feedback.hint", Method: "POST", Path: allCases + "/hint", Summary: "What is known that a new case may belong to"}, s.apiHint)
	rest.Register(a, rest.Op{ID: PermGet, Method: "GET", Path: oneCase, Summary: "A case with its steps, limits and what belongs to it"}, s.apiGet)
	rest.Register(a, rest.Op{ID: PermUpdate, Method: "PUT", Path: oneCase, Summary: "Change the facts of a case"}, s.apiUpdate)
	rest.Register(a, rest.Op{ID: "feedback.events", Method: "GET", Path: oneCase + "/events", Summary: "Steps of a case, the newest first"}, s.apiEvents)
	rest.Register(a, rest.Op{ID: "feedback.deadlines", Method: "GET", Path: oneCase + "/deadlines", Summary: "How the limits of a case are counted, day by day"}, s.apiDeadlines)
	rest.Register(a, rest.Op{ID: opTold, Method: "GET", Path: oneCase + "/notices", Summary: "What the customer of a case was told by message"}, s.apiTold)
	rest.Register(a, rest.Op{ID: PermNote, Method: "POST", Path: oneCase + "/notes", Summary: "Write a remark among us, or words to the customer", Status: 201}, s.apiNote)
	rest.Register(a, rest.Op{ID: PermWatch, Method: "PUT", Path: oneCase + "/watch", Summary: "Watch a case, or no longer"}, s.apiWatch)
	rest.Register(a, rest.Op{ID: PermLink, Method: "POST", Path: oneCase + "/links", Summary: "Note that two cases belong together"}, s.apiLink)
	rest.Register(a, rest.Op{ID: opUnlink, Method: "DELETE", Path: oneCase + "/links/{other}", Summary: "Take such a note back"}, s.apiUnlink)
	rest.Register(a, rest.Op{ID: PermAttach, Method: "POST", Path: oneCase + "/attachments", Summary: "Keep a file with a case", Status: 201, Upload: true}, s.apiAttach)
	rest.Register(a, rest.Op{ID: opDetach, Method: "DELETE", Path: oneCase + "/attachments/{file}", Summary: "Take a file away"}, s.apiDetach)
	rest.Register(a, rest.Op{ID: opDownload, Method: "GET", Path: oneCase + "/attachments/{file}/content", Summary: "A file, by a running look-up and with its taker's mark"}, s.apiDownload)
	rest.Register(a, rest.Op{ID: opPreview, Method: "GET", Path: oneCase + "/attachments/{file}/preview", Summary: "A picture, small and with its reader's mark"}, s.apiPreview)
	rest.Register(a, rest.Op{ID: opSheet, Method: "GET", Path: oneCase + "/sheet", Summary: "A case on paper, masked but by a release"}, s.apiSheet)
	rest.Register(a, rest.Op{ID: opDraft, Method: "POST", Path: oneCase + "/article", Summary: "Make the draft of an article of a solved case"}, s.apiDraft)
	s.stepRoutes(a)
	s.settingRoutes(a)
	s.figureRoutes(a)
}

type listRequest struct {
	rest.Paging
	Filter
	Sort Sort `query:"sort" enum:"received_at,-received_at,due_at,-due_at,severity,-severity,updated_at,-updated_at" default:"-received_at" doc:"by due_at or severity: open cases alone"`
}

func (s *Service) apiList(ctx context.Context, in *listRequest) (*rest.Body[rest.List[Case]], error) {
	items, next, err := s.List(ctx, ListInput{Filter: in.Filter, Sort: in.Sort, Cursor: in.Cursor, Limit: in.Limit})
	return &rest.Body[rest.List[Case]]{Body: rest.List[Case]{Items: items, NextCursor: next}}, err
}

// Company names a company.
type Company struct {
	OrgID id.ID `query:"org_id" doc:"the company, where the caller works for several"`
}

func (s *Service) apiCounts(ctx context.Context, in *Company) (*rest.Body[Counts], error) {
	c, err := s.Counts(ctx, in.OrgID)
	return &rest.Body[Counts]{Body: c}, err
}

func (s *Service) apiPeople(ctx context.Context, in *Company) (*rest.Body[rest.List[access.Worker]], error) {
	people, err := s.People(ctx, in.OrgID)
	return &rest.Body[rest.List[access.Worker]]{Body: rest.List[access.Worker]{Items: people}}, err
}

// People lists who works on cases of a company. Error: db.ErrOrgRequired.
func (s *Service) People(ctx context.Context, org id.ID) (all []access.Worker, err error) {
	_, org, err = access.AllowOne(ctx, PermList, org)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		k, err := s.companyTx(tx, org)
		if err == nil {
			all = append([]access.Worker{}, k.people[PermAccept]...)
		}
		return err
	})
}

func reply(d Detail, err error) (*rest.Reply[Detail], error) {
	return &rest.Reply[Detail]{ETag: rest.ETag(d.Version), Body: d}, err
}

type createRequest struct {
	rest.Idempotent
	Body CreateInput
}

func (s *Service) apiCreate(ctx context.Context, in *createRequest) (*rest.Reply[Detail], error) {
	return reply(s.Create(ctx, in.Key, in.Body))
}

type hintRequest struct {
	Body HintInput
}

func (s *Service) apiHint(ctx context.Context, in *hintRequest) (*rest.Body[Hint], error) {
	h, err := s.Hint(ctx, in.Body)
	return &rest.Body[Hint]{Body: h}, err
}

type oneRequest struct {
	ID id.ID `path:"id"`
}

func (s *Service) apiGet(ctx context.Context, in *oneRequest) (*rest.Reply[Detail], error) {
	return reply(s.Get(ctx, in.ID))
}

func (s *Service) apiTold(ctx context.Context, in *oneRequest) (*rest.Body[Told], error) {
	t, err := s.Told(ctx, in.ID)
	return &rest.Body[Told]{Body: t}, err
}

func (s *Service) apiDraft(ctx context.Context, in *oneRequest) (*rest.Body[Drafted], error) {
	d, err := s.Draft(ctx, in.ID)
	return &rest.Body[Drafted]{Body: d}, err
}

type eventsRequest struct {
	ID id.ID `path:"id"`
	rest.Paging
}

func (s *Service) apiEvents(ctx context.Context, in *eventsRequest) (*rest.Body[rest.List[Event]], error) {
	items, next, err := s.Events(ctx, in.ID, customer.Page{Cursor: in.Cursor, Limit: in.Limit})
	return &rest.Body[rest.List[Event]]{Body: rest.List[Event]{Items: items, NextCursor: next}}, err
}

func (s *Service) apiDeadlines(ctx context.Context, in *oneRequest) (*rest.Body[Explanations], error) {
	x, err := s.Explain(ctx, in.ID)
	return &rest.Body[Explanations]{Body: x}, err
}

type noteRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body NoteInput
}

func (s *Service) apiNote(ctx context.Context, in *noteRequest) (*rest.Body[Event], error) {
	e, err := s.Note(ctx, in.Key, in.ID, in.Body)
	return &rest.Body[Event]{Body: e}, err
}

type watchRequest struct {
	ID   id.ID `path:"id"`
	Body struct {
		Watching bool `json:"watching"`
	}
}

func (s *Service) apiWatch(ctx context.Context, in *watchRequest) (*rest.Reply[Detail], error) {
	return reply(s.Watch(ctx, in.ID, in.Body.Watching))
}

// Changed names a case and the version of it that is changed; exported, for parameters
// of unexported embedded structs are not read.
type Changed struct {
	ID id.ID `path:"id"`
	rest.IfMatch
}

func (in Changed) with(change func(version int64) (Detail, error)) (*rest.Reply[Detail], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return reply(change(version))
}

type updateRequest struct {
	Changed
	Body Facts
}

func (s *Service) apiUpdate(ctx context.Context, in *updateRequest) (*rest.Reply[Detail], error) {
	return in.with(func(version int64) (Detail, error) { return s.Update(ctx, in.ID, version, in.Body) })
}

type linkRequest struct {
	Changed
	Body LinkInput
}

func (s *Service) apiLink(ctx context.Context, in *linkRequest) (*rest.Reply[Detail], error) {
	return in.with(func(version int64) (Detail, error) { return s.Link(ctx, in.ID, version, in.Body) })
}

type unlinkRequest struct {
	Changed
	Other id.ID `path:"other"`
}

func (s *Service) apiUnlink(ctx context.Context, in *unlinkRequest) (*rest.Reply[Detail], error) {
	return in.with(func(version int64) (Detail, error) { return s.Unlink(ctx, in.ID, version, in.Other) })
}

type attachRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	rest.Upload
}

func (s *Service) apiAttach(ctx context.Context, in *attachRequest) (*rest.Body[Attachment], error) {
	made, err := s.Attach(ctx, in.Key, in.ID, in.Name(), in.File())
	return &rest.Body[Attachment]{Body: made}, err
}

type detachRequest struct {
	Changed
	File id.ID `path:"file"`
}

func (s *Service) apiDetach(ctx context.Context, in *detachRequest) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return &rest.Empty{}, s.Detach(ctx, in.ID, in.File, version)
}

type fileRequest struct {
	ID   id.ID `path:"id"`
	File id.ID `path:"file"`
}

func (s *Service) apiPreview(ctx context.Context, in *fileRequest) (*rest.Stream, error) {
	return customer.Sent(s.Preview(ctx, in.ID, in.File))
}

type downloadRequest struct {
	ID       id.ID `path:"id"`
	File     id.ID `path:"file"`
	LookupID id.ID `query:"lookup_id" doc:"a running look-up of the caller's of the case's customer, with the use export and sensitive fields; a case without a customer needs none, but the right to decide about look-ups"`
}

func (s *Service) apiDownload(ctx context.Context, in *downloadRequest) (*rest.Stream, error) {
	return customer.Sent(s.Download(ctx, in.ID, in.File, in.LookupID))
}

type sheetRequest struct {
	ID        id.ID  `path:"id"`
	Sheet     string `query:"sheet" enum:"work_order,thanks_letter" default:"work_order"`
	ReleaseID id.ID  `query:"release_id" doc:"by which the sheet was taken to be shown whole; absent: it is masked"`
}

func (s *Service) apiSheet(ctx context.Context, in *sheetRequest) (*rest.Body[Sheet], error) {
	p, err := s.Sheet(ctx, in.ID, in.Sheet, in.ReleaseID)
	return &rest.Body[Sheet]{Body: p}, err
}
