package demo

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
)

// experience is what a county company adds of its own to the advice that the province
// shares. Each has come as far as its last step.
var experience = []struct {
	title, body    string
	titleEn, en    string
	category, at   string
	audience       knowledge.Audience
	tags           []string
	step           string // draft, review, published
	days           int    // ago
	reviewInMonths int
}{
	{"梅雨季电表箱受潮跳闸的处理", "## 现象\n连续阴雨后，老小区一楼客户来电说“漏电开关合不上”。\n\n## 处理\n1. 问清是全屋停电还是部分停电；\n2. 提醒**不要反复合闸**，等抢修人员到场；\n3. 登记时注明“表箱进水可能”，抢修班带干燥剂和备用表箱。\n\n## 体会\n去年六月同一小区报修 11 次，更换表箱密封条后没有再发生。",
		"Meter boxes that trip in the rainy season", "## What happens\nAfter days of rain, ground-floor customers call: the residual-current switch will not stay on.\n\n## What to do\n1. Ask whether all or part of the home is without power.\n2. Ask them **not to switch it on again and again**; a crew is coming.\n3. Note “water in the meter box possible”, so that the crew brings a spare box.",
		"case", "outage", knowledge.Internal, []string{"跳闸", "表箱", "梅雨"}, "published", 200, 6},
	{"乡镇客户交费去哪里最近", "各供电所营业厅、合作银行网点和村便民服务点都可以交费；线上可用网上国网。带上户号，老人可以请家人代交。",
		"", "", "procedure", "payment", knowledge.Public, []string{"交费", "网点"}, "published", 400, 12},
	{"小微企业问峰谷电价合不合算", "先看近三个月高峰和低谷的用电比例。低谷用得多的（豆制品、面包房、冷库）多数合算；只在白天开工的多数不合算。请客户自己决定，不替他保证能省多少。",
		"Do off-peak prices suit a small business?", "Look at the share of peak and off-peak use over three months. Those who use much at night (tofu makers, bakeries, cold stores) mostly save; those who work by day mostly do not. Let the customer decide and promise no savings.",
		"answer", "price", knowledge.Internal, []string{"峰谷", "小微企业"}, "published", 90, 12},
	{"台风前怎样通知养殖户", "提前一天由供电所电话通知名单上的养殖户检查备用发电机，说清楚可能停电的时段和抢修电话 95598；通知后在客户档案里写服务记录。",
		"", "", "procedure", "outage", knowledge.Internal, []string{"台风", "养殖户"}, "review", 3, 0},
	{"屋顶光伏并网，客户常问的六件事", "（整理中）电表怎么换、补贴怎么算、多余的电卖给谁、阴雨天怎么办、谁来检修、过户怎么办。",
		"", "", "answer", "connection", knowledge.Internal, []string{"光伏"}, "draft", 1, 0},
}

// sought is what people looked for in vain, and how often.
var sought = map[string]int{"光伏补贴": 6, "充电桩报装": 4, "一户多人口": 2}

// makeKnowledge has the province share the advice that comes with the product, and the
// counties add what they learned.
func (b *builder) makeKnowledge(ctx context.Context) error {
	was := b.now
	defer func() { b.now = was }()
	b.now = b.end.Add(-300 * 24 * time.Hour)
	chief, err := b.as(ctx, "chief")
	if err != nil {
		return err
	}
	if _, err := b.Knowledge.Load(chief, knowledge.LoadInput{OrgID: b.orgs["33"].ID}); err != nil {
		return err
	}
	for _, p := range companies[:2] {
		for _, e := range experience {
			in := knowledge.Input{Content: knowledge.Content{Zh: knowledge.Words{Title: e.title, Body: e.body}, En: knowledge.Words{Title: e.titleEn, Body: e.en}, Category: e.category,
				ContactPoint: e.at, Audience: e.audience, Tags: e.tags}}
			b.now = b.end.Add(-time.Duration(e.days) * 24 * time.Hour)
			if err := b.writeArticle(ctx, p.Code, in, e.step, e.reviewInMonths); err != nil {
				return err
			}
		}
	}
	b.now = b.end
	return b.useKnowledge(ctx)
}

// writeArticle has the complaint handler write an article, and the head publish it.
func (b *builder) writeArticle(ctx context.Context, code string, in knowledge.Input, step string, reviewInMonths int) error {
	editor, err := b.as(ctx, "complaint"+code)
	if err != nil {
		return err
	}
	in.OrgID = b.orgs[code].ID
	d, err := b.Knowledge.Create(editor, "", in)
	if err != nil || step == "draft" {
		return err
	}
	if d, err = b.Knowledge.Submit(editor, d.ID, d.Version); err != nil || step == "review" {
		return err
	}
	head, err := b.as(ctx, "head"+code)
	if err != nil {
		return err
	}
	review := when.At(b.now.Time().AddDate(0, reviewInMonths, 0)).Day()
	_, err = b.Knowledge.Publish(head, d.ID, d.Version, review)
	return err
}

// useKnowledge has people vote on what they read, and look for what is not there.
func (b *builder) useKnowledge(ctx context.Context) error {
	for _, p := range companies[:2] {
		for i, role := range []string{"agent", "clerk", "manager"} {
			reader, err := b.as(ctx, role+p.Code)
			if err != nil {
				return err
			}
			list, _, err := b.Knowledge.List(reader, knowledge.Filter{OrgID: b.orgs[p.Code].ID, Live: true}, "", 50)
			if err != nil {
				return err
			}
			for n, a := range list {
				useful := (n+i)%4 != 0
				if _, err := b.Knowledge.Vote(reader, a.ID, knowledge.VoteInput{No: a.PublishedNo, Useful: &useful}); err != nil {
					return err
				}
			}
		}
		if err := b.seek(ctx, "agent"+p.Code, b.orgs[p.Code].ID); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) seek(ctx context.Context, login string, company id.ID) error {
	reader, err := b.as(ctx, login)
	if err != nil {
		return err
	}
	for words, times := range sought {
		for range times {
			if err := b.Knowledge.Missed(reader, knowledge.MissInput{Query: words, OrgID: company}); err != nil {
				return err
			}
		}
	}
	return nil
}
