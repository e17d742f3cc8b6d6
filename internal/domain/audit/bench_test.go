package audit_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// walked is how many entries BenchmarkVerify walks, each with a customer's worth of
// content.
const walked = 40_000

func record(b *testing.B, d *db.DB, l *audit.Log, n int) {
	b.Helper()
	content := strings.Repeat("x", 700)
	for done := 0; done < n; {
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			for range min(1000, n-done) {
				if err := l.RecordTx(tx, audit.Change{OrgID: orgA, Action: "thing.update", ObjectType: "thing", ObjectID: thing, After: content}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		done += min(1000, n-done)
	}
}

func eachEngine(b *testing.B, fn func(b *testing.B, d *db.DB, l *audit.Log, s *audit.Sealer)) {
	for _, e := range dbtest.Engines {
		b.Run(string(e), func(b *testing.B) {
			d := dbtest.Open(b, e, nil)
			keys, err := crypt.New(make([]byte, 32))
			if err != nil {
				b.Fatal(err)
			}
			l := audit.New(d, keys)
			fn(b, d, l, audit.NewSealer(l, slog.New(slog.DiscardHandler), prometheus.NewRegistry()))
		})
	}
}

func seal(b *testing.B, s *audit.Sealer) {
	b.Helper()
	for n := 1; n > 0; {
		var err error
		if n, err = s.Pass(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	eachEngine(b, func(b *testing.B, d *db.DB, l *audit.Log, s *audit.Sealer) {
		record(b, d, l, walked)
		seal(b, s)
		for b.Loop() {
			if r, err := l.Verify(context.Background(), audit.VerifyInput{}); err != nil || !r.Whole || r.Entries != walked {
				b.Fatalf("%+v, %v", r, err)
			}
		}
		b.ReportMetric(walked*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	})
}

func BenchmarkSeal(b *testing.B) {
	eachEngine(b, func(b *testing.B, d *db.DB, l *audit.Log, s *audit.Sealer) {
		record(b, d, l, b.N)
		b.ResetTimer()
		seal(b, s)
	})
}

func BenchmarkRecord(b *testing.B) {
	eachEngine(b, func(b *testing.B, d *db.DB, l *audit.Log, _ *audit.Sealer) {
		record(b, d, l, 1)
		b.ResetTimer()
		record(b, d, l, b.N)
	})
}
