package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// client is a signed-in user.
type client struct {
	http   *http.Client
	url    string
	cookie string
}

func newClient(ctx context.Context, url, login, password string, connections int) (*client, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections, DisableCompression: true}
	c := &client{http: &http.Client{Transport: transport, Timeout: time.Minute}, url: url}
	body, err := json.Marshal(map[string]string{"login": login, "password": password})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/v1/sessions", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated || len(answer.Cookies()) == 0 {
		return nil, fmt.Errorf("bench: login as %s: %s", login, answer.Status)
	}
	c.cookie = answer.Cookies()[0].Name + "=" + answer.Cookies()[0].Value
	return c, nil
}

// request is one operation; out, when not nil, is filled from the answer.
type request struct {
	method, path string
	version      string // it is made from
	once         string // idempotency key
	body         any
	out          any
}

func (c *client) do(ctx context.Context, q request) error {
	var body io.Reader
	if q.body != nil {
		raw, err := json.Marshal(q.body)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(ctx, q.method, c.url+q.path, body)
	if err != nil {
		return err
	}
	r.Header.Set("Cookie", c.cookie)
	if q.body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if q.once != "" {
		r.Header.Set("Idempotency-Key", q.once)
	}
	if q.version != "" {
		r.Header.Set("If-Match", q.version)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("bench: %s %s: %s: %s", q.method, q.path, answer.Status, raw)
	}
	if q.out == nil {
		return nil
	}
	return json.Unmarshal(raw, q.out)
}

// load sends n requests over so many connections and measures them. make gives
// request i; the first tenth, at most 200, warm up and are not counted.
func load(ctx context.Context, s *server, c *client, r Result, n, connections int, make func(i int) request) (Result, error) {
	warm := min(n/10, 200)
	if _, err := run(ctx, c, 0, warm, connections, make); err != nil {
		return r, err
	}
	before, err := s.meter.cpu()
	if err != nil {
		return r, err
	}
	began := time.Now()
	took, err := run(ctx, c, warm, n, connections, make)
	if err != nil {
		return r, err
	}
	wall := time.Since(began)
	after, err := s.meter.cpu()
	if err != nil {
		return r, err
	}
	r = summarise(r, took, wall, after-before)
	r.PeakMB, err = s.meter.peakMB()
	return r, err
}

// run sends the requests numbered from first below end.
func run(ctx context.Context, c *client, first, end, connections int, make func(i int) request) ([]time.Duration, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var (
		next atomic.Int64
		mu   sync.Mutex
		all  []time.Duration
		wg   sync.WaitGroup
	)
	next.Store(int64(first))
	for range connections {
		wg.Go(func() {
			var took []time.Duration
			for i := int(next.Add(1)) - 1; i < end && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				q := make(i)
				began := time.Now()
				if err := c.do(ctx, q); err != nil {
					stop(err)
					return
				}
				took = append(took, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
		})
	}
	wg.Wait()
	return all, context.Cause(ctx)
}
