package rest

import (
	"errors"
	"io"
	"net/url"

	"github.com/danielgtaylor/huma/v2"
)

// Posted is embedded by the input of an operation whose body is of an HTML form
// (application/x-www-form-urlencoded), as other programs' protocols have it. The
// operation sets Op.Posted.
type Posted struct{ form url.Values }

// maxPosted bounds such a body.
const maxPosted = 64 << 10

// Resolve implements huma.Resolver.
func (p *Posted) Resolve(hc huma.Context) []error {
	raw, err := io.ReadAll(io.LimitReader(hc.BodyReader(), maxPosted+1))
	if err == nil && len(raw) <= maxPosted {
		p.form, err = url.ParseQuery(string(raw))
	}
	for _, values := range p.form {
		for _, v := range values {
			if !storable(v) {
				err = errors.New(errText.Code)
			}
		}
	}
	if err != nil || len(raw) > maxPosted {
		return []error{&huma.ErrorDetail{Location: "body", Message: "invalid form"}}
	}
	return nil
}

// Value is the first value of a field; "" for none.
func (p *Posted) Value(field string) string { return p.form.Get(field) }

// describePosted puts the body into the document, as describeUpload does.
func (a *API) describePosted(op Op) {
	a.operation(op).RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/x-www-form-urlencoded": {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}},
	}}
}
