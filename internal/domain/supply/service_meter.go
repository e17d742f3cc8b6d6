package supply

import (
	"context"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

var pointNoun = noun[Point, PointInput, *Point]{
	table: points, object: "point", path: "metering-points", personal: true, usual: "no",
	orders: map[string]order[*Point]{
		"no":         {"no", func(r *Point) any { return r.No }},
		"created_at": {"id", func(*Point) any { return "" }},
	},
	settle: (*Service).settlePoint, names: namePoints,
	follow: func(s *Service, tx *db.Tx, _ audit.Actor, before, p *Point) error {
		if before == nil || p == nil || before.AccountID == p.AccountID {
			return nil
		}
		return s.reindexAccountsTx(tx, p.OrgID, before.AccountID, p.AccountID)
	},
}

var meterNoun = noun[Meter, MeterInput, *Meter]{
	table: meters, object: "meter", path: "meters", personal: true, usual: "asset_no",
	orders: map[string]order[*Meter]{
		"asset_no":   {"asset_no", func(r *Meter) any { return r.AssetNo }},
		"created_at": {"id", func(*Meter) any { return "" }},
	},
	names: nameMeters,
	follow: func(s *Service, tx *db.Tx, _ audit.Actor, before, m *Meter) error {
		if before == nil || m == nil || before.AssetNo == m.AssetNo || m.PointID.IsZero() {
			return nil
		}
		account, err := accountOfPoint(tx, m.OrgID, m.PointID)
		if err != nil {
			return err
		}
		return s.reindexAccountsTx(tx, m.OrgID, account)
	},
}

func (s *Service) settlePoint(tx *db.Tx, _, p *Point) error {
	var v fault.Validation
	there, err := heldPlaces(tx, p.OrgID, []id.ID{p.DistrictID}, []id.ID{p.LineID})
	if err != nil {
		return err
	}
	there.fill(&v, "", p.DistrictID, &p.LineID)
	var at position
	if !p.AccountID.IsZero() {
		if err := accounts.hold(tx, tx.Dialect().ForShare(), p.OrgID, []id.ID{p.AccountID}); err != nil {
			return err
		}
		a, err := accounts.get(tx, db.ScopeOf(p.OrgID), p.AccountID)
		switch {
		case errors.Is(err, db.ErrNotFound):
			v.Add("account_id", "unknown_reference")
		case err != nil:
			return err
		default:
			at = a.position()
		}
	}
	p.place(at)
	return v.Err()
}

// reindexAccountsTx makes the customers of accounts findable by what hangs on
// their points now.
func (s *Service) reindexAccountsTx(tx *db.Tx, org id.ID, ids ...id.ID) error {
	found, err := accounts.some(tx, org, distinct(ids))
	if err != nil {
		return err
	}
	return s.Customers.ReindexTx(tx, org, distinct(pick(found, func(a *Account) id.ID { return a.CustomerID }))...)
}

// Install hangs a meter at a point. Errors: db.ErrNotFound, db.ErrStale,
// ErrMeterInstalled, ErrMeterScrapped, validation.
func (s *Service) Install(ctx context.Context, meter id.ID, version int64, in InstallInput) (*Meter, error) {
	return s.changeMeter(ctx, meter, version, "meter_installed", func(tx *db.Tx, m *Meter) (id.ID, error) {
		down, err := takenDown(tx, m)
		if err != nil {
			return id.ID{}, err
		}
		hung, err := m.install(in, down, tx.Now().Day())
		if err != nil {
			return id.ID{}, err
		}
		var v fault.Validation
		if err := checkThere(tx, &v, points, m.OrgID, in.PointID, "point_id"); err != nil {
			return id.ID{}, err
		}
		if err := v.Err(); err != nil {
			return id.ID{}, err
		}
		hung.ID = tx.NewID()
		return in.PointID, insertInstalled(tx, []Installed{hung})
	})
}

// TakeDown removes a meter from its point. Errors: db.ErrNotFound, db.ErrStale,
// ErrMeterNotThere, validation.
func (s *Service) TakeDown(ctx context.Context, meter id.ID, version int64, in RemoveInput) (*Meter, error) {
	return s.changeMeter(ctx, meter, version, "meter_removed", func(tx *db.Tx, m *Meter) (id.ID, error) {
		point := m.PointID
		if err := m.takeDown(in, tx.Now().Day()); err != nil {
			return id.ID{}, err
		}
		return point, endInstalled(tx, m, in)
	})
}

// changeMeter changes where a meter hangs; change tells the point concerned.
func (s *Service) changeMeter(ctx context.Context, meter id.ID, version int64, event string, change func(*db.Tx, *Meter) (id.ID, error)) (m *Meter, err error) {
	who, err := access.Allow(ctx, PermUpdate)
	if err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := heldMeter(tx, who.Scope, meter)
		if err != nil {
			return err
		}
		if before.Version != version {
			return db.ErrStale
		}
		after := *before
		m = &after
		m.UpdatedAt = tx.Now()
		point, err := change(tx, m)
		if err != nil {
			return err
		}
		if err := meters.update(tx, m); err != nil {
			return err
		}
		if err := s.Audit.RecordTx(tx, audit.Change{OrgID: m.OrgID, Actor: who.Actor(), Action: meterNoun.op(PermUpdate), ObjectType: meterNoun.object,
			ObjectID: m.ID, Before: before, After: m}); err != nil {
			return err
		}
		return s.tellMeterTx(tx, who.Actor(), m, point, event)
	})
	return m, err
}

// tellMeterTx writes on the timeline of the point's customer, and makes him
// findable by the meter, or no longer.
func (s *Service) tellMeterTx(tx *db.Tx, by audit.Actor, m *Meter, point id.ID, event string) error {
	account, err := accountOfPoint(tx, m.OrgID, point)
	if err != nil || account.IsZero() {
		return err
	}
	a, err := accounts.get(tx, db.ScopeOf(m.OrgID), account)
	if err != nil || a.CustomerID.IsZero() {
		return err
	}
	entry := customer.Entry{OrgID: m.OrgID, CustomerID: a.CustomerID, Kind: "supply." + event, Actor: by, SourceType: meterNoun.object, SourceID: m.ID,
		Params: map[string]any{"account_no": a.AccountNo, "asset_no": m.AssetNo}}
	if err := s.Customers.TimelineTx(tx, entry); err != nil {
		return err
	}
	return s.Customers.ReindexTx(tx, m.OrgID, a.CustomerID)
}

// Installations lists where a meter hung, or what hung at a point, newest first.
// Error: db.ErrNotFound.
func (s *Service) Installations(ctx context.Context, meter, point id.ID) (list []Installed, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, err
	}
	return list, s.DB.Read(ctx, func(tx *db.Tx) error {
		if meter.IsZero() {
			_, err = points.get(tx, who.Scope, point)
		} else {
			_, err = meters.get(tx, who.Scope, meter)
		}
		if err != nil {
			return err
		}
		list, err = installedAt(tx, who.Scope, meter, point)
		return err
	})
}
