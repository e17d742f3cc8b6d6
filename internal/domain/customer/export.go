package customer

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// exportKept is how long an exported file can be fetched.
const exportKept = 72 * time.Hour

// Export is a table of customers being written, or written, in the background.
// It is sealed by the company's key and goes after its time.
type Export struct {
	ID        id.ID        `json:"id"`
	OrgID     id.ID        `json:"org_id"`
	JobID     id.ID        `json:"job_id"`
	Format    Format       `json:"format"`
	Plain     bool         `json:"plain" doc:"personal data stands whole in it"`
	Ready     bool         `json:"ready"`
	Rows      int64        `json:"rows"`
	Size      int64        `json:"size"`
	CreatedAt when.Instant `json:"created_at"`
	ExpiresAt when.Instant `json:"expires_at"`
}

// ExportInput asks for the customers a filter chooses, of one company.
type ExportInput struct {
	Filter Filter `json:"filter"`
	Format Format `json:"format" enum:"xlsx,csv,csv_gb18030"`
	// LookupID exports the customers of a running look-up whole.
	LookupID id.ID `json:"lookup_id,omitzero" doc:"a running look-up of the caller's with the use export: its customers stand whole in the file; absent: all are masked"`
}

func filterPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "customer_export", Column: "filter", ID: i}
}

// Export begins to write customers into a file, masked but for those of a look-up.
// Errors: validation, db.ErrOrgRequired, those of lookup.
func (s *Service) Export(ctx context.Context, key string, in ExportInput) (e Export, err error) {
	who, err := access.Allow(ctx, PermExport)
	if err != nil {
		return Export{}, err
	}
	if _, _, err := in.Filter.validate(); err != nil {
		return Export{}, err
	}
	org, err := who.Scope.One(in.Filter.OrgID)
	if err != nil {
		return Export{}, err
	}
	in.Filter.OrgID = org
	o := owner{row: row{Base: Base{OrgID: org}}}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		made, _, err := tx.Once(onceOf(who, o, PermExport, key, in), func() (id.ID, error) { return s.exportTx(tx, who, in) })
		if err != nil {
			return err
		}
		r, err := exportByID(tx, db.ScopeOf(org), made)
		e = r.export()
		return err
	})
	if err == nil {
		s.jobs.Wake()
	}
	return e, err
}

func (s *Service) exportTx(tx *db.Tx, who access.Who, in ExportInput) (id.ID, error) {
	company, err := s.Keys.CompanyTx(tx, in.Filter.OrgID)
	if err != nil {
		return id.ID{}, err
	}
	r := exportRow{OrgID: in.Filter.OrgID, ID: tx.NewID(), CreatedBy: who.UserID, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(exportKept), Format: in.Format,
		SHA256: []byte{}}
	spec := exportSpec{Filter: in.Filter}
	if spec.Release, err = s.ReleaseTx(tx, who, in.LookupID, Taking{What: WhatExport, Object: r.ID}); err != nil {
		return id.ID{}, err
	}
	if spec.Release != nil {
		r.Plain, r.ExpiresAt = true, min(r.ExpiresAt, spec.Release.UntilAt)
	}
	raw, err := json.Marshal(spec)
	if err != nil {
		return id.ID{}, fmt.Errorf("customer: export: %w", err)
	}
	r.Filter = company.Own().Seal(filterPlace(r.ID), string(raw))
	args := exportArgs{Export: r.ID, Lang: cmp.Or(who.Locale, "zh")}
	if r.JobID, err = s.jobs.InsertTx(tx, r.OrgID, who.UserID, jobExport, args, job.Options{}); err != nil {
		return id.ID{}, err
	}
	if _, err := s.jobs.InsertTx(tx, r.OrgID, who.UserID, jobExpire, args, job.Options{RunAt: r.ExpiresAt}); err != nil {
		return id.ID{}, err
	}
	if err := insertExport(tx, r); err != nil {
		return id.ID{}, err
	}
	return r.ID, s.recordExportTx(tx, who, r, PermExport, in)
}

func (s *Service) recordExportTx(tx *db.Tx, who access.Who, r exportRow, action string, after any) error {
	return s.Audit.RecordTx(tx, audit.Change{OrgID: r.OrgID, Actor: who.Actor(), Action: action, ObjectType: "customer_export", ObjectID: r.ID, After: after})
}

// Exports lists the caller's own exports, the newest first.
func (s *Service) Exports(ctx context.Context, p Page) (all []Export, next string, err error) {
	who, err := access.Allow(ctx, PermExport)
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var rows []exportRow
		q := new(db.Query).Where("created_by = ?", who.UserID).Where("expires_at > ?", tx.Now())
		rows, next, err = newestBy[exportRow](tx, s.Cursors, "customer.exports", p, who.Scope, q, selectOf(exportColumns, "customer_export"), "created_at")
		all = make([]Export, len(rows))
		for i, r := range rows {
			all[i] = r.export()
		}
		return err
	})
	return all, next, err
}

// permExportDownload names the fetching of an export in the audit log.
const permExportDownload = "customer.export_download"

// DownloadExport opens one's own export. Errors: db.ErrNotFound, ErrNotReady,
// ErrExpired, and those of lookup when personal data stands whole in it and its
// look-up is over. The caller closes the reader.
func (s *Service) DownloadExport(ctx context.Context, i id.ID) (e Export, r io.ReadCloser, err error) {
	who, err := access.Allow(ctx, PermExport)
	if err != nil {
		return Export{}, nil, err
	}
	var row exportRow
	var company *crypt.Company
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if row, err = exportByID(tx, who.Scope, i); err != nil {
			return err
		}
		switch {
		case row.CreatedBy != who.UserID:
			return db.ErrNotFound
		case row.ExpiresAt <= tx.Now():
			return ErrExpired
		case row.FileID.IsZero():
			return ErrNotReady
		}
		if company, err = s.Keys.CompanyTx(tx, row.OrgID); err != nil {
			return err
		}
		if err := s.mayTakeTx(tx, who, row, company); err != nil {
			return err
		}
		return s.recordExportTx(tx, who, row, permExportDownload, nil)
	})
	if err != nil {
		return Export{}, nil, err
	}
	r, err = s.Blobs.Open(blob.Ref{ID: row.FileID, Size: row.Size, SHA256: row.SHA256}, company.Own())
	return row.export(), r, err
}

// mayTakeTx refuses a file in which personal data stands whole when its taker may
// no longer see it.
func (s *Service) mayTakeTx(tx *db.Tx, who access.Who, row exportRow, company *crypt.Company) error {
	spec, err := row.spec(company)
	switch {
	case err != nil:
		return err
	case spec.Release != nil:
		_, err = s.ReleasedTx(tx, who, spec.Release.ID)
		return err
	case row.Plain: // of a version that let it leave without an approval
		return ErrConcealed
	}
	return nil
}

func (r exportRow) spec(company *crypt.Company) (spec exportSpec, err error) {
	raw, err := company.Own().Open(filterPlace(r.ID), r.Filter)
	if err != nil {
		return spec, err
	}
	if err := decode(raw, &spec); err != nil {
		return spec, err
	}
	if spec.Release != nil {
		spec.only = spec.Release.Customers
	}
	return spec, nil
}
