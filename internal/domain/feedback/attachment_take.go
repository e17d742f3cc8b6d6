package feedback

import (
	"context"
	"encoding/hex"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// ErrConcealed: who neither works on the case nor sees its customer whole has no files
// of it.
var ErrConcealed = fault.New(fault.Forbidden, "feedback.concealed")

// Preview shows a picture of a case small and with its reader's mark. Errors:
// ErrConcealed, customer.ErrNoPreview, db.ErrNotFound.
func (s *Service) Preview(ctx context.Context, i, file id.ID) (f customer.File, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return f, err
	}
	var k customer.KeptFile
	var at when.Instant
	if err := s.DB.Read(ctx, func(tx *db.Tx) error {
		w, err := s.viewTx(tx, who, i)
		if err != nil {
			return err
		}
		if !w.reads() {
			return ErrConcealed
		}
		at = tx.Now()
		k, err = w.keptFileTx(file)
		return err
	}); err != nil {
		return f, err
	}
	return s.Customers.ShowFile(ctx, k, at)
}

// Download takes a file of a case out of the house with its taker's mark: by a running
// look-up of the case's customer, whoever takes it; where there is no customer who
// decides about look-ups takes it himself (A6). Errors: customer.ErrNeedsLookup,
// customer.ErrConcealed of a look-up without sensitive fields, those of lookup,
// db.ErrNotFound.
func (s *Service) Download(ctx context.Context, i, file, lookup id.ID) (f customer.File, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return f, err
	}
	var k customer.KeptFile
	var mark customer.Mark
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.viewTx(tx, who, i)
		if err != nil {
			return err
		}
		if k, err = w.keptFileTx(file); err != nil {
			return err
		}
		if mark, err = w.takeTx(file, lookup); err != nil {
			return err
		}
		return w.partTx(opDownload, map[string]any{"case_no": w.CaseNo, "file": file, "size": k.Ref.Size, "sha256": hex.EncodeToString(k.Ref.SHA256)})
	}); err != nil {
		return f, err
	}
	return s.Customers.MarkFile(who.Locale, k, mark)
}

// takeTx registers a file that leaves.
func (w *work) takeTx(file, lookup id.ID) (m customer.Mark, err error) {
	t := customer.Taking{What: customer.WhatCaseFile, Customer: w.CustomerID, Object: file}
	if w.CustomerID.IsZero() {
		return w.Customers.OwnTx(w.tx, w.who, w.OrgID, w.ID, t)
	}
	r, err := w.Customers.TakeFileTx(w.tx, w.who, lookup, t)
	if err == nil && !r.Sight().Sees(w.OrgID, w.CustomerID, customer.FieldAttachment) {
		err = customer.ErrConcealed
	}
	return r.Mark, err
}

// keptFileTx finds a file of the case. Of an erased customer there is none.
func (w *work) keptFileTx(file id.ID) (k customer.KeptFile, err error) {
	row, err := fileByID(w.tx, w.OrgID, w.ID, file)
	if err != nil {
		return k, err
	}
	a, err := w.file(row)
	if err != nil {
		return k, err
	}
	subject, err := w.fileKeyTx(row)
	if err == nil && subject == nil {
		err = db.ErrNotFound
	}
	return customer.KeptFile{Name: a.Name, MediaType: a.MediaType, Ref: blob.Ref{ID: row.ID, Size: row.Size, SHA256: row.SHA256}, Subject: subject, Of: object, OfNo: w.CaseNo}, err
}
