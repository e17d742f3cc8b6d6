package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/incident"
)

// mishap is a service incident that became known so many minutes ago, and what was done
// about it.
type mishap struct {
	grade, title, text, unit string
	ago                      int
	ofCase                   bool
	steps                    []remedy
}

// remedy is a step so many minutes after the one before. to is who takes a measure, in so
// many days, or who is named responsible.
type remedy struct {
	after    int
	who      string
	does     incident.Action
	text, to string
	days     int
}

// mishaps are those of each company, one in every state.
var mishaps = []mishap{
	{"serious", "抄表员向外提供用户用电信息", "客户来信反映：抄表员把小区用电量发到业主群，有三户的户号和电量被公开。", "01", 40 * daily, false, []remedy{
		{90, "complaint", incident.Report, "已电话报告公司值班领导", "", 0}, {2 * daily, "head", incident.Conclude, "抄表员私自截图转发，所在班组没有做过保密教育。", "metering", 0},
		{60, "complaint", incident.Plan, "撤回群消息，向三户上门致歉", "manager", 2}, {5, "complaint", incident.Plan, "全员签订保密承诺并考试", "billing", 20},
		{daily, "manager", incident.Keep, "已致歉，客户签字", "", 0}, {15 * daily, "billing", incident.Keep, "考试成绩单和承诺书存档", "", 0},
		{60, "complaint", incident.Submit, "整改完成", "", 0}, {daily, "head", incident.Close, "措施落实，同意结案", "", 0}}},
	{"ordinary", "停电通知漏发，诊所疫苗报废", "计划停电没有通知到东街诊所，冰箱断电四小时，疫苗报废，客户要求赔偿。", "02", 16 * daily, true, []remedy{
		{30 * 60, "complaint", incident.Report, "值班员以为已由营业厅上报", "", 0}, {3 * daily, "complaint", incident.Conclude, "通知名单没有随用户变更更新，诊所不在名单内。", "", 0},
		{60, "complaint", incident.Plan, "每周核对停电通知名单", "billing", 3}, {10, "complaint", incident.Plan, "与客户商定赔偿", "manager", 8}, {12 * 60, "manager", incident.Keep, "已签赔偿协议", "", 0}}},
	{"ordinary", "营业厅提前下班，客户白跑一趟", "城关营业厅 16:40 关门，公示时间为 17:30，两名客户未能办理过户。", "02", 9 * daily, false, []remedy{
		{120, "complaint", incident.Report, "", "", 0}, {2 * daily, "head", incident.Conclude, "当班班长擅自安排提前关门开会。", "clerk", 0},
		{30, "complaint", incident.Plan, "会议改到营业时间以外，班前公示", "clerk", 2}, {daily, "clerk", incident.Keep, "新班表已公示", "", 0}, {60, "complaint", incident.Submit, "请审核", "", 0}}},
	{"ordinary", "客户称收费员态度生硬", "客户来电称收费员不理人。核对录像，收费员正在帮助另一位老人。", "02", 6 * daily, false, []remedy{{240, "head", incident.Dismiss, "录像显示服务规范，不属事故，已向客户说明", "", 0}}},
	{"major", "养老院停电，呼吸机断电", "养老院专线跳闸，备用电源没有投入，一名老人送医。家属已联系媒体。", "11", 4 * daily, true, []remedy{
		{60, "complaint", incident.Report, "已报告公司和市公司值班室", "", 0}}},
	{"serious", "电工上门私收费用", "客户反映电工上门换表收了 200 元现金，没有票据。", "11", 100, true, nil},
}

// incidentScenes are what people of each company did about incidents.
func (b *builder) incidentScenes(ctx context.Context) (scenes []scene, err error) {
	for _, p := range companies {
		people := map[string]context.Context{}
		for _, login := range []string{"complaint", "head", "metering", "billing", "manager", "clerk"} {
			if people[login], err = b.as(ctx, login+p.Code); err != nil {
				return nil, err
			}
			access.CallerOf(people[login]).HomeOrgID = b.orgs[p.Code].ID // only who is at home higher closes
		}
		for _, m := range mishaps {
			scenes = append(scenes, (&rescue{builder: b, code: p.Code, people: people, mishap: m}).scenes()...)
		}
	}
	return scenes, nil
}

// rescue is a mishap as it is dealt with.
type rescue struct {
	*builder
	mishap
	code   string
	people map[string]context.Context
	d      incident.Detail
}

func (r *rescue) scenes() []scene {
	at := r.end.Add(-time.Duration(r.ago) * time.Minute)
	all := []scene{{at, r.open}}
	for _, x := range r.steps {
		at = at.Add(time.Duration(x.after) * time.Minute)
		all = append(all, scene{at, func() error {
			if err := r.take(x); err != nil {
				return fmt.Errorf("incident %s, %s: %w", r.d.IncidentNo, x.does, err)
			}
			return nil
		}})
	}
	return all
}

func (r *rescue) open() (err error) {
	in := incident.CreateInput{OrgID: r.orgs[r.code].ID, Grade: r.grade, Title: r.title, Text: r.text, UnitID: r.orgs[r.code+r.unit].ID}
	if r.ofCase {
		if in.CaseID, err = r.openCase(r.people["complaint"], r.code); err != nil {
			return err
		}
	}
	r.d, err = r.Incidents.Create(r.people["complaint"], "", in)
	return err
}

// take does a step; measures are taken in their order.
func (r *rescue) take(x remedy) (err error) {
	ctx, i, version, to := r.people[x.who], r.d.ID, r.d.Version, r.users[x.to+r.code]
	why := incident.ReasonInput{Reason: x.text}
	switch x.does {
	case incident.Report:
		r.d, err = r.Incidents.Report(ctx, i, version, incident.RemarkInput{Remark: x.text})
	case incident.Conclude:
		r.d, err = r.Incidents.Conclude(ctx, i, version, incident.ConcludeInput{Cause: x.text, ResponsibleID: r.d.UnitID, PersonID: to})
	case incident.Plan:
		r.d, err = r.Incidents.Plan(ctx, i, version, incident.PlanInput{Text: x.text, OwnerID: to, DueDay: r.now.Add(time.Duration(x.days) * 24 * time.Hour).Day()})
	case incident.Keep:
		in := incident.KeepInput{Proof: x.text}
		for _, m := range r.d.Plan {
			if m.OwnerID == r.users[x.who+r.code] {
				in.Measure = m.ID
			}
		}
		r.d, err = r.Incidents.Keep(ctx, i, version, in)
	case incident.Submit:
		r.d, err = r.Incidents.Submit(ctx, i, version, incident.RemarkInput{Remark: x.text})
	case incident.Close:
		r.d, err = r.Incidents.Close(ctx, i, version, why)
	case incident.Dismiss:
		r.d, err = r.Incidents.Dismiss(ctx, i, version, why)
	}
	return err
}
