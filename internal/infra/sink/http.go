package sink

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net"
	"net/http"
	"slices"
	"time"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// ServeHTTP takes requests of every path but the pages that show what came.
func (s *Sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case r.Method == http.MethodGet && r.URL.Path == "/":
		newest := s.All()
		slices.Reverse(newest)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = page.Execute(w, newest) // who has gone needs no page
	case r.Method == http.MethodGet && r.URL.Path == "/messages.json":
		answer(w, s.All())
	default:
		s.accept(w, r)
	}
}

// accept answers as SMS gateways do; what comes with a key again gets its number again.
func (s *Sink) accept(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMail))
	if err != nil {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	number, again := s.numberOf(r.Header.Get("Idempotency-Key"))
	headers := map[string]string{}
	for name := range r.Header {
		headers[name] = r.Header.Get(name)
	}
	s.take(Received{Kind: Request, Method: r.Method, Path: r.URL.RequestURI(), Headers: headers, Text: string(raw), Again: again})
	answer(w, map[string]any{"code": "0", "message": "ok", "data": map[string]string{"id": number}})
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // who has gone needs no answer
}

// Serve shows what came, and takes requests, until ctx ends.
func (s *Sink) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
