package demo

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
)

// looked is a look-up that somebody asked for some minutes ago, what the head said,
// and whether it was begun.
type looked struct {
	login, purpose, reason string
	ago, minutes           int
	uses                   []lookup.Use
	said                   *lookup.DecideInput
	begun                  bool
}

var (
	onScreen = []lookup.Use{lookup.View}
	yes      = &lookup.DecideInput{Approve: true, Word: "同意，注意保密"}
)

var lookups = []looked{
	{"billing", "billing", "核对用户地址与抄表段", 1560, 30, []lookup.Use{lookup.Export}, &lookup.DecideInput{Word: "抄表段不含个人信息，请用脱敏导出"}, false},
	{"complaint", "complaint", "投诉工单需核实回访电话", 300, 15, onScreen, yes, true},
	{"manager", "field_work", "上门走访前联系客户，需打印信息卡", 20, 240, []lookup.Use{lookup.Print, lookup.View}, yes, true},
	{"agent", "contact", "回电告知停电原因和恢复时间", 60, 20, onScreen, yes, false},
	{"clerk", "contact", "客户来厅未留电话，需回电告知过户结果", 35, 30, onScreen, nil, false},
}

// emergencyAgo is when the agent of each company opened a customer at once, which
// waits for its review.
const emergencyAgo = 90 * time.Minute

// lookupScenes are look-ups of confidential data in each state.
func (b *builder) lookupScenes(ctx context.Context) (scenes []scene, err error) {
	for _, p := range companies {
		known, err := b.proposable(ctx, p.Code)
		if err != nil || len(known) < len(lookups) {
			return nil, err
		}
		people := map[string]context.Context{}
		for _, login := range []string{"billing", "complaint", "manager", "agent", "clerk", "head"} {
			if people[login], err = b.as(ctx, login+p.Code); err != nil {
				return nil, err
			}
		}
		for i, l := range lookups {
			scenes = append(scenes, b.look(people[l.login], people["head"], l, known[i]))
		}
		in := lookup.EmergencyInput{CustomerIDs: []id.ID{known[0].ID}, Reason: "断线落地，须立即通知住户远离"}
		scenes = append(scenes, scene{b.end.Add(-emergencyAgo), func() error {
			_, err := b.Lookups.Emergency(people["agent"], "", in)
			return err
		}})
	}
	return scenes, nil
}

func (b *builder) look(asker, head context.Context, l looked, of customer.Item) scene {
	in := lookup.AskInput{CustomerIDs: []id.ID{of.ID}, Purpose: l.purpose, Reason: l.reason, Uses: l.uses, Minutes: l.minutes}
	return scene{b.end.Add(-time.Duration(l.ago) * time.Minute), func() error {
		d, err := b.Lookups.Ask(asker, "", in)
		if err == nil && l.said != nil {
			d, err = b.Lookups.Decide(head, d.ID, d.Version, *l.said)
		}
		if err == nil && l.begun {
			_, err = b.Lookups.Start(asker, d.ID, d.Version)
		}
		return err
	}}
}
