package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// target is a server that remembers which requests came.
type target struct {
	*httptest.Server
	mu    sync.Mutex
	times map[string]int
}

func newTarget(t *testing.T, answer func(w http.ResponseWriter, r *http.Request)) *target {
	t.Helper()
	x := &target{times: map[string]int{}}
	x.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x.mu.Lock()
		x.times[r.URL.Path]++
		x.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(x.Close)
	return x
}

func numbered(i int) request { return request{method: "GET", path: fmt.Sprint("/", i)} }

// Every request is sent once, whatever the number of connections; the first ones
// warm up and are not counted.
func TestLoadSendsEachRequestOnce(t *testing.T) {
	for _, connections := range []int{1, 3, 64} {
		x := newTarget(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") })
		c := &client{http: x.Client(), url: x.URL}
		r, err := load(t.Context(), &server{meter: meter{server: os.Getpid()}}, c, Result{Case: "x"}, 50, connections, numbered)
		if err != nil || r.N != 45 || r.Rate <= 0 || r.PeakMB <= 0 {
			t.Errorf("%d connections: %+v, %v", connections, r, err)
		}
		for i := range 50 {
			if n := x.times[fmt.Sprint("/", i)]; n != 1 {
				t.Errorf("%d connections: request %d was sent %d times", connections, i, n)
			}
		}
	}
}

// The first failure ends a measurement and is told with what was asked and
// answered: figures of errors are no figures.
func TestAFailureEndsTheMeasurement(t *testing.T) {
	x := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/7" {
			http.Error(w, "no such thing", http.StatusNotFound)
		}
	})
	c := &client{http: x.Client(), url: x.URL}
	_, err := run(t.Context(), c, 0, 10_000, 2, numbered)
	if err == nil || !strings.Contains(err.Error(), "GET /7: 404") || !strings.Contains(err.Error(), "no such thing") {
		t.Errorf("error %v", err)
	}
	if len(x.times) > 1000 {
		t.Errorf("it went on for %d requests", len(x.times))
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := run(ctx, c, 0, 10, 2, numbered); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// A request carries session and body, and its answer is decoded.
func TestRequestsCarryWhatTheyShould(t *testing.T) {
	x := newTarget(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Cookie") != "s=1" || (len(body) > 0) != (r.Header.Get("Content-Type") == "application/json") {
			http.Error(w, "wrong", http.StatusBadRequest)
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"said": string(body)}) //nolint:errcheck // the test reads it
	})
	c := &client{http: x.Client(), url: x.URL, cookie: "s=1"}
	var out struct{ Said string }
	if err := c.do(t.Context(), request{method: "POST", path: "/", body: []int{1}, out: &out}); err != nil || out.Said != "[1]" {
		t.Errorf("%+v, %v", out, err)
	}
	if err := c.do(t.Context(), request{method: "POST", path: "/", body: func() {}}); err == nil {
		t.Error("a body that is none was sent")
	}
	if err := c.do(t.Context(), request{method: "GET", path: "/", out: new(int)}); err == nil {
		t.Error("another answer than expected was taken")
	}
}

func TestALoginThatFails(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter, r *http.Request){
		"refused":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"no cookie": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) },
	} {
		if _, err := newClient(t.Context(), newTarget(t, answer).URL, "li", "secret", 1); err == nil || !strings.Contains(err.Error(), "login as li") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A process may be called anything; its CPU and parent are read all the same.
func TestProcessesOfAnyName(t *testing.T) {
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "a) R 1 (b")
	if err := os.Symlink(sleep, name); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()         //nolint:errcheck // it is killed
	defer cmd.Process.Kill() //nolint:errcheck // it is ours
	if s, err := readStat(cmd.Process.Pid); err != nil || s.parent != os.Getpid() || s.own < 0 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := statusMB(cmd.Process.Pid, "VmNothing:"); err == nil || !strings.Contains(err.Error(), "VmNothing") {
		t.Errorf("unknown: %v", err)
	}
	for _, err := range []error{errorOf(readStat(1 << 30)), errorOf(statusMB(1<<30, "VmHWM:")), errorOf(meter{server: 1 << 30}.cpu())} {
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("no such process: %v", err)
		}
	}
}

func errorOf[T any](_ T, err error) error { return err }

// The numbers of the import's customers are all different, valid, and nobody's.
func TestCertificatesOfTheImport(t *testing.T) {
	seen := map[string]bool{}
	for i := 0; i < 10_000_000; i += 997 {
		sex := []cn.Sex{cn.Male, cn.Female}[i%2]
		number := residentNumber(i, sex)
		c, err := cn.ParseCertificate(cn.KindResidentID, number, cn.ResidentIDCheck{Today: string(now.Day())})
		if err != nil || c.Number != number || seen[number] || !strings.HasPrefix(number, cn.UnassignedRegion) {
			t.Fatalf("%d: %s (twice: %t), %v", i, number, seen[number], err)
		}
		seen[number] = true
	}
	for i := range 2000 {
		for _, sex := range []cn.Sex{cn.Male, cn.Female} {
			if number := residentNumber(i, sex); seen[number] && i%997 != 0 {
				t.Fatalf("%d has the number of another: %s", i, number)
			}
		}
	}
}

// Data that are kept have a place by engine, size and seed; others have one of
// their own that goes with them. PostgreSQL needs a server.
func TestPlacesOfData(t *testing.T) {
	kept := t.TempDir()
	s := &site{o: Options{Engine: db.SQLite, Data: kept}}
	if err := s.place(t.Context(), "sqlite_5_1"); err != nil || s.config.Data != filepath.Join(kept, "sqlite_5_1") {
		t.Errorf("kept: %+v, %v", s.config, err)
	}
	if err := s.close(); err != nil || !exists(s.config.Data) {
		t.Errorf("kept data are gone: %v", err)
	}
	s = &site{o: Options{Engine: db.SQLite}}
	if err := s.place(t.Context(), "x"); err != nil || !exists(s.config.Data) {
		t.Errorf("own: %+v, %v", s.config, err)
	}
	if err := s.close(); err != nil || exists(s.config.Data) {
		t.Errorf("own data are left: %v", err)
	}
	s = &site{o: Options{Engine: db.PostgreSQL}}
	if err := s.place(t.Context(), "x"); err == nil || !strings.Contains(err.Error(), "--dsn") {
		t.Errorf("without a server: %v", err)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

func exists(name string) bool { _, err := os.Stat(name); return err == nil }
