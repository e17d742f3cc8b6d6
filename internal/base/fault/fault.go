// Package fault gives errors a kind and a stable code. The kind decides the
// HTTP status and whether a retry makes sense; the code names the sentence in
// the message catalogue. An error that is no *Error is unforeseen: it reaches
// the log in full and the user as "internal".
package fault

import (
	"errors"
	"fmt"
	"maps"
	"strings"
)

// Kind sorts errors by what the caller can do about them.
type Kind uint8

// The kinds. Internal is the zero value, so that a forgotten kind is never
// shown to a user as his own mistake.
const (
	Internal        Kind = iota
	Invalid              // the input breaks a rule; Fields say which
	Unauthenticated      // nobody is signed in
	Forbidden            // somebody is, without the right
	NotFound             // no such record in the caller's scope
	Conflict             // the record's state or a unique key forbids it
	Stale                // the record was changed meanwhile (If-Match)
	Unversioned          // a change that does not name the version it was made from (If-Match)
	TooMany              // a rate limit; Params["retry_after_s"] says when again
	TooLarge             // the body is over the limit
	Unavailable          // not ready, or a needed service is away
)

// Field is one rejected input: its name as the API spells it
// ("contacts[1].phone") and the code of what is wrong with it.
type Field struct {
	Name   string         `json:"name"`
	Code   string         `json:"code"`
	Params map[string]any `json:"params,omitempty"`
}

// Error is a foreseen failure. Sentinels are made by New and compared by code
// with errors.Is; With and Wrap return copies.
type Error struct {
	Kind   Kind
	Code   string
	Params map[string]any
	Fields []Field
	cause  error
}

// New makes a sentinel, e.g. New(Conflict, "customer.already_merged").
func New(kind Kind, code string) *Error { return &Error{Kind: kind, Code: code} }

// Validation collects field errors; Err is nil as long as there are none.
type Validation struct{ fields []Field }

// Add records that a field is wrong. Params come in pairs: name, value.
func (v *Validation) Add(name, code string, params ...any) {
	v.fields = append(v.fields, Field{Name: name, Code: code, Params: pairs(params)})
}

// Check adds the field error unless ok.
func (v *Validation) Check(ok bool, name, code string, params ...any) {
	if !ok {
		v.Add(name, code, params...)
	}
}

// Err returns an Invalid error that lists every field, or nil.
func (v *Validation) Err() error {
	if len(v.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: CodeInvalid, Fields: v.fields}
}

// CodeInvalid is the code of every validation error.
const CodeInvalid = "input.invalid"

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " %s=%s", f.Name, f.Code)
	}
	if e.cause != nil {
		fmt.Fprintf(&b, ": %v", e.cause)
	}
	return b.String()
}

// Is compares by code, so that copies made by With and Wrap still match.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// With returns a copy with parameters for the sentence, in pairs: name, value.
func (e *Error) With(params ...any) *Error {
	c := *e
	c.Params = maps.Clone(e.Params)
	if c.Params == nil {
		c.Params = map[string]any{}
	}
	maps.Copy(c.Params, pairs(params))
	return &c
}

// Wrap returns a copy that carries the cause for the log.
func (e *Error) Wrap(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// KindOf returns the kind of the first *Error in the chain, else Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

func pairs(params []any) map[string]any {
	if len(params) == 0 {
		return nil
	}
	m := make(map[string]any, len(params)/2)
	for i := 0; i+1 < len(params); i += 2 {
		m[fmt.Sprint(params[i])] = params[i+1]
	}
	return m
}
