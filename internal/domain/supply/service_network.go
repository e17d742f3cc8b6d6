package supply

import (
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

var substationNoun = noun[Substation, SubstationInput, *Substation]{
	table: substations, object: "substation", path: "substations", usual: "no",
	orders: map[string]order[*Substation]{
		"no":         {"no", func(r *Substation) any { return r.No }},
		"created_at": {"id", func(*Substation) any { return "" }},
	},
	follow: func(_ *Service, tx *db.Tx, _ audit.Actor, before, r *Substation) error { return redoc(tx, before, r) },
	drop:   func(tx *db.Tx, r *Substation) error { return refuseBusyNode(tx, r.OrgID, r.ID) },
}

var lineNoun = noun[Line, LineInput, *Line]{
	table: lines, object: "line", path: "lines", usual: "no",
	orders: map[string]order[*Line]{
		"no":         {"no", func(r *Line) any { return r.No }},
		"created_at": {"id", func(*Line) any { return "" }},
	},
	settle: (*Service).settleLine, names: nameLines,
	follow: func(_ *Service, tx *db.Tx, _ audit.Actor, before, r *Line) error {
		if before != nil && r != nil && (before.FeederID != r.FeederID || before.SubstationID != r.SubstationID) {
			if err := rehang(tx, r); err != nil {
				return err
			}
		}
		return redoc(tx, before, r)
	},
	drop: func(tx *db.Tx, r *Line) error { return refuseBusyNode(tx, r.OrgID, r.ID) },
}

var districtNoun = noun[District, DistrictInput, *District]{
	table: districts, object: "district", path: "districts", usual: "no",
	orders: map[string]order[*District]{
		"no":         {"no", func(r *District) any { return r.No }},
		"created_at": {"id", func(*District) any { return "" }},
	},
	settle: (*Service).settleDistrict, names: nameDistricts,
	follow: func(_ *Service, tx *db.Tx, _ audit.Actor, before, r *District) error {
		if before != nil && r != nil && before.LineID != r.LineID {
			if err := transfer(tx, r); err != nil {
				return err
			}
		}
		return redoc(tx, before, r)
	},
	drop: func(tx *db.Tx, r *District) error { return refuseBusyNode(tx, r.OrgID, r.ID) },
}

var equipmentNoun = noun[Equipment, EquipmentInput, *Equipment]{
	table: equipment, object: kindEquipment, path: "equipment", usual: "no",
	orders: map[string]order[*Equipment]{
		"no":         {"no", func(r *Equipment) any { return r.No }},
		"created_at": {"id", func(*Equipment) any { return "" }},
	},
	settle: func(_ *Service, tx *db.Tx, _, r *Equipment) error {
		var v fault.Validation
		if err := checkNode(tx, &v, r.OrgID, r.NodeKind, r.NodeID); err != nil {
			return err
		}
		return v.Err()
	},
	follow: func(_ *Service, tx *db.Tx, _ audit.Actor, before, r *Equipment) error { return redoc(tx, before, r) },
	names:  nameEquipment,
}

var conditionNoun = noun[Condition, ConditionInput, *Condition]{
	table: conditions, object: "condition", path: "equipment-conditions", usual: "-found_at",
	orders: map[string]order[*Condition]{
		"found_at": {"found_at", func(r *Condition) any { return int64(r.FoundAt) }},
	},
	settle: (*Service).settleCondition, names: nameConditions,
	follow: func(_ *Service, tx *db.Tx, _ audit.Actor, before, r *Condition) error {
		for _, c := range []*Condition{before, r} {
			if c != nil && !c.EquipmentID.IsZero() {
				return refreshHealth(tx, c, before == nil)
			}
		}
		return nil
	},
}

// redoc makes a network object findable by what it is now.
func redoc[R any, P interface {
	recordOf[R]
	doc() search.Doc
}](tx *db.Tx, before, r P) error {
	if r != nil {
		return search.PutTx(tx, r.doc())
	}
	d := before.doc()
	return search.RemoveTx(tx, d.OrgID, d.Kind, d.ObjectID)
}

// settleLine derives feeder and substation from the parent and refuses a line
// that would hang on itself.
func (s *Service) settleLine(tx *db.Tx, before, l *Line) error {
	var v fault.Validation
	if l.rehung(before) {
		if err := holdTree(tx, l.OrgID); err != nil {
			return err
		}
	}
	l.FeederID = l.ID
	if l.ParentID.IsZero() {
		if err := checkThere(tx, &v, substations, l.OrgID, l.SubstationID, "substation_id"); err != nil {
			return err
		}
		return v.Err()
	}
	parent, err := lines.get(tx, db.ScopeOf(l.OrgID), l.ParentID)
	switch {
	case errors.Is(err, db.ErrNotFound):
		v.Add("parent_id", "unknown_reference")
		return v.Err()
	case err != nil:
		return err
	}
	if before != nil {
		below, err := subtree(tx, l.OrgID, l.ID)
		if err != nil {
			return err
		}
		for _, i := range below {
			if i == l.ParentID {
				return ErrLoop
			}
		}
	}
	l.FeederID, l.SubstationID = parent.FeederID, parent.SubstationID
	return nil
}

func (s *Service) settleDistrict(tx *db.Tx, _, d *District) error {
	var v fault.Validation
	if err := checkThere(tx, &v, lines, d.OrgID, d.LineID, "line_id"); err != nil {
		return err
	}
	if err := s.checkUnit(tx, &v, d.OrgID, d.UnitID); err != nil {
		return err
	}
	return v.Err()
}

// settleCondition takes the node of the equipment; what an earlier report was
// about cannot be changed.
func (s *Service) settleCondition(tx *db.Tx, before, c *Condition) error {
	if before != nil {
		c.EquipmentID, c.NodeKind, c.NodeID, c.Kind = before.EquipmentID, before.NodeKind, before.NodeID, before.Kind
		return nil
	}
	var v fault.Validation
	if c.EquipmentID.IsZero() {
		if err := checkNode(tx, &v, c.OrgID, c.NodeKind, c.NodeID); err != nil {
			return err
		}
		return v.Err()
	}
	e, err := equipment.get(tx, db.ScopeOf(c.OrgID), c.EquipmentID)
	if errors.Is(err, db.ErrNotFound) {
		v.Add("equipment_id", "unknown_reference")
		return v.Err()
	}
	if err == nil {
		c.NodeKind, c.NodeID = e.NodeKind, e.NodeID
	}
	return err
}

// checkThere refuses a reference to a record the company does not have; none is
// no reference.
func checkThere[R any, P recordOf[R]](tx *db.Tx, v *fault.Validation, t table[R, P], org, i id.ID, field string) error {
	if i.IsZero() {
		return nil
	}
	_, err := t.get(tx, db.ScopeOf(org), i)
	if errors.Is(err, db.ErrNotFound) {
		v.Add(field, "unknown_reference")
		return nil
	}
	return err
}

func checkNode(tx *db.Tx, v *fault.Validation, org id.ID, kind NodeKind, i id.ID) error {
	switch kind {
	case NodeSubstation:
		return checkThere(tx, v, substations, org, i, "node_id")
	case NodeLine:
		return checkThere(tx, v, lines, org, i, "node_id")
	}
	return checkThere(tx, v, districts, org, i, "node_id")
}

// EquipmentCompanyTx gives the company of a piece of equipment. Error: db.ErrNotFound.
func (s *Service) EquipmentCompanyTx(tx *db.Tx, scope db.Scope, piece id.ID) (id.ID, error) {
	e, err := equipment.get(tx, scope, piece)
	if err != nil {
		return id.ID{}, err
	}
	return e.OrgID, nil
}
