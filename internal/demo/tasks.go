package demo

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// chores are what people have on their lists, with the days until they are due.
var chores = []struct {
	role  string
	title string
	days  int
}{
	{"manager", "走访六月用电量下降超过两成的工业客户", 2}, {"manager", "核对高压客户自备电源告知书签收情况", 5}, {"manager", "整理上周走访记录并提交", -1},
	{"clerk", "回访昨日未办结的过户申请", 1}, {"clerk", "补录三份新装客户的联系人", 3}, {"agent", "回电：反映夜间电压偏低的客户", 0},
	{"head", "检查本周接待登记", 4}, {"head", "审阅上半年满意度报告", 6}, {"maintainer", "核对重复客户清单", 7}, {"analyst", "准备下半年调查抽样方案", 14},
	{"billing", "复核电量异常用户", 2}, {"metering", "轮换到期电能表清单确认", 9}, {"complaint", "整理本月意见分类", 3},
}

// endOfWork is half past five in the afternoon of a day from now.
func (b *builder) endOfWork(days int) when.Instant {
	y, m, d := b.end.Time().In(when.Zone).Date()
	return when.At(time.Date(y, m, d+days, 17, 30, 0, 0, when.Zone))
}

// makeTasks gives everybody something to do.
func (b *builder) makeTasks(ctx context.Context) error {
	b.now = b.end
	return b.DB.Write(ctx, func(tx *db.Tx) error {
		for _, p := range companies {
			for _, c := range chores {
				if _, err := b.Tasks.CreateTx(tx, id.ID{}, task.New{OrgID: b.orgs[p.Code].ID, Kind: task.Manual, Title: c.title, AssigneeID: b.users[c.role+p.Code], DueAt: b.endOfWork(c.days)}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
