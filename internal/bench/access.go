package bench

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
)

// Access measures what every request pays for rights, and what sealing costs who
// opens a record.
func Access(ctx context.Context, p *Printer, o Options) (err error) {
	if err := checkPermissions(ctx, p, o); err != nil {
		return err
	}
	s, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	return s.record(ctx, p)
}

// checksAtOnce are the permission checks that are timed as one.
const checksAtOnce = 1000

// checkPermissions measures whether a caller may, and where: every permission in
// turn, of a person with several roles in a province of a hundred stations, once he
// has asked for each.
func checkPermissions(ctx context.Context, p *Printer, o Options) error {
	ctx = access.WithCaller(ctx, manyRoles())
	var permissions []string
	for _, m := range access.Permissions {
		permissions = append(permissions, m.Permissions...)
	}
	check := func(i int) error {
		_, err := access.Allow(ctx, permissions[i%len(permissions)])
		return err
	}
	for i := range permissions {
		if err := check(i); err != nil {
			return fmt.Errorf("bench: %w", err)
		}
	}
	took := make([]time.Duration, o.Requests)
	cpu, began := ownCPU(), time.Now()
	for i := range took {
		at := time.Now()
		for n := range checksAtOnce {
			if err := check(n); err != nil {
				return fmt.Errorf("bench: %w", err)
			}
		}
		took[i] = time.Since(at) / checksAtOnce
	}
	wall := time.Since(began)
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	r := Result{Bench: "access", Engine: string(o.Engine), Case: "permission check from cache", PeakMB: float64(usage.Maxrss) / 1024}
	r = summarise(r, took, wall/checksAtOnce, (ownCPU()-cpu)/checksAtOnce)
	r.N *= checksAtOnce
	return p.Print(r)
}

// manyRoles is a caller who may do everything by roles in many places.
func manyRoles() *access.Caller {
	orgs := []org.Org{{ID: id.ID{1}, Level: org.Province}}
	for c := range byte(20) {
		county := org.Org{ID: id.ID{2, c}, ParentID: id.ID{1}, Level: org.County}
		orgs = append(orgs, county)
		for u := range byte(5) {
			orgs = append(orgs, org.Org{ID: id.ID{3, c, u}, ParentID: county.ID, Level: org.Unit})
		}
	}
	var held []access.Held
	for _, m := range access.Permissions {
		held = append(held, access.Held{Patterns: access.Patterns{m.Module + ".*"}, OrgID: id.ID{1}})
	}
	return access.NewCaller(access.User{Name: "bench"}, org.NewTree(orgs), held...)
}
