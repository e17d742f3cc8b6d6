package demo

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
)

// toldStories are cases of the last hours whose customers are told by message.
var toldStories = []story{
	{ago: 3 * hourly, kind: feedback.Complaint, category: "service.attitude", known: 0, answer: "已与您当面沟通并致歉，当班人员已接受服务规范培训。", text: "电话咨询更名手续，工作人员没有说完就挂断了。",
		steps: []did{{10, "complaint", "accept", ""}, {90, "complaint", "resolve", "management"}}},
	{ago: 2 * hourly, kind: feedback.ServiceRequest, category: "request.meter", known: 1, text: "新装修的房子想把电表移到楼道里，请上门看看。", steps: []did{{20, "metering", "accept", ""}}},
	{ago: hourly, kind: feedback.Inquiry, category: "business.billing", known: 2, text: "上个月的电费单上多了一项，请问是什么。"},
	{ago: hourly, kind: feedback.Complaint, category: "service.attitude", channel: "h12398", known: 3, text: "12398 转来：来电人对办理时限有意见，要求不要电话联系。"},
}

// toldSince is since when the companies tell their customers by message.
const toldSince = 4 * time.Hour

// tellCustomers has every company tell its customers when their cases move.
func (b *builder) tellCustomers(ctx context.Context) error {
	system, err := b.System(ctx, b.actor.Name)
	if err != nil {
		return err
	}
	for _, p := range companies {
		k, err := b.Feedback.Notices(system, b.orgs[p.Code].ID)
		if err != nil {
			return err
		}
		k.Value.Enabled = true
		if _, err := b.Feedback.SetNotices(system, k.OrgID, k.Version, k.Value); err != nil {
			return err
		}
	}
	return nil
}
