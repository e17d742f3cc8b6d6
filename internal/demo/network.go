package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

// network is a county's network and where its customers hang.
type network struct {
	supply.Network
	trunks    []id.ID     // one per town, for customers at high voltage
	districts [][][]id.ID // by town and quarter
}

// perDistrict is how many customers a transformer district has, about.
const perDistrict = 60

// network draws a county's network for so many customers: two substations, a
// trunk line and a branch per town, districts by quarter, equipment with its
// conditions.
func (w *World) network(company, customers int, newID func() id.ID) network {
	r, p := w.rand("network", company, 0), companies[company]
	n := network{}
	for i, kv := range []string{"AC01101", "AC00351"} {
		s := supply.Substation{Head: supply.Head{ID: newID()}}
		s.SubstationInput = supply.SubstationInput{No: fmt.Sprintf("%sB%d", p.Code, i+1), Name: p.County[:len(p.County)-3] + []string{"城北", "城南"}[i] + "变", Voltage: kv}
		n.Substations = append(n.Substations, s)
	}
	for t, town := range p.Towns {
		trunk := w.line(newID, fmt.Sprintf("%s%02d", p.Code, t*10+1), town.Stem()+"线", n.Substations[t%2].ID, id.ID{}, town.City)
		branch := w.line(newID, trunk.No+"Z1", town.Stem()+"支线", id.ID{}, trunk.ID, town.City)
		n.Lines = append(n.Lines, trunk, branch)
		n.trunks = append(n.trunks, trunk.ID)
		n.equip(w, r, newID, trunk)
		quarters := make([][]id.ID, len(town.Quarters))
		for q, quarter := range town.Quarters {
			share := customers / len(p.Towns) / len(town.Quarters)
			for k := range share/perDistrict + 1 {
				line := trunk
				if q%2 == 1 {
					line = branch
				}
				d := n.district(w, r, newID, p, t, q, k, quarter, town.City, line)
				quarters[q] = append(quarters[q], d)
			}
		}
		n.districts = append(n.districts, quarters)
	}
	return n
}

func (w *World) line(newID func() id.ID, no, name string, substation, parent id.ID, urban bool) supply.Line {
	l := supply.Line{Head: supply.Head{ID: newID()}}
	l.LineInput = supply.LineInput{No: no, Name: "10kV " + name, Voltage: "AC00101", Medium: "overhead", LengthM: 4000 + int64(len(name))*317, SubstationID: substation, ParentID: parent}
	if urban {
		l.Medium = "mixed"
	}
	return l
}

func (n *network) district(w *World, r *rand.Rand, newID func() id.ID, p Company, t, q, k int, quarter string, urban bool, line supply.Line) id.ID {
	d := supply.District{Head: supply.Head{ID: newID()}}
	d.DistrictInput = supply.DistrictInput{No: fmt.Sprintf("%s%02d%02d%02d", p.Code, t, q, k), Name: fmt.Sprintf("%s%d号台区", quarter, k+1), Area: "rural",
		CapacityVA: pick(r, []int64{200_000, 315_000, 400_000}), Address: province + p.City + p.County + p.Towns[t].Name + quarter, LineID: line.ID}
	if urban {
		d.Area, d.CapacityVA = "urban", pick(r, []int64{400_000, 630_000, 800_000})
	}
	n.Districts = append(n.Districts, d)
	e := n.equipment(newID, d.No+"T", d.Name+"配电变压器", "transformer", supply.NodeDistrict, d.ID, r)
	e.Rating = fmt.Sprintf("%d kVA", d.CapacityVA/1000)
	n.stand(w, r, newID, e)
	return d.ID
}

func (n *network) equip(w *World, r *rand.Rand, newID func() id.ID, trunk supply.Line) {
	for i, kind := range []string{"breaker", "switch", "pole"} {
		e := n.equipment(newID, fmt.Sprintf("%sE%d", trunk.No, i+1), trunk.Name+map[string]string{"breaker": "出线断路器", "switch": "分段开关", "pole": "17号杆"}[kind], kind, supply.NodeLine, trunk.ID, r)
		n.Conditions = append(n.Conditions, w.condition(r, newID, e))
		n.stand(w, r, newID, e)
	}
}

func (n *network) equipment(newID func() id.ID, no, name, kind string, at supply.NodeKind, node id.ID, r *rand.Rand) supply.Equipment {
	e := supply.Equipment{Head: supply.Head{ID: newID()}, Health: "normal"}
	e.EquipmentInput = supply.EquipmentInput{No: no, Name: name, Kind: kind, NodeKind: at, NodeID: node, InstalledOn: when.Day(fmt.Sprintf("20%02d-%02d-15", 5+r.IntN(18), 1+r.IntN(12)))}
	if chance(r, 12) {
		e.Health = "attention"
	}
	return e
}

// stand adds a piece of equipment, one of three with a defect.
func (n *network) stand(w *World, r *rand.Rand, newID func() id.ID, e supply.Equipment) {
	if chance(r, 33) {
		n.Conditions = append(n.Conditions, w.defect(r, newID, &e))
	}
	n.Equipment = append(n.Equipment, e)
}

var findings = []struct{ kind, finding, cause, remedy string }{
	{"inspection", "红外测温正常，外观完好。", "", ""},
	{"test", "绝缘电阻合格，回路电阻合格。", "", ""},
	{"fault", "雷击造成过流跳闸，重合不成功。", "雷击", "更换避雷器后恢复送电。"},
	{"fault", "树枝碰线造成接地。", "树障", "清理树障后恢复送电。"},
	{"repair", "更换老化线夹两处。", "老化", "计划检修。"},
}

// condition draws what was found at a piece of equipment within the last year.
func (w *World) condition(r *rand.Rand, newID func() id.ID, e supply.Equipment) supply.Condition {
	f := pick(r, findings)
	c := supply.Condition{Head: supply.Head{ID: newID()}}
	found := w.now.Add(-time.Duration(1+r.IntN(360)) * 24 * time.Hour)
	c.ConditionInput = supply.ConditionInput{EquipmentID: e.ID, NodeKind: e.NodeKind, NodeID: e.NodeID, Kind: f.kind, FoundAt: found, Finding: f.finding, Cause: f.cause, Remedy: f.remedy}
	if f.kind == "fault" {
		c.RestoredAt = found.Add(time.Duration(40+r.IntN(200)) * time.Minute)
	}
	return c
}

var defects = []struct{ grade, health, finding, cause, remedy string }{
	{"general", "attention", "构件轻微锈蚀，标识牌褪色。", "老化", "除锈刷漆，更换标识牌。"},
	{"general", "attention", "基础周围积水，接地引下线松动。", "环境", "疏通排水，紧固引下线。"},
	{"serious", "abnormal", "红外测温接头温度78℃，相间温差明显。", "接触不良", "停电紧固并更换线夹。"},
	{"serious", "abnormal", "套管或绝缘子表面有裂纹。", "外力破坏", "停电更换。"},
	{"critical", "severe", "接线端子过热烧蚀，温度超过90℃。", "老化", "更换接线端子，复测温度正常。"},
}

// defect draws a defect of the last year. One of two waits, and tells the health
// of the equipment; the others were remedied within days.
func (w *World) defect(r *rand.Rand, newID func() id.ID, e *supply.Equipment) supply.Condition {
	f, days := pick(r, defects), 5+r.IntN(300)
	c := supply.Condition{Head: supply.Head{ID: newID()}}
	waits := chance(r, 50)
	if waits {
		days = 1 + r.IntN(40)
	}
	found := w.now.Add(-time.Duration(days) * 24 * time.Hour)
	c.ConditionInput = supply.ConditionInput{EquipmentID: e.ID, NodeKind: e.NodeKind, NodeID: e.NodeID, Kind: "defect", Grade: f.grade, FoundAt: found, Finding: f.finding, Cause: f.cause}
	if waits {
		c.Health, e.Health, e.OpenDefects = f.health, f.health, e.OpenDefects+1
		return c
	}
	c.Remedy, c.RestoredAt = f.remedy, found.Add(time.Duration(6+r.IntN(80))*time.Hour)
	return c
}
