package customer

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func (in LogInput) validate(now when.Instant) error {
	var v fault.Validation
	v.Check(strings.TrimSpace(in.Text) != "", "text", "required")
	v.Check(in.At <= now.Add(time.Hour), "at", "in_future")
	return v.Err()
}

// LogReception records a later contact with a visitor. When he is a customer, his
// timeline tells of it. Errors: validation, db.ErrNotFound.
func (s *Service) LogReception(ctx context.Context, key string, reception id.ID, in LogInput) (e LogEntry, err error) {
	who, err := access.Allow(ctx, PermReceptionLog)
	if err != nil {
		return LogEntry{}, err
	}
	if err := in.validate(s.DB.Now()); err != nil {
		return LogEntry{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := receptionByID(tx, who.Scope, reception)
		if err != nil {
			return err
		}
		o := owner{row: row{Base: Base{ID: r.ID, OrgID: r.OrgID}}}
		made, _, err := tx.Once(onceOf(who, o, PermReceptionLog, key, in), func() (id.ID, error) { return s.logReceptionTx(tx, who, r, in) })
		if err != nil {
			return err
		}
		entry, err := logByID(tx, r.OrgID, made)
		if err != nil {
			return err
		}
		all, err := s.openLogTx(tx, who, []logRow{entry})
		if err == nil {
			e = all[0]
		}
		return err
	})
	return e, err
}

func (s *Service) logReceptionTx(tx *db.Tx, who access.Who, r receptionRow, in LogInput) (id.ID, error) {
	company, err := s.Keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return id.ID{}, err
	}
	l := logRow{OrgID: r.OrgID, ID: tx.NewID(), ReceptionID: r.ID, At: cmp.Or(in.At, tx.Now()), Mode: in.Mode, AuthorID: who.UserID, AuthorName: who.Name,
		CreatedAt: tx.Now()}
	l.Body = company.Own().Seal(logPlace(l.ID), in.Text)
	if err := insertLog(tx, l); err != nil {
		return id.ID{}, err
	}
	if !r.CustomerID.IsZero() {
		e := Entry{OrgID: r.OrgID, CustomerID: r.CustomerID, At: l.At, Kind: "customer.contacted", Params: map[string]any{"mode": "@customer.mode." + string(in.Mode)},
			Actor: who.Actor(), SourceType: "reception", SourceID: r.ID}
		if err := s.TimelineTx(tx, e); err != nil {
			return id.ID{}, err
		}
	}
	return l.ID, s.recordReceptionTx(tx, who, r, PermReceptionLog, nil, in)
}

func (s *Service) openLogTx(tx *db.Tx, who access.Who, rows []logRow) ([]LogEntry, error) {
	sight, all := SightOf(tx.Context()), make([]LogEntry, len(rows))
	for i, r := range rows {
		company, err := s.Keys.CompanyTx(tx, r.OrgID)
		if err != nil {
			return nil, err
		}
		all[i] = LogEntry{ID: r.ID, ReceptionID: r.ReceptionID, At: r.At, Mode: r.Mode, AuthorID: r.AuthorID, AuthorName: r.AuthorName, CreatedAt: r.CreatedAt}
		if all[i].Text, err = company.Own().Open(logPlace(r.ID), r.Body); err != nil {
			return nil, err
		}
		if all[i].Masked = r.AuthorID != who.UserID && !sight.Sees(r.OrgID, id.ID{}, FieldVisit); all[i].Masked {
			all[i].Text = maskText(all[i].Text)
		}
	}
	return all, nil
}

// PersonalLog lists what a person wrote of contacts with visitors, the newest first. The
// visits themselves are Receptions of the receiver.
func (s *Service) PersonalLog(ctx context.Context, company, author id.ID, p Page) (all []LogEntry, next string, err error) {
	who, err := access.Allow(ctx, PermReceptionList)
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		var rows []logRow
		q := new(db.Query).Where("author_id = ?", author)
		rows, next, err = newestBy[logRow](tx, s.Cursors, "reception.log "+author.String(), p, who.Scope.Narrow(company), q, selectOf(logColumns, "reception_log"), "created_at")
		if err != nil {
			return err
		}
		if all, err = s.openLogTx(tx, who, rows); err != nil {
			return err
		}
		return s.nameVisitorsTx(tx, who, all)
	})
	return all, next, err
}

// nameVisitorsTx tells whom the entries are about.
func (s *Service) nameVisitorsTx(tx *db.Tx, who access.Who, entries []LogEntry) error {
	ids := make([]id.ID, len(entries))
	for i, e := range entries {
		ids[i] = e.ReceptionID
	}
	rows, err := receptionsByID(tx, who.Scope, ids)
	if err != nil {
		return err
	}
	visits, err := s.openReceptionsTx(tx, who, rows)
	if err != nil {
		return err
	}
	names := map[id.ID]string{}
	for _, v := range visits {
		names[v.ID] = v.Name
	}
	for i, e := range entries {
		entries[i].Visitor = names[e.ReceptionID]
	}
	return nil
}
