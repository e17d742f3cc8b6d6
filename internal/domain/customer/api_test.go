package customer_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// as names in the header Caller of a request whom it comes from.
type callers map[string]context.Context

// handler serves the module's operations to the callers.
func (w *world) handler(who callers) http.Handler {
	a := rest.New(rest.Config{Version: "test", Logger: slog.New(slog.DiscardHandler), Text: catalogue.Text,
		Authenticate: func(r *http.Request) (context.Context, error) {
			ctx, ok := who[r.Header.Get("Caller")]
			if !ok {
				return nil, access.ErrLogin
			}
			return access.WithCaller(r.Context(), access.CallerOf(ctx)), nil
		}})
	w.Routes(a)
	return a.Handler()
}

// people are the callers of the API scenarios.
func (w *world) people() callers {
	return callers{
		"clerk":    w.as(w.one, "customer.*", "reception.*"),
		"masked":   w.as(w.one, "customer.list", "customer.get", "customer.update", "customer.check"),
		"stranger": w.as(w.two, "*"),
		"province": w.as(w.province, "*"),
		"nobody":   w.as(w.one, "org.list"),
	}
}

func as(who string, header ...string) map[string]string {
	h := map[string]string{"Caller": who}
	for i := 0; i < len(header); i += 2 {
		h[header[i]] = header[i+1]
	}
	return h
}

func TestSmoke(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.handler(w.people())
		var _ org.Org
	})
}
