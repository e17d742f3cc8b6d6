package knowledge_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// topics and acts make the texts of the benchmark, from everyday words of the trade.
var (
	topics = strings.Fields("账单 电价 停电 电能表 新装 增容 过户 销户 缴费 欠费 抢修 电压 光伏 充电桩 峰谷 阶梯 发票 合同 变压器 台区 线路 投诉 抄表 校验 赔偿 预约 短信 户号 复电 暂停")
	acts   = strings.Fields("怎样查询 为什么变化 如何办理 需要什么材料 多久答复 找哪个部门 怎样解释 有哪些规定 怎样核实 由谁负责 注意什么 怎样登记 如何退还 何时生效")
)

func sentence(r *rand.Rand) string {
	return topics[r.IntN(len(topics))] + acts[r.IntN(len(acts))] + "，" + topics[r.IntN(len(topics))] + acts[r.IntN(len(acts))] + fmt.Sprintf("，参照第%d条。", r.IntN(400))
}

// shelf is a company with so many published articles.
func shelf(b *testing.B, e db.Dialect, articles int) *world {
	b.Helper()
	w := newWorld(b, e)
	r := rand.New(rand.NewPCG(1, 2))
	for range articles {
		var text strings.Builder
		for range 20 {
			text.WriteString(sentence(r))
		}
		if err := w.svc.Stock(context.Background(), w.people["head"], input(sentence(r), text.String(), topics[r.IntN(len(topics))]).Content); err != nil {
			b.Fatal(err)
		}
	}
	return w
}

// What is suggested while somebody types, and what is found, among 10 000 articles.
func BenchmarkTenThousandArticles(b *testing.B) {
	for _, e := range []db.Dialect{db.SQLite, db.PostgreSQL} {
		w := shelf(b, e, 10_000)
		typed := "客户来电反映本月账单比上月高出很多，怀疑电能表不准，要求校验，另外上周停电没有接到短信通知，问多久答复、如何退还多收的电费。家里装了充电桩，想了解峰谷电价怎样办理。"
		b.Run(string(e)+"/suggest", func(b *testing.B) {
			for b.Loop() {
				if list, err := w.svc.Suggest(w.as("agent"), knowledge.SuggestInput{Text: typed}); err != nil || len(list) != 5 {
					b.Fatal(list, err)
				}
			}
		})
		b.Run(string(e)+"/find", func(b *testing.B) {
			for b.Loop() {
				if list, err := w.svc.Find(w.as("agent"), knowledge.FindInput{Query: "账单", Limit: 20}); err != nil || len(list) != 20 {
					b.Fatal(list, err)
				}
			}
		})
	}
}
