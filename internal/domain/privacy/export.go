package privacy

import (
	"cmp"
	"context"
	"io"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// exportKept is how long a person's data can be fetched.
const exportKept = 72 * time.Hour

// Export is a person's data as one ZIP file: a page to read, JSON for machines, and the
// attachments. It is sealed by his key and goes after its time.
type Export struct {
	ID          id.ID        `json:"id"`
	JobID       id.ID        `json:"job_id"`
	Ready       bool         `json:"ready"`
	Expired     bool         `json:"expired"`
	Size        int64        `json:"size"`
	CreatedBy   id.ID        `json:"created_by"`
	CreatedName string       `json:"created_name"`
	CreatedAt   when.Instant `json:"created_at"`
	ExpiresAt   when.Instant `json:"expires_at"`
}

func (r exportRow) export(now when.Instant) Export {
	return Export{ID: r.ID, JobID: r.JobID, Ready: !r.FileID.IsZero(), Expired: r.ExpiresAt <= now, Size: r.Size, CreatedBy: r.CreatedBy, CreatedName: r.CreatedName, CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt}
}

// ExportInput names the approval by which the data leave.
type ExportInput struct {
	LookupID id.ID `json:"lookup_id,omitzero" doc:"a running look-up of the caller's of the person, with the use export and sensitive fields"`
}

// Export begins to collect the data of the person of a verified request for access.
// Errors: ErrKind, ErrState, ErrLookup, db.ErrNotFound, those of lookup.
func (s *Service) Export(ctx context.Context, key string, request id.ID, in ExportInput) (e Export, err error) {
	who, err := access.Allow(ctx, PermExport)
	if err != nil {
		return Export{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := requestByID(tx, who.Scope, request)
		if err != nil {
			return err
		}
		if r.Kind != Access {
			return ErrKind
		}
		if r.State != Verified && r.State != Done {
			return ErrState.With("state", string(r.State))
		}
		once := db.Once{OrgID: r.OrgID, UserID: who.UserID, Action: PermExport, Key: key, Body: []byte(request.String() + in.LookupID.String())}
		made, _, err := tx.Once(once, func() (id.ID, error) { return s.exportTx(tx, who, r.Request, in) })
		if err != nil {
			return err
		}
		row, err := exportByID(tx, db.ScopeOf(r.OrgID), made)
		e = row.export(tx.Now())
		return err
	})
	if err == nil {
		s.jobs.Wake()
	}
	return e, err
}

func (s *Service) exportTx(tx *db.Tx, who access.Who, request Request, in ExportInput) (made id.ID, err error) {
	p, err := s.personTx(tx, who.Scope, request.CustomerID)
	if err != nil {
		return made, err
	}
	if erased, err := isErased(tx, p.OrgID, p.ID); err != nil || erased {
		return made, cmp.Or[error](err, customer.ErrErased)
	}
	r := exportRow{OrgID: p.OrgID, ID: tx.NewID(), RequestID: request.ID, CustomerID: p.ID, CreatedBy: who.UserID, CreatedName: who.Name, CreatedAt: tx.Now(),
		SHA256: []byte{}}
	taken, err := s.releaseTx(tx, who, r, in.LookupID)
	if err != nil {
		return made, err
	}
	r.ReleaseID, r.ExpiresAt = taken.ID, min(tx.Now().Add(exportKept), taken.UntilAt)
	args := exportArgs{r.ID, cmp.Or(who.Locale, "zh")}
	if r.JobID, err = s.jobs.InsertTx(tx, r.OrgID, who.UserID, jobExport, args, job.Options{}); err != nil {
		return made, err
	}
	if _, err := s.jobs.InsertTx(tx, r.OrgID, who.UserID, jobExpire, args, job.Options{RunAt: r.ExpiresAt}); err != nil {
		return made, err
	}
	if err := insertExport(tx, r); err != nil {
		return made, err
	}
	return r.ID, s.recordTx(tx, who, request, PermExport, nil, map[string]any{"export": r.ID, "expires_at": r.ExpiresAt})
}

// releaseTx registers the file under its approval.
func (s *Service) releaseTx(tx *db.Tx, who access.Who, r exportRow, lookup id.ID) (*customer.Release, error) {
	taken, err := s.Customers.ReleaseTx(tx, who, lookup, customer.Taking{What: customer.WhatPerson, Customer: r.CustomerID, Object: r.ID})
	if err == nil && (taken == nil || !taken.Sensitive) {
		err = ErrLookup
	}
	return taken, err
}

// Download opens one's own export; the audit log tells it before its bytes go out.
// Errors: ErrNotReady, ErrExpired, db.ErrNotFound, those of lookup when the approval
// is over. The caller closes the reader.
func (s *Service) Download(ctx context.Context, export id.ID) (r io.ReadCloser, name string, size int64, err error) {
	who, err := access.Allow(ctx, PermExport)
	if err != nil {
		return nil, "", 0, err
	}
	var row exportRow
	var subject *crypt.Subject
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if row, err = exportByID(tx, who.Scope, export); err != nil {
			return err
		}
		switch {
		case row.CreatedBy != who.UserID: // whose name stands on it
			return db.ErrNotFound
		case row.ExpiresAt <= tx.Now():
			return ErrExpired
		case row.FileID.IsZero():
			return ErrNotReady
		}
		if _, err := s.Customers.ReleasedTx(tx, who, row.ReleaseID); err != nil {
			return err
		}
		request, err := requestByID(tx, who.Scope, row.RequestID)
		if err != nil {
			return err
		}
		name = request.RequestNo
		if subject, err = s.Customers.SubjectTx(tx, row.OrgID, row.CustomerID); err != nil {
			return err
		}
		return s.recordTx(tx, who, request.Request, opDownload, nil, map[string]any{"export": row.ID, "sha256": row.SHA256})
	})
	if err != nil {
		return nil, "", 0, err
	}
	r, err = s.Blobs.Open(blob.Ref{ID: row.FileID, Size: row.Size, SHA256: row.SHA256}, subject)
	return r, name + ".zip", row.Size, err
}
