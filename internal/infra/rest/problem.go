package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// Problem is an RFC 9457 document. Code and the fields' codes are stable; Title
// and the messages are sentences in the caller's language.
type Problem struct {
	Type   string         `json:"type" example:"about:blank"`
	Title  string         `json:"title" doc:"what is wrong and what to do"`
	Status int            `json:"status"`
	Code   string         `json:"code" example:"customer.already_merged"`
	Params map[string]any `json:"params,omitempty" doc:"values the title names"`
	Fields []ProblemField `json:"fields,omitempty" doc:"each rejected input"`
}

// ProblemField is one rejected input.
type ProblemField struct {
	Name    string         `json:"name" example:"contacts[0].value"`
	Code    string         `json:"code" example:"required"`
	Message string         `json:"message"`
	Params  map[string]any `json:"params,omitempty"`
}

func (p *Problem) Error() string { return p.Code }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders implements huma.HeadersError: when to ask again.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if wait, ok := p.Params["retry_after_s"]; ok {
		h.Set("Retry-After", fmt.Sprint(wait))
	}
	return h
}

const problemType = "application/problem+json"

var (
	errUnknownRoute = fault.New(fault.NotFound, "request.unknown_route")
	errNoSuch       = fault.New(fault.NotFound, "record.not_found") // an address that can be no record's
	errBody         = fault.New(fault.Invalid, "request.body")
	errInternal     = fault.New(fault.Internal, "internal")
	errCancelled    = fault.New(fault.Unavailable, "request.cancelled")
	errTooLarge     = fault.New(fault.TooLarge, "request.too_large")
	errMediaType    = fault.New(fault.Invalid, "request.media_type")
	errText         = fault.New(fault.Invalid, "request.text")
)

var statusOf = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.Invalid: http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized, fault.Forbidden: http.StatusForbidden,
	fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Stale: http.StatusPreconditionFailed, fault.Unversioned: http.StatusPreconditionRequired, fault.TooMany: http.StatusTooManyRequests,
	fault.TooLarge: http.StatusRequestEntityTooLarge, fault.Unavailable: http.StatusServiceUnavailable,
}

// ErrCrossOrigin: a page of another site asked with the user's session.
var ErrCrossOrigin = fault.New(fault.Forbidden, "request.cross_origin")

// problem turns a handler's error into its document, still without sentences,
// and logs the unforeseen.
func (a *API) problem(ctx context.Context, op string, err error) *Problem {
	var f *fault.Error
	switch {
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		f = errCancelled
	case !errors.As(err, &f) || f.Kind == fault.Internal:
		a.Logger.ErrorContext(ctx, "unforeseen error", "operation", op, "error", err)
		f = errInternal
	}
	return document(f)
}

func document(f *fault.Error) *Problem {
	p := &Problem{Type: "about:blank", Status: statusOf[f.Kind], Code: f.Code, Params: f.Params}
	for _, field := range f.Fields {
		p.Fields = append(p.Fields, ProblemField{Name: field.Name, Code: field.Code, Params: field.Params})
	}
	return p
}

// sentences fills in what the codes mean in the caller's language.
func (a *API) sentences(ctx context.Context, p *Problem) {
	lang := Language(ctx)
	p.Title = a.Text(lang, p.Code, p.Params)
	for i, f := range p.Fields {
		p.Fields[i].Message = a.Text(lang, "problem.field."+f.Code, f.Params)
	}
}

// WriteProblem answers outside of an operation.
func (a *API) WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := a.problem(r.Context(), r.Method+" "+r.Pattern, err)
	a.sentences(r.Context(), p)
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p) //nolint:errcheck // the client has gone; nobody is left to tell
}

// huma reports its own refusals (JSON syntax, schema) through this variable; its
// texts are English and may repeat what was sent, so only the codes are kept.
func init() {
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return document(refusal(status, msg, errs))
	}
}

func refusal(status int, msg string, errs []error) *fault.Error {
	switch {
	case status == http.StatusRequestEntityTooLarge:
		return errTooLarge
	case status == http.StatusUnsupportedMediaType:
		return errMediaType
	case status >= http.StatusInternalServerError:
		slog.Error("unforeseen error", "error", errors.Join(append(errs, errors.New(msg))...))
		return errInternal
	}
	f := &fault.Error{Kind: fault.Invalid, Code: fault.CodeInvalid}
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok {
			detail := d.ErrorDetail()
			field := fieldOf(detail)
			switch {
			case detail.Message == errText.Code:
				return errText
			case strings.HasPrefix(detail.Location, "path.") && (field.Code == "wrong_format" || field.Code == "wrong_type"):
				return errNoSuch
			}
			f.Fields = append(f.Fields, field)
		}
	}
	if len(f.Fields) == 0 || f.Fields[0].Name == "body" {
		return errBody
	}
	return f
}

// schemaCodes maps the beginning of huma's message to our code; the rest of the
// message is the code's parameter "limit".
var schemaCodes = []struct{ prefix, code string }{
	{"unexpected property", "unknown_field"},
	{"unknown query parameter", "unknown_field"},
	{"required ", "required"},
	{"expected required property ", "required"},
	{"expected length >= ", "too_short"}, {"expected length <= ", "too_long"},
	{"expected array length >= ", "too_few"}, {"expected array length <= ", "too_many"},
	{"expected number >= ", "too_small"}, {"expected number > ", "too_small"},
	{"expected number <= ", "too_large"}, {"expected number < ", "too_large"},
	{"expected value to be one of ", "not_allowed"},
	{"expected string to ", "wrong_format"},
	{"expected ", "wrong_type"}, {"invalid ", "wrong_type"},
}

func fieldOf(d *huma.ErrorDetail) fault.Field {
	name := d.Location
	for _, in := range []string{"body.", "query.", "path.", "header."} {
		name = strings.TrimPrefix(name, in)
	}
	for _, c := range schemaCodes {
		rest, ok := strings.CutPrefix(d.Message, c.prefix)
		if !ok {
			continue
		}
		if c.code == "too_short" && rest == "1" {
			return fault.Field{Name: name, Code: "required"}
		}
		switch c.code {
		case "required":
			if property, _, ok := strings.Cut(rest, " to be present"); ok {
				name = strings.TrimPrefix(strings.TrimPrefix(name+"."+property, "body."), ".")
			}
			return fault.Field{Name: name, Code: c.code}
		case "too_short", "too_long", "too_few", "too_many", "too_small", "too_large":
			return fault.Field{Name: name, Code: c.code, Params: map[string]any{"limit": rest}}
		case "not_allowed":
			return fault.Field{Name: name, Code: c.code, Params: map[string]any{"allowed": strings.Trim(rest, `"`)}}
		}
		return fault.Field{Name: name, Code: c.code}
	}
	return fault.Field{Name: name, Code: "invalid"}
}
