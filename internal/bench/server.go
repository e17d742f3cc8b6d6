package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// server is the program under test in a process of its own.
type server struct {
	cmd   *exec.Cmd
	url   string
	meter meter
	ready time.Duration // from start to the first "ready"
}

// startServer runs "zhiyin serve" on data that are there, with more flags.
func startServer(ctx context.Context, data, dsn string, more ...string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--log-level", "warn",
		"--account-rate", "0", "--address-rate", "0"}
	args = append(args, more...)
	if dsn != "" {
		args = append(args, "--dsn", dsn)
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bench: the server did not start: %w", err), s.stop())
	}
	_, s.url, _ = strings.Cut(strings.TrimSpace(line), ": ")
	go io.Copy(io.Discard, out) //nolint:errcheck // ends with the process
	if err := s.awaitReady(ctx); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.ready = time.Since(began)
	if s.meter, err = newMeter(ctx, cmd.Process.Pid, dsn); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (s *server) awaitReady(ctx context.Context) error {
	for {
		r, err := http.Get(s.url + "/readyz")
		if err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// stop ends the server as an operator would.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}
