package rest

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type languageKey struct{}

// withLanguage reads Accept-Language: the first of Chinese and English named.
func withLanguage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
			tag := strings.ToLower(strings.TrimSpace(part))
			if strings.HasPrefix(tag, "en") || strings.HasPrefix(tag, "zh") {
				r = r.WithContext(InLanguage(r.Context(), tag[:2]))
				break
			}
		}
		next.ServeHTTP(w, r)
	})
}

// InLanguage is the context of a request that asks for a language, "zh" or "en".
func InLanguage(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, languageKey{}, lang)
}

// Asked is the language the request asks for; empty when it names none.
func Asked(ctx context.Context) string {
	lang, _ := ctx.Value(languageKey{}).(string)
	return lang
}

// Language is the language to answer a request in: "zh" or "en".
func Language(ctx context.Context) string { return cmp.Or(Asked(ctx), "zh") }

// Observe logs and measures every request and turns a panic into a 500. It
// logs the route's pattern, never the URL: queries carry names and numbers. It
// also finds out the caller's language.
func Observe(log *slog.Logger, metrics prometheus.Registerer, next http.Handler) http.Handler {
	duration := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "zhiyin_http_request_duration_seconds", Help: "Time to answer, by route and status.",
		Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 5},
	}, []string{"route", "status"})
	metrics.MustRegister(duration)
	return withLanguage(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, rec := time.Now(), &recorder{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			if p := recover(); p != nil {
				log.ErrorContext(r.Context(), "panic", "route", r.Pattern, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				rec.WriteHeader(http.StatusInternalServerError)
			}
			took := time.Since(began)
			duration.WithLabelValues(r.Pattern, fmt.Sprintf("%dxx", rec.status/100)).Observe(took.Seconds())
			log.DebugContext(r.Context(), "request", "route", r.Pattern, "status", rec.status, "bytes", rec.bytes, "took_ms", took.Milliseconds())
		}()
		next.ServeHTTP(rec, r)
	}))
}

// recorder remembers the status and size of an answer.
type recorder struct {
	http.ResponseWriter
	status, bytes int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController find Flush and deadlines.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
