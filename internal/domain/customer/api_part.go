package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// partRoutes registers the parts of a customer. Reading them needs PermGet;
// correcting and removing needs the permission of adding.
func (s *Service) partRoutes(a *rest.API) {
	const one = "/api/v1/customers/{id}"
	rest.Register(a, rest.Op{ID: "customer.timeline", Method: "GET", Path: one + "/timeline", Summary: "What happened with a customer, the newest first"}, s.apiTimeline)
	rest.Register(a, rest.Op{ID: "customer.notes", Method: "GET", Path: one + "/notes", Summary: "Notes, the newest first"}, s.apiNotes)
	rest.Register(a, rest.Op{ID: "customer.people", Method: "GET", Path: "/api/v1/customers/people", Summary: "Who sees customers of a company: whom a note may name"}, s.apiPeople)
	rest.Register(a, rest.Op{ID: PermNote, Method: "POST", Path: one + "/notes", Summary: "Write a note", Status: 201}, s.apiAddNote)
	rest.Register(a, rest.Op{ID: opEditNote, Method: "PUT", Path: one + "/notes/{part}", Summary: "Change one's own note"}, s.apiEditNote)
	rest.Register(a, rest.Op{ID: opRemoveNote, Method: "DELETE", Path: one + "/notes/{part}", Summary: "Take one's own note away"}, s.apiRemoveNote)
	rest.Register(a, rest.Op{ID: "customer.analyses", Method: "GET", Path: one + "/analyses", Summary: "Judgements of a customer, the newest first"}, s.apiAnalyses)
	rest.Register(a, rest.Op{ID: PermAnalyse, Method: "POST", Path: one + "/analyses", Summary: "Judge an aspect of a customer", Status: 201}, s.apiAnalyse)
	rest.Register(a, rest.Op{ID: "customer.interactions", Method: "GET", Path: one + "/interactions", Summary: "Contacts with a customer, the newest first"}, s.apiInteractions)
	rest.Register(a, rest.Op{ID: PermLog, Method: "POST", Path: one + "/interactions", Summary: "Record a contact", Status: 201}, s.apiLog)
	rest.Register(a, rest.Op{ID: opEditLog, Method: "PUT", Path: one + "/interactions/{part}", Summary: "Correct a contact one recorded"}, s.apiEditLog)
	rest.Register(a, rest.Op{ID: "customer.spent", Method: "GET", Path: one + "/spent", Summary: "Number of contacts and what was spent"}, s.apiSpent)
	rest.Register(a, rest.Op{ID: "customer.attachments", Method: "GET", Path: one + "/attachments", Summary: "Files, the newest first"}, s.apiAttachments)
	rest.Register(a, rest.Op{ID: PermAttach, Method: "POST", Path: one + "/attachments", Summary: "Keep a file", Status: 201, Upload: true}, s.apiAttach)
	rest.Register(a, rest.Op{ID: opDetach, Method: "DELETE", Path: one + "/attachments/{part}", Summary: "Take a file away"}, s.apiDetach)
	rest.Register(a, rest.Op{ID: opPreview, Method: "GET", Path: one + "/attachments/{part}/preview", Summary: "A picture, small and with its reader's mark"}, s.apiAttachmentPreview)
	rest.Register(a, rest.Op{ID: opDownload, Method: "GET", Path: one + "/attachments/{part}/content", Summary: "A file, by a running look-up and with its taker's mark"}, s.apiDownload)
	rest.Register(a, rest.Op{ID: "customer.field_values", Method: "GET", Path: one + "/fields", Summary: "Company-defined fields with their values"}, s.apiFieldValues)
	rest.Register(a, rest.Op{ID: PermFill, Method: "PATCH", Path: one + "/fields", Summary: "Write values of fields"}, s.apiFill)
	rest.Register(a, rest.Op{ID: "customer.field_history", Method: "GET", Path: one + "/fields/{part}/history", Summary: "Values a field had, the newest first"}, s.apiFieldHistory)
}

// paged is what a paged list asks for.
func paged(p rest.Paging) Page { return Page{Cursor: p.Cursor, Limit: p.Limit} }

func list[T any](items []T, next string, err error) (*rest.Body[rest.List[T]], error) {
	return &rest.Body[rest.List[T]]{Body: rest.List[T]{Items: items, NextCursor: next}}, err
}

type pagedPart struct {
	ID id.ID `path:"id"`
	rest.Paging
}

// ChangedPart names a part of a customer and its version; exported, for parameters of unexported
// embedded structs are not read.
type ChangedPart struct {
	ID   id.ID `path:"id"`
	Part id.ID `path:"part"`
	rest.IfMatch
}

type timelineRequest struct {
	ID id.ID `path:"id"`
	rest.Paging
	TimelineFilter
}

func (s *Service) apiTimeline(ctx context.Context, in *timelineRequest) (*rest.Body[rest.List[Event]], error) {
	return list(s.Timeline(ctx, in.ID, in.TimelineFilter, paged(in.Paging)))
}

func (s *Service) apiNotes(ctx context.Context, in *pagedPart) (*rest.Body[rest.List[Note]], error) {
	return list(s.Notes(ctx, in.ID, paged(in.Paging)))
}

type noteRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body NoteInput
}

func noteReply(n Note, err error) (*rest.Reply[Note], error) {
	return &rest.Reply[Note]{ETag: rest.ETag(n.Version), Body: n}, err
}

func (s *Service) apiAddNote(ctx context.Context, in *noteRequest) (*rest.Reply[Note], error) {
	return noteReply(s.AddNote(ctx, in.Key, in.ID, in.Body))
}

type editNoteRequest struct {
	ChangedPart
	Body NoteInput
}

func (s *Service) apiEditNote(ctx context.Context, in *editNoteRequest) (*rest.Reply[Note], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return noteReply(s.EditNote(ctx, in.ID, in.Part, version, in.Body))
}

func (s *Service) apiRemoveNote(ctx context.Context, in *ChangedPart) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return &rest.Empty{}, s.RemoveNote(ctx, in.ID, in.Part, version)
}

type analysesRequest struct {
	ID id.ID `path:"id"`
	rest.Paging
	Aspect Aspect `query:"aspect" enum:"attitude,performance,production,credit,demand,potential"`
}

func (s *Service) apiAnalyses(ctx context.Context, in *analysesRequest) (*rest.Body[rest.List[Analysis]], error) {
	return list(s.Analyses(ctx, in.ID, in.Aspect, paged(in.Paging)))
}

type analyseRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body AnalysisInput
}

func (s *Service) apiAnalyse(ctx context.Context, in *analyseRequest) (*rest.Body[Analysis], error) {
	made, err := s.Analyse(ctx, in.Key, in.ID, in.Body)
	return &rest.Body[Analysis]{Body: made}, err
}

func (s *Service) apiInteractions(ctx context.Context, in *pagedPart) (*rest.Body[rest.List[Interaction]], error) {
	return list(s.Interactions(ctx, in.ID, paged(in.Paging)))
}

type logRequest struct {
	ID id.ID `path:"id"`
	rest.Idempotent
	Body InteractionInput
}

func interactionReply(i Interaction, err error) (*rest.Reply[Interaction], error) {
	return &rest.Reply[Interaction]{ETag: rest.ETag(i.Version), Body: i}, err
}

func (s *Service) apiLog(ctx context.Context, in *logRequest) (*rest.Reply[Interaction], error) {
	return interactionReply(s.Log(ctx, in.Key, in.ID, in.Body))
}

type editLogRequest struct {
	ChangedPart
	Body InteractionInput
}

func (s *Service) apiEditLog(ctx context.Context, in *editLogRequest) (*rest.Reply[Interaction], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return interactionReply(s.EditLog(ctx, in.ID, in.Part, version, in.Body))
}

type spentRequest struct {
	ID   id.ID  `path:"id"`
	From string `query:"from" maxLength:"10" doc:"first day, YYYY-MM-DD"`
	To   string `query:"to" maxLength:"10" doc:"last day"`
}

func (s *Service) apiSpent(ctx context.Context, in *spentRequest) (*rest.Body[Spent], error) {
	sum, err := s.Spent(ctx, in.ID, in.From, in.To)
	return &rest.Body[Spent]{Body: sum}, err
}

func (s *Service) apiAttachments(ctx context.Context, in *pagedPart) (*rest.Body[rest.List[Attachment]], error) {
	return list(s.Attachments(ctx, in.ID, paged(in.Paging)))
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

func (s *Service) apiDetach(ctx context.Context, in *ChangedPart) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return &rest.Empty{}, s.Detach(ctx, in.ID, in.Part, version)
}

type partRequest struct {
	ID   id.ID `path:"id"`
	Part id.ID `path:"part"`
}

type downloadRequest struct {
	ID       id.ID `path:"id"`
	Part     id.ID `path:"part"`
	LookupID id.ID `query:"lookup_id" doc:"a running look-up of the caller's of the customer, with the use export and sensitive fields"`
}

func (s *Service) apiDownload(ctx context.Context, in *downloadRequest) (*rest.Stream, error) {
	return Sent(s.Download(ctx, in.ID, in.Part, in.LookupID))
}

func (s *Service) apiAttachmentPreview(ctx context.Context, in *partRequest) (*rest.Stream, error) {
	return Sent(s.Preview(ctx, in.ID, in.Part))
}

func (s *Service) apiFieldValues(ctx context.Context, in *byID) (*rest.Body[rest.List[FieldValue]], error) {
	values, err := s.FieldValues(ctx, in.ID)
	return list(values, "", err)
}

type fillRequest struct {
	ID id.ID `path:"id"`
	rest.IfMatch
	Body struct {
		Fields map[string]string `json:"fields" doc:"value by field code; empty takes it away"`
	}
}

func (s *Service) apiFill(ctx context.Context, in *fillRequest) (*rest.Reply[rest.List[FieldValue]], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	values, after, err := s.Fill(ctx, in.ID, version, in.Body.Fields)
	return &rest.Reply[rest.List[FieldValue]]{ETag: rest.ETag(after), Body: rest.List[FieldValue]{Items: values}}, err
}

type partHistoryRequest struct {
	ID   id.ID `path:"id"`
	Part id.ID `path:"part"`
	rest.Paging
}

func (s *Service) apiFieldHistory(ctx context.Context, in *partHistoryRequest) (*rest.Body[rest.List[FieldValue]], error) {
	return list(s.FieldHistory(ctx, in.ID, in.Part, paged(in.Paging)))
}

type peopleRequest struct {
	OrgID id.ID `query:"org_id" doc:"company; needed by callers of several"`
}

func (s *Service) apiPeople(ctx context.Context, in *peopleRequest) (*rest.Body[rest.List[access.Worker]], error) {
	people, err := s.People(ctx, in.OrgID)
	return list(people, "", err)
}
