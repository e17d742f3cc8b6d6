package supply

import (
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// Network is a batch of network objects, referring to each other by ID.
type Network struct {
	Substations []Substation
	Lines       []Line
	Districts   []District
	Equipment   []Equipment
	Conditions  []Condition
}

// CreateNetworkTx keeps network objects of one company and makes them findable,
// with one audit entry. Equipment keeps the Health and OpenDefects it is given.
// Errors: a validation error with fields such as "lines[2].parent_id"; ErrNoTaken,
// ErrLoop.
func (s *Service) CreateNetworkTx(tx *db.Tx, by audit.Actor, org id.ID, n *Network) error {
	beginAll(tx, org, n.Substations)
	beginAll(tx, org, n.Lines)
	beginAll(tx, org, n.Districts)
	beginAll(tx, org, n.Equipment)
	beginAll(tx, org, n.Conditions)
	if err := n.check(tx, org); err != nil {
		return err
	}
	for _, insert := range []func() error{
		func() error { return substations.insertMany(tx, n.Substations) },
		func() error { return lines.insertMany(tx, n.Lines) },
		func() error { return districts.insertMany(tx, n.Districts) },
		func() error { return equipment.insertMany(tx, n.Equipment) },
		func() error { return conditions.insertMany(tx, n.Conditions) },
		func() error { return search.AddTx(tx, n.docs()) },
	} {
		if err := taken(insert()); err != nil {
			return err
		}
	}
	return s.recordBatchTx(tx, by, org, PermCreate, "network", map[string]int{"substations": len(n.Substations), "lines": len(n.Lines),
		"districts": len(n.Districts), "equipment": len(n.Equipment), "conditions": len(n.Conditions)}, n.ids())
}

func (n *Network) ids() []id.ID {
	return slices.Concat(pick(n.Substations, func(r *Substation) id.ID { return r.ID }), pick(n.Lines, func(r *Line) id.ID { return r.ID }),
		pick(n.Districts, func(r *District) id.ID { return r.ID }), pick(n.Equipment, func(r *Equipment) id.ID { return r.ID }),
		pick(n.Conditions, func(r *Condition) id.ID { return r.ID }))
}

func (n *Network) check(tx *db.Tx, org id.ID) error {
	var v fault.Validation
	checkAll(&v, "substations", n.Substations)
	checkAll(&v, "lines", n.Lines)
	checkAll(&v, "districts", n.Districts)
	checkAll(&v, "equipment", n.Equipment)
	known, err := n.known(tx, org)
	if err != nil {
		return err
	}
	if err := n.hang(&v, known); err != nil {
		return err
	}
	for i, d := range n.Districts {
		v.Check(d.LineID.IsZero() || known.has(NodeLine, d.LineID), fmt.Sprintf("districts[%d].line_id", i), "unknown_reference")
	}
	for i, e := range n.Equipment {
		v.Check(known.has(e.NodeKind, e.NodeID), fmt.Sprintf("equipment[%d].node_id", i), "unknown_reference")
	}
	n.checkConditions(&v, known)
	return v.Err()
}

// checkConditions gives conditions their equipment's node first.
func (n *Network) checkConditions(v *fault.Validation, known nodeSet) {
	at := make(map[id.ID]*Equipment, len(n.Equipment))
	for i := range n.Equipment {
		at[n.Equipment[i].ID] = &n.Equipment[i]
	}
	for i := range n.Conditions {
		c := &n.Conditions[i]
		if e := at[c.EquipmentID]; e != nil {
			c.NodeKind, c.NodeID = e.NodeKind, e.NodeID
		}
		v.Check(known.has(c.NodeKind, c.NodeID), fmt.Sprintf("conditions[%d].node_id", i), "unknown_reference")
	}
	checkAll(v, "conditions", n.Conditions)
}

// nodeSet is the nodes a batch may refer to.
type nodeSet struct {
	substations map[id.ID]bool
	lines       map[id.ID]Line
	districts   map[id.ID]bool
}

func (s nodeSet) has(kind NodeKind, i id.ID) bool {
	switch kind {
	case NodeSubstation:
		return s.substations[i]
	case NodeLine:
		_, ok := s.lines[i]
		return ok
	}
	return s.districts[i]
}

// known are the nodes of the batch, and of the database those it names.
func (n *Network) known(tx *db.Tx, org id.ID) (s nodeSet, err error) {
	lineIDs, substationIDs, districtIDs := n.references()
	olds, err := lines.some(tx, org, lineIDs)
	if err != nil {
		return s, err
	}
	substationsThere, err := substations.some(tx, org, substationIDs)
	if err != nil {
		return s, err
	}
	districtsThere, err := districts.some(tx, org, districtIDs)
	if err != nil {
		return s, err
	}
	s = nodeSet{map[id.ID]bool{}, map[id.ID]Line{}, map[id.ID]bool{}}
	for _, r := range slices.Concat(substationsThere, n.Substations) {
		s.substations[r.ID] = true
	}
	for _, r := range slices.Concat(olds, n.Lines) {
		s.lines[r.ID] = r
	}
	for _, r := range slices.Concat(districtsThere, n.Districts) {
		s.districts[r.ID] = true
	}
	return s, nil
}

func (n *Network) references() (lineIDs, substationIDs, districtIDs []id.ID) {
	for _, l := range n.Lines {
		lineIDs, substationIDs = append(lineIDs, l.ParentID), append(substationIDs, l.SubstationID)
	}
	for _, d := range n.Districts {
		lineIDs = append(lineIDs, d.LineID)
	}
	add := func(kind NodeKind, i id.ID) {
		switch kind {
		case NodeSubstation:
			substationIDs = append(substationIDs, i)
		case NodeLine:
			lineIDs = append(lineIDs, i)
		case NodeDistrict:
			districtIDs = append(districtIDs, i)
		}
	}
	for _, e := range n.Equipment {
		add(e.NodeKind, e.NodeID)
	}
	for _, c := range n.Conditions {
		add(c.NodeKind, c.NodeID)
	}
	return distinct(lineIDs), distinct(substationIDs), distinct(districtIDs)
}

// hang fills in feeders and substations and puts parents before their branches.
func (n *Network) hang(v *fault.Validation, known nodeSet) error {
	depth := make(map[id.ID]int, len(n.Lines))
	for i := range n.Lines {
		l, prefix := &n.Lines[i], fmt.Sprintf("lines[%d].", i)
		trunk, d, err := known.trunk(*l)
		if err != nil {
			return err
		}
		depth[l.ID] = d
		v.Check(l.ParentID.IsZero() || known.has(NodeLine, l.ParentID), prefix+"parent_id", "unknown_reference")
		l.FeederID, l.SubstationID = trunk.ID, trunk.SubstationID
		v.Check(l.SubstationID.IsZero() || d > 0 || known.substations[l.SubstationID], prefix+"substation_id", "unknown_reference")
	}
	slices.SortStableFunc(n.Lines, func(a, b Line) int { return depth[a.ID] - depth[b.ID] })
	return nil
}

// trunk follows a line's parents up; a line of the database knows its feeder.
func (s nodeSet) trunk(l Line) (trunk Line, depth int, err error) {
	for !l.ParentID.IsZero() {
		parent, ok := s.lines[l.ParentID]
		if !ok {
			break
		}
		if !parent.FeederID.IsZero() {
			parent.ID, parent.ParentID = parent.FeederID, id.ID{}
		}
		if depth++; depth > len(s.lines) {
			return l, depth, ErrLoop
		}
		l = parent
	}
	return l, depth, nil
}
