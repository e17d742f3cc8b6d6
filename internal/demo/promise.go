package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
)

// promised is a promise somebody made so many minutes ago, and what became of it: "" for
// nothing yet. ends is when, in minutes after it.
type promised struct {
	who         string
	ago         int
	kind        string
	value       int64
	words, note string
	does        promise.Action
	ends        int
	text        string
	to          string // case: in the newest open case; key: a key customer; else a known one
}

// promises are those of each company, some in every state.
var promises = []promised{
	{"agent", 12 * daily, "callback", 60, "一小时内给您回电说明停电原因", "", promise.Keep, 40, "已回电，录音 0412", ""},
	{"complaint", 26 * daily, "answer", 5, "五个工作日内书面答复您的投诉", "", promise.Keep, 9 * daily, "挂号信回执", "case"},
	{"clerk", 20 * daily, "answer", 2, "两个工作日内书面答复", "客户要向上级汇报，请特批", promise.Keep, 3 * daily, "客户当面签收", ""},
	{"manager", 16 * daily, "visit", 24, "明天上门核对用电方案", "", promise.Break, 2 * daily, "车辆故障，未按时到达", "key"},
	{"billing", 14 * daily, "refund", 15000, "多收的电费至多 150 元退到您的账户", "", promise.Keep, 2 * daily, "退费流水 20260213", ""},
	{"manager", 11 * daily, "visit", 12, "今天下班前上门", "重点企业停产，请特批", promise.Keep, 2 * daily, "现场签到表", "key"},
	{"complaint", 9 * daily, "compensation", 50000, "赔偿受损电器至多 500 元", "客户出具了维修发票", promise.Refuse, 4 * 60, "先鉴定责任，再谈赔偿", "case"},
	{"manager", 7 * daily, "answer", 3, "三个工作日内答复增容方案", "", promise.Withdraw, 2 * daily, "客户取消了增容计划", "key"},
	{"agent", 6 * daily, "callback", 60, "一小时内回电告知抢修进度", "", promise.Keep, 35, "已回电，录音 0533", ""},
	{"metering", 18 * daily, "meter_check", 5, "五个工作日内校验电表", "", promise.Keep, 4 * daily, "校验报告 2211", ""},
	{"complaint", 13 * daily, "answer", 6, "六个工作日内书面答复", "", promise.Keep, 5 * daily, "客户签收", "case"},
	{"metering", 3 * daily, "meter_check", 5, "五个工作日内校验电表并告知结果", "", "", 0, "", ""},
	{"complaint", 2 * daily, "answer", 5, "五个工作日内书面答复", "", "", 0, "", "case"},
	{"agent", 11 * 60, "restore", 4, "四小时内恢复供电", "", "", 0, "", ""},
	{"clerk", 90, "refund", 120000, "多交的电费至多 1 200 元退给您", "抄表差错，金额较大，请审批", "", 0, "", ""},
	{"agent", 40, "callback", 60, "一小时内回电", "", "", 0, "", ""},
	{"manager", daily, "visit", 48, "后天上门看现场", "", "", 0, "", "key"},
}

// promiseScenes are what people of each company promised, with what followed.
func (b *builder) promiseScenes(ctx context.Context) (scenes []scene, err error) {
	for _, p := range companies {
		known, err := b.proposable(ctx, p.Code)
		if err != nil || len(known) == 0 {
			return nil, err
		}
		key, err := b.keyCustomers(ctx, p.Code)
		if err != nil {
			return nil, err
		}
		for i, x := range promises {
			to := known[i%len(known)].ID
			if x.to == "key" && len(key) > 0 {
				to = key[i%len(key)].ID
			}
			more, err := b.promise(ctx, p.Code, to, x)
			if err != nil {
				return nil, err
			}
			scenes = append(scenes, more...)
		}
	}
	return scenes, nil
}

// keyCustomers are some of a company's large industry.
func (b *builder) keyCustomers(ctx context.Context, code string) ([]customer.Item, error) {
	ctx, err := b.System(ctx, b.actor.Name)
	if err != nil {
		return nil, err
	}
	items, _, err := b.Customers.List(ctx, customer.ListInput{Filter: customer.Filter{OrgID: b.orgs[code].ID, Classes: []string{"product:large_industry"}}, Sort: "customer_no", Limit: 4})
	return items, err
}

// promise is one with its steps: approved or refused after some hours where it has to be.
func (b *builder) promise(ctx context.Context, code string, to id.ID, x promised) ([]scene, error) {
	maker, err := b.as(ctx, x.who+code)
	if err != nil {
		return nil, err
	}
	head, err := b.as(ctx, "head"+code)
	if err != nil {
		return nil, err
	}
	var d promise.Detail
	at := b.end.Add(-time.Duration(x.ago) * time.Minute)
	scenes := []scene{{at, func() (err error) {
		in := promise.CreateInput{OrgID: b.orgs[code].ID, Type: x.kind, Value: x.value, Words: x.words, Note: x.note, CustomerID: to}
		if x.to == "case" {
			if in.SourceID, err = b.openCase(maker, code); err == nil && !in.SourceID.IsZero() {
				in.CustomerID, in.SourceType = id.ID{}, promise.OfCase
			}
		}
		if err == nil {
			d, err = b.Promises.Create(maker, "", in)
		}
		return err
	}}}
	if x.does == "" {
		return scenes, nil
	}
	scenes = append(scenes, scene{at.Add(2 * time.Hour), func() (err error) {
		if d.State == promise.Awaiting && x.does != promise.Refuse {
			d, err = b.Promises.Approve(head, d.ID, d.Version, promise.ApproveInput{Remark: "同意"})
		}
		return err
	}})
	return append(scenes, scene{at.Add(time.Duration(x.ends) * time.Minute), func() error { return b.endPromise(maker, head, d, x) }}), nil
}

// openCase is the newest open case of a company.
func (b *builder) openCase(ctx context.Context, code string) (id.ID, error) {
	all, _, err := b.Feedback.List(ctx, feedback.ListInput{Filter: feedback.Filter{OrgID: b.orgs[code].ID, Open: true}, Sort: "-received_at", Limit: 1})
	if err != nil || len(all) == 0 {
		return id.ID{}, err
	}
	return all[0].ID, nil
}

func (b *builder) endPromise(maker, head context.Context, d promise.Detail, x promised) (err error) {
	why := promise.ReasonInput{Reason: x.text}
	switch x.does {
	case promise.Keep:
		err = second(b.Promises.Keep(maker, d.ID, d.Version, promise.KeepInput{Evidence: x.text}))
	case promise.Break:
		err = second(b.Promises.Break(maker, d.ID, d.Version, why))
	case promise.Withdraw:
		err = second(b.Promises.Withdraw(maker, d.ID, d.Version, why))
	case promise.Refuse:
		err = second(b.Promises.Refuse(head, d.ID, d.Version, why))
	}
	if err != nil {
		return fmt.Errorf("promise %s, %s: %w", d.PromiseNo, x.does, err)
	}
	return nil
}
