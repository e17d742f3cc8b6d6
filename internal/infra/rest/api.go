package rest

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// Config says what the API needs from outside.
type Config struct {
	Version string
	Logger  *slog.Logger
	// Authenticate puts the caller into the context. It is not asked for public
	// operations; an error refuses the request before anything is decoded.
	Authenticate func(r *http.Request) (context.Context, error)
	// Customer is Authenticate for operations of the portal: customers sign in there by
	// sessions of their own, which open nothing else, as those of users open nothing there.
	Customer func(r *http.Request) (context.Context, error)
	// Answered is told of every operation that ended, before its answer leaves, and
	// tells whether it shows personal data whole; an error is answered instead.
	Answered func(ctx context.Context, operation string) (whole bool, err error)
	// Text makes a sentence of a code in a language ("zh" or "en").
	Text func(lang, key string, params map[string]any) string
	// Account tells whose request it is, of an authenticated context.
	Account func(ctx context.Context) id.ID
	// AccountRate and AddressRate bound the requests a second of an account and, to
	// public operations, of an address. 0 is no limit.
	AccountRate, AddressRate float64
}

// API is the set of registered operations.
type API struct {
	Config
	huma      huma.API
	mux       *http.ServeMux
	accounts  *limiter[id.ID]
	addresses *limiter[netip.Addr]
}

// New makes an API without operations.
func New(c Config) *API {
	a := &API{Config: c, mux: http.NewServeMux(), accounts: newLimiter[id.ID](c.AccountRate), addresses: newLimiter[netip.Addr](c.AddressRate)}
	hc := huma.DefaultConfig("Zhiyin 知音", c.Version)
	hc.DocsPath, hc.OpenAPIPath, hc.SchemasPath, hc.CreateHooks = "", "", "", nil
	hc.Transformers = []huma.Transformer{func(hc huma.Context, _ string, v any) (any, error) {
		if p, ok := v.(*Problem); ok {
			a.sentences(hc.Context(), p)
		}
		return v, nil
	}}
	hc.Formats = map[string]huma.Format{"application/json": storableJSON, "json": storableJSON}
	hc.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	hc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: SessionCookie},
		"portal":  {Type: "apiKey", In: "cookie", Name: PortalCookie},
	}
	hc.Security = []map[string][]string{{"session": {}}}
	a.huma = humago.New(a.mux, hc)
	a.mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		a.WriteProblem(w, r, errUnknownRoute)
	})
	a.mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		raw, err := a.OpenAPI()
		if err != nil {
			a.Logger.Error("openapi", "error", err)
		}
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json")
		w.Write(raw)
	})
	return a
}

// Handler serves the operations and 404 for the rest of /api/. Answers hold
// personal data: nothing between here and the reader may keep them.
func (a *API) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		a.mux.ServeHTTP(w, r)
	})
}

// OpenAPI is the OpenAPI 3.1 document of what is registered.
func (a *API) OpenAPI() ([]byte, error) {
	return json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
}

// Op describes an operation. Its ID, "customer.create", is the permission too.
type Op struct {
	ID      string
	Method  string
	Path    string // "/api/v1/customers/{id}"
	Summary string
	Status  int   // of success; 0: 200, or 204 for an empty reply
	Public  bool  // needs no login
	Portal  bool  // is a customer's, who signed in to the portal
	MaxBody int64 // bytes; 0: 1 MiB
	Upload  bool  // the body is a file, read through an embedded Upload
	Posted  bool  // the body is of an HTML form, read through an embedded Posted
	// AnyQuery lets others add parameters that nobody here knows.
	AnyQuery bool
}

// Register adds an operation.
func Register[I, O any](a *API, op Op, handle func(ctx context.Context, in *I) (*O, error)) {
	module, _, _ := strings.Cut(op.ID, ".")
	h := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Tags: []string{module},
		DefaultStatus: op.Status, MaxBodyBytes: op.MaxBody, RejectUnknownQueryParameters: !op.AnyQuery,
		Middlewares: huma.Middlewares{a.authenticate(op)},
		Errors:      []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity},
	}
	_, changes := any(new(I)).(conditional)
	if changes {
		h.Errors = append(h.Errors, http.StatusPreconditionFailed, http.StatusPreconditionRequired)
	}
	switch {
	case op.Public:
		h.Security = []map[string][]string{}
		h.Errors = []int{http.StatusUnprocessableEntity}
	case op.Portal:
		h.Security = []map[string][]string{{"portal": {}}}
	}
	huma.Register(a.huma, h, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if a.Answered != nil && !op.Public && !op.Portal {
			whole, failed := a.Answered(ctx, op.ID)
			if failed != nil {
				err = failed
			}
			if hc, ok := ctx.Value(headersKey{}).(huma.Context); ok && whole {
				hc.SetHeader(WholeHeader, "whole")
			}
		}
		if err != nil {
			return nil, a.problem(ctx, op.ID, err)
		}
		return out, nil
	})
	if op.Upload {
		a.describeUpload(op)
	}
	if op.Posted {
		a.describePosted(op)
	}
	if changes {
		a.describeIfMatch(op)
	}
}

// conditional is the input of a change: it embeds IfMatch.
type conditional interface{ Version() (int64, error) }

// describeIfMatch puts into the document that a change must name its version.
// Demanded by huma, a missing one would be an input error and no 428.
func (a *API) describeIfMatch(op Op) {
	for _, p := range a.operation(op).Parameters {
		if p.Name == "If-Match" {
			p.Required = true
		}
	}
}

func (a *API) operation(op Op) *huma.Operation {
	item := a.huma.OpenAPI().Paths[op.Path]
	return map[string]*huma.Operation{http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete}[op.Method]
}

// WholeHeader tells a screen that an answer shows personal data whole: it is not to be
// printed as it is.
const WholeHeader = "Personal-Data"

// headersKey is under what the headers of the answer are reached.
type headersKey struct{}

// authenticate runs before anything of the request is decoded; then requests
// beyond the limits and texts no database takes are refused.
func (a *API) authenticate(op Op) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(hc)
		ctx, err := a.admit(r, op)
		switch {
		case err != nil:
			a.WriteProblem(w, r, err)
		case !storableRequest(r):
			a.WriteProblem(w, r, errText)
		default:
			next(huma.WithContext(hc, context.WithValue(ctx, headersKey{}, hc)))
		}
	}
}

// admit tells whose request it is and counts it.
func (a *API) admit(r *http.Request, op Op) (context.Context, error) {
	if op.Public {
		return r.Context(), a.addresses.take(PeerOf(r.Context()).Sender(), time.Now())
	}
	who := a.Authenticate
	if op.Portal {
		who = a.Customer
	}
	ctx, err := who(r)
	if err != nil || a.Account == nil {
		return ctx, err
	}
	return ctx, a.accounts.take(a.Account(ctx), time.Now())
}

// The names of the cookies that carry the sessions of users and of customers.
const (
	SessionCookie = "zhiyin_session"
	PortalCookie  = "zhiyin_portal"
)

type (
	// Context is the raw request and response inside a Stream.
	Context = huma.Context
	// Stream is a reply written piece by piece.
	Stream = huma.StreamResponse
)

// Reply is a body with its version as ETag.
type Reply[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// Body is a reply with nothing but a body.
type Body[T any] struct{ Body T }

// Empty is a reply without a body: 204.
type Empty struct{}
