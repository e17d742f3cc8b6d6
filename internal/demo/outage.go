package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/outage"
)

// failed is a failure of supply so many minutes ago that some customers report; sent, there
// and back are the minutes after it when the crew was sent and arrived and supply was
// restored: 0 is not yet.
type failed struct {
	ago, reports      int
	place             string // the nearest of the kind
	sent, there, back int
	cause, finding    string
	tellAll, close    bool
}

// failures are those of each company, some in every state.
var failures = []failed{
	{23 * daily, 3, "district", 4, 36, 150, "ageing", "低压总开关触头烧蚀，已更换。", false, true},
	{12 * daily, 2, "line", 3, 71, 320, "lightning", "12 号杆避雷器击穿，绝缘子更换两片。", false, true},
	{5 * daily, 2, "district", 5, 40, 95, "tree", "竹子碰线跳闸，已修剪并试送成功。", true, true},
	{hourly * 5, 2, "district", 3, 41, 130, "damage", "挖掘机挖断低压电缆，已做中间接头。", true, false},
	{hourly * 2, 3, "line", 4, 38, 0, "", "", false, false},
	{hourly + 40, 1, "district", 12, 0, 0, "", "", false, false},
	{26, 2, "district", 6, 0, 0, "", "", false, false},
	{7, 1, "district", 0, 0, 0, "", "", false, false},
}

// complaints is what customers say of a failure.
var complaints = []string{"家里突然没电了，看外面路灯也不亮。", "整栋楼都停电了，什么时候能来电？", "停电了，店里冰柜里的东西要坏，请快点派人。"}

// outageScenes are failures in each company, with what was done about them.
func (b *builder) outageScenes(ctx context.Context) (scenes []scene, err error) {
	for _, p := range companies {
		known, err := b.firstPersons(ctx, p.Code, 60)
		if err != nil || len(known) == 0 {
			return nil, err
		}
		agent, err := b.as(ctx, "agent"+p.Code)
		if err != nil {
			return nil, err
		}
		crew, err := b.as(ctx, "metering"+p.Code)
		if err != nil {
			return nil, err
		}
		for i, f := range failures {
			r := &repair{builder: b, failed: f, code: p.Code, agent: agent, crew: crew}
			scenes = append(scenes, r.scenes(known[(i*7+3)%len(known)])...)
		}
	}
	return scenes, nil
}

// repair is a failure as it goes on.
type repair struct {
	*builder
	failed
	code        string
	agent, crew context.Context
	o           outage.Detail
}

func (r *repair) scenes(who customer.Item) (all []scene) {
	begin := r.end.Add(-time.Duration(r.ago) * time.Minute)
	at := func(minutes int, do func() error) {
		all = append(all, scene{begin.Add(time.Duration(minutes) * time.Minute), do})
	}
	for i := range r.reports {
		at(i*2, func() error { return r.report(i, who) })
	}
	if r.sent > 0 {
		at(r.sent, func() error {
			return r.step(r.Outages.Dispatch(r.agent, r.o.ID, r.o.Version, outage.DispatchInput{UnitID: r.orgs[r.code+"03"].ID, Crew: "抢修一班"}))
		})
	}
	if r.there > 0 {
		at(r.there, func() error { return r.step(r.Outages.Arrive(r.crew, r.o.ID, r.o.Version, outage.ArriveInput{})) })
	}
	if r.back > 0 {
		at(r.back, func() error {
			return r.step(r.Outages.Restore(r.crew, r.o.ID, r.o.Version, outage.RestoreInput{Cause: r.cause, Finding: r.finding, TellAll: r.tellAll}))
		})
	}
	if r.close {
		at(r.back+hourly, func() error { return r.step(r.Outages.Close(r.agent, r.o.ID, r.o.Version, outage.NoteInput{})) })
	}
	return all
}

// report is a case of the failure: the first puts the outage down, others join it.
func (r *repair) report(n int, who customer.Item) error {
	in := feedback.CreateInput{OrgID: r.orgs[r.code].ID, Facts: feedback.Facts{Type: feedback.Fault, Category: "fault.low_voltage", Text: complaints[n%len(complaints)]}}
	if n == 0 {
		in.CustomerID = who.ID
	} else {
		in.CallerName, in.CallerPhone = "邻居", fmt.Sprintf("15408%s8%d", r.code, n)
	}
	c, err := r.Feedback.Create(r.agent, "", in)
	if err != nil {
		return err
	}
	if n > 0 {
		return r.step(r.Outages.Join(r.agent, r.o.ID, r.o.Version, outage.CaseInput{CaseID: c.ID}))
	}
	place, err := r.place(c.ID)
	if err != nil {
		return err
	}
	return r.step(r.Outages.Create(r.agent, "", outage.CreateInput{PlaceInput: place, CaseID: c.ID}))
}

// place is the nearest one of the kind through which the customer of a case is supplied.
func (r *repair) place(caseID id.ID) (in outage.PlaceInput, err error) {
	l, err := r.Outages.Locate(r.agent, caseID)
	if err != nil {
		return in, err
	}
	for _, p := range l.Places {
		if p.Kind == r.failed.place {
			return outage.PlaceInput{PlaceKind: p.Kind, PlaceID: p.ID}, nil
		}
	}
	return in, fmt.Errorf("case %s: no %s", l.Report.CaseNo, r.failed.place)
}

// step takes over what became of the outage, and has its cases follow.
func (r *repair) step(d outage.Detail, err error) error {
	if err != nil {
		return fmt.Errorf("outage of %s: %w", r.code, err)
	}
	for r.o = d; r.o.Following; {
		if _, err := r.Jobs.RunNext(r.agent); err != nil {
			return err
		}
		if r.o, err = r.Outages.Get(r.agent, d.ID); err != nil {
			return err
		}
	}
	return nil
}
