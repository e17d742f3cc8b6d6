package outage

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Located is where the fault that a case reports may be.
type Located struct {
	Report   feedback.FaultReport `json:"report"`
	Outage   *Outage              `json:"outage,omitempty" doc:"the one it reports already"`
	Places   []Place              `json:"places" nullable:"false" doc:"through which its customer is supplied, the nearest first; none where it is not known how"`
	Open     []Outage             `json:"open" nullable:"false" doc:"under way at these places, the newest first"`
	Faults   []supply.Condition   `json:"faults" nullable:"false" doc:"earlier ones and open defects there, the newest first, at most 5"`
	MayJoin  bool                 `json:"may_join"`
	MayMake  bool                 `json:"may_make"`
	Reported bool                 `json:"reported" doc:"the case is a fault that is still worked on"`
}

// Place is where a fault may be.
type Place struct {
	Kind        string `json:"kind" enum:"equipment,district,line,substation"`
	ID          id.ID  `json:"id"`
	No          string `json:"no"`
	Name        string `json:"name"`
	Accounts    int64  `json:"accounts" doc:"behind it; of a piece of equipment not counted"`
	Health      string `json:"health,omitempty" enum:"severe,abnormal,attention,normal" doc:"of a piece of equipment"`
	OpenDefects int64  `json:"open_defects,omitempty"`
}

// How much is offered.
const (
	mostNodes     = 6
	mostEquipment = 10
	mostFaults    = 5
)

// Locate tells where the fault of a case may be, by how its customer is supplied, and which
// outages are under way there. Error: db.ErrNotFound.
func (s *Service) Locate(ctx context.Context, caseID id.ID) (l Located, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return l, err
	}
	return l, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := s.Feedback.FaultReportTx(tx, who.Scope, caseID)
		if err != nil {
			return err
		}
		w, err := s.workTx(tx, who, Outage{OrgID: r.OrgID})
		if err != nil {
			return err
		}
		l = Located{Report: r, Reported: r.Waits(), Places: []Place{}, Open: []Outage{}, Faults: []supply.Condition{}, MayJoin: w.reaches(PermJoin), MayMake: w.reaches(PermCreate)}
		o, found, err := reportedBy(tx, r.OrgID, caseID)
		if err != nil {
			return err
		}
		if found {
			o = w.named(o)
			l.Outage = &o
			return nil
		}
		return w.placesTx(&l)
	})
}

func (w *work) reaches(permission string) bool {
	who, may := w.who.May(permission)
	return may && who.Scope.Has(w.OrgID)
}

// placesTx offers places, and the outages there.
func (w *work) placesTx(l *Located) error {
	way, err := w.Supply.WayTx(w.tx, l.Report.OrgID, l.Report.AccountID, l.Report.CustomerID)
	if err != nil {
		return err
	}
	var nodes []id.ID
	for _, p := range placesOf(way) {
		if p.Kind != kindEquipment {
			nodes = append(nodes, p.ID)
			r, err := w.Supply.ReachTx(w.tx, db.ScopeOf(w.OrgID), supply.Origin{Kind: p.Kind, ID: p.ID})
			if err != nil {
				return err
			}
			p.Accounts = r.Accounts
		}
		l.Places = append(l.Places, p)
	}
	if own := l.Report.EquipmentID; !own.IsZero() {
		spot, err := w.Supply.SpotTx(w.tx, db.ScopeOf(w.OrgID), supply.Origin{Kind: kindEquipment, ID: own})
		if err != nil {
			return err
		}
		nodes = append(nodes, spot.Node.ID)
		l.Places = append([]Place{{Kind: kindEquipment, ID: own, No: spot.No, Name: spot.Name}}, l.Places...)
	}
	l.Faults = append(l.Faults, way.Conditions[:min(mostFaults, len(way.Conditions))]...)
	if len(nodes) == 0 {
		return nil
	}
	open, err := openAt(w.tx, w.OrgID, nodes)
	for _, o := range open {
		l.Open = append(l.Open, w.named(o))
	}
	return err
}

const kindEquipment = "equipment"

// placesOf are the places on a way, the nearest first, and the equipment there that is
// known not to be well.
func placesOf(way supply.Path) (all []Place) {
	for _, d := range way.Districts {
		all = append(all, Place{Kind: string(supply.NodeDistrict), ID: d.ID, No: d.No, Name: d.Name})
	}
	for _, n := range way.Lines {
		all = append(all, Place{Kind: string(supply.NodeLine), ID: n.ID, No: n.No, Name: n.Name})
	}
	for _, n := range way.Substations {
		all = append(all, Place{Kind: string(supply.NodeSubstation), ID: n.ID, No: n.No, Name: n.Name})
	}
	all = all[:min(mostNodes, len(all))]
	for _, e := range way.Equipment[:min(mostEquipment, len(way.Equipment))] {
		if e.Health != "normal" || e.OpenDefects > 0 {
			all = append(all, Place{Kind: kindEquipment, ID: e.ID, No: e.No, Name: e.Name, Health: e.Health, OpenDefects: e.OpenDefects})
		}
	}
	return all
}
