package customer_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestPastInteractionsKeepTheirTimeAndAuthor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one, "customer.*")
		a, b := w.create(ctx, person("张伟", mobile(1))), w.create(ctx, person("王芳", mobile(2)))
		author, earlier := audit.Actor{ID: id.ID{7}, Name: "老周"}, w.now.Add(-900*24*time.Hour)
		past := func(who id.ID, content string) customer.PastInteraction {
			return customer.PastInteraction{CustomerID: who, Author: author, InteractionInput: customer.InteractionInput{At: earlier, Mode: customer.Visit, CostFen: 1250,
				InteractionBody: customer.InteractionBody{Content: content}}}
		}
		batch := customer.Batch{OrgID: w.one.ID, Actor: audit.Actor{Name: "迁移"}, SourceType: "import", SourceID: id.ID{9}}
		w.write(func(tx *db.Tx) error {
			return w.LogManyTx(tx, batch, []customer.PastInteraction{past(a.ID, "查看配电房"), past(b.ID, "送达通知"), past(a.ID, "回访")})
		})
		got, _, err := w.Interactions(ctx, a.ID, customer.Page{Limit: 10})
		w.must(err)
		if len(got) != 2 || got[0].At != earlier || got[0].AuthorName != "老周" || got[0].Content == "" {
			t.Errorf("interactions %+v", got)
		}
		sum, err := w.Spent(ctx, a.ID, "", "")
		w.must(err)
		if sum.CostFen != 2500 {
			t.Errorf("spent %d fen, want 2500", sum.CostFen)
		}
		for name, stranger := range map[string]id.ID{"unknown": {42}, "of another company": w.create(w.as(w.two, "customer.*"), person("李四", mobile(3))).ID} {
			err := w.db.Write(context.Background(), func(tx *db.Tx) error {
				return w.LogManyTx(tx, batch, []customer.PastInteraction{past(stranger, "x")})
			})
			if !errors.Is(err, db.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
