package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of /proc's CPU times: USER_HZ, 100 a second on Linux.
const tick = 10 * time.Millisecond

// procStat is what /proc/PID/stat tells of a process.
type procStat struct {
	pid, parent int
	own         time.Duration // its own CPU
	reaped      time.Duration // its ended children's
}

func readStat(pid int) (procStat, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return procStat{}, err
	}
	// The name in brackets may hold blanks and brackets itself.
	f := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	n := func(i int) time.Duration {
		v, _ := strconv.ParseInt(f[i], 10, 64) // the kernel writes numbers here
		return time.Duration(v) * tick
	}
	parent, err := strconv.Atoi(f[1])
	return procStat{pid, parent, n(11) + n(12), n(13) + n(14)}, err
}

// meter reads the CPU of the server and its database.
type meter struct {
	server     int
	postmaster int // 0: the database is inside the server
}

// newMeter watches the server's process and, by the DSN, PostgreSQL's.
func newMeter(ctx context.Context, server int, dsn string) (meter, error) {
	m := meter{server: server}
	if dsn == "" {
		return m, nil
	}
	var err error
	m.postmaster, err = postmaster(ctx, dsn)
	return m, err
}

// cpu is the CPU used so far. A backend that ends moves from the living to the
// postmaster's reaped children, so nothing is lost.
func (m meter) cpu() (time.Duration, error) {
	s, err := readStat(m.server)
	if err != nil || m.postmaster == 0 {
		return s.own, err
	}
	total := s.own
	master, err := readStat(m.postmaster)
	if err != nil {
		return 0, err
	}
	total += master.own + master.reaped
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, name := range all {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err != nil {
			continue
		}
		if s, err := readStat(pid); err == nil && s.parent == m.postmaster {
			total += s.own
		}
	}
	return total, nil
}

// peakMB is the most resident memory the server ever had.
func (m meter) peakMB() (float64, error) { return statusMB(m.server, "VmHWM:") }

// resetPeak makes peakMB begin anew.
func (m meter) resetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", m.server), []byte("5"), 0)
}

// residentMB is the resident memory of the server now.
func (m meter) residentMB() (float64, error) { return statusMB(m.server, "VmRSS:") }

func statusMB(pid int, key string) (float64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, key); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kb / 1024, err
		}
	}
	return 0, fmt.Errorf("bench: no %s of process %d", key, pid)
}
