package job_test

import (
	"context"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

func TestOneJobIsRunByItself(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var ran []int
		job.Register(b.Queue, "test.work", func(_ context.Context, _ *job.Run, a args) error {
			ran = append(ran, a.N)
			return nil
		})
		b.insert(t, 1)
		second := b.insert(t, 2)
		for i, want := range []bool{true, false} {
			if did, err := b.RunOne(context.Background(), org, second); err != nil || did != want {
				t.Errorf("time %d: %t, %v", i, did, err)
			}
		}
		if len(ran) != 1 || ran[0] != 2 {
			t.Errorf("ran %v", ran)
		}
		if did, err := b.RunOne(context.Background(), second, second); err != nil || did {
			t.Errorf("of another company: %t, %v", did, err)
		}
	})
}
