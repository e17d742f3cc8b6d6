package customer

import (
	"context"
	"encoding/hex"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Preview shows a picture small and with its reader's mark. Errors: ErrConcealed,
// ErrNoPreview, db.ErrNotFound.
func (s *Service) Preview(ctx context.Context, customer, attachment id.ID) (f File, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return f, err
	}
	sight := SightOf(ctx)
	var k kept
	var at when.Instant
	if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		at = tx.Now()
		k, err = s.keptTx(tx, who, customer, attachment, func(o owner) (Sight, error) { return sight, nil })
		return err
	}); err != nil {
		return f, err
	}
	return s.ShowFile(ctx, k.file(), at)
}

// Download takes a file out of the house by a running look-up, whoever takes it, with
// his mark. Errors: ErrNeedsLookup, ErrConcealed of a look-up without sensitive fields,
// those of lookup, db.ErrNotFound.
func (s *Service) Download(ctx context.Context, customer, attachment, lookup id.ID) (f File, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return f, err
	}
	var k kept
	var mark Mark
	if err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		k, err = s.keptTx(tx, who, customer, attachment, func(o owner) (Sight, error) {
			r, err := s.TakeFileTx(tx, who, lookup, Taking{What: WhatAttachment, Customer: o.ID, Object: attachment})
			mark = r.Mark
			return r.Sight(), err
		})
		if err != nil {
			return err
		}
		told := k.told()
		told["sha256"] = hex.EncodeToString(k.ref.SHA256)
		return s.recordPartTx(tx, who, k.owner, opDownload, "attachment", nil, told)
	}); err != nil {
		return f, err
	}
	return s.MarkFile(who.Locale, k.file(), mark)
}

// TakeFileTx registers a file that leaves by a running look-up of the caller's. Errors:
// ErrNeedsLookup, those of lookup.
func (s *Service) TakeFileTx(tx *db.Tx, who access.Who, lookup id.ID, t Taking) (Release, error) {
	if lookup.IsZero() {
		return Release{}, ErrNeedsLookup
	}
	return s.releases.ReleaseTx(tx, who, lookup, t)
}

// kept is an attachment where it is kept.
type kept struct {
	Attachment
	owner   owner
	ref     blob.Ref
	subject *crypt.Subject
}

func (k kept) file() KeptFile {
	return KeptFile{Name: k.Name, MediaType: k.MediaType, Ref: k.ref, Subject: k.subject, Of: "customer", OfNo: k.owner.CustomerNo}
}

// keptTx finds a file that a sight, which is settled for its customer, shows.
func (s *Service) keptTx(tx *db.Tx, who access.Who, customer, attachment id.ID, settle func(o owner) (Sight, error)) (k kept, err error) {
	if k.owner, err = s.readOwnerTx(tx, who.Scope, customer); err != nil {
		return k, err
	}
	row, err := attachmentByID(tx, k.owner, attachment)
	if err != nil {
		return k, err
	}
	sight, err := settle(k.owner)
	if err != nil {
		return k, err
	}
	if !sight.Sees(k.owner.OrgID, k.owner.ID, FieldAttachment) {
		return k, ErrConcealed
	}
	all, err := openAttachments(tx, k.owner, sight, []attachmentRow{row})
	if err != nil {
		return k, err
	}
	subjects, err := k.owner.subjectsTx(tx, []id.ID{row.OriginID})
	if err != nil {
		return k, err
	}
	k.Attachment, k.ref, k.subject = all[0], blob.Ref{ID: row.ID, Size: row.Size, SHA256: row.SHA256}, subjects[row.OriginID]
	return k, nil
}
