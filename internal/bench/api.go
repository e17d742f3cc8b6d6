package bench

import (
	"context"
	"errors"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/demo"
)

// API measures creating, opening and listing customers.
func API(ctx context.Context, p *Printer, o Options) (err error) {
	s, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	idle, err := s.meter.residentMB()
	if err != nil {
		return err
	}
	if err := p.Print(Result{Bench: "api", Engine: string(o.Engine), Case: "cold start to ready", N: 1, P50: s.ready.Seconds() * 1000, P99: s.ready.Seconds() * 1000, PeakMB: idle}); err != nil {
		return err
	}
	c, err := s.client(ctx, "manager1001")
	if err != nil {
		return err
	}
	made, err := s.create(ctx, p, c)
	if err != nil {
		return err
	}
	if err := s.measure(ctx, p, c, "api", "get a customer", func(i int) request {
		return request{method: "GET", path: "/api/v1/customers/" + made[i%len(made)]}
	}); err != nil {
		return err
	}
	for _, q := range []struct{ name, query string }{
		{"list 50, by name", "sort=name&kind=organisation"},
		{"list 50, newest first", "sort=-created_at&status=active"},
	} {
		if err := s.measure(ctx, p, c, "api", q.name, func(int) request {
			return request{method: "GET", path: "/api/v1/customers?limit=50&" + q.query}
		}); err != nil {
			return err
		}
	}
	return nil
}

// create measures creating customers and gives their identifiers.
func (s *site) create(ctx context.Context, p *Printer, c *client) ([]string, error) {
	share := s.o.Customers/len(demo.Companies()) + 1
	outs := make([]struct {
		ID string `json:"id"`
	}, s.o.Requests)
	err := s.measure(ctx, p, c, "api", "create a customer", func(i int) request {
		d := s.world.Customer(0, share+i)
		return request{method: "POST", path: "/api/v1/customers", out: &outs[i], body: map[string]any{
			"kind": "person", "name": d.Name, "confirm_duplicates": true,
			"contacts":     []map[string]any{{"kind": "phone", "value": d.Phones[0], "primary": true}, {"kind": "address", "value": d.Address}},
			"certificates": []map[string]any{{"kind": certificateKind(d), "number": d.IDNumber}},
		}}
	})
	ids := make([]string, 0, len(outs))
	for _, o := range outs {
		if o.ID != "" {
			ids = append(ids, o.ID)
		}
	}
	if err == nil && len(ids) == 0 {
		err = fmt.Errorf("bench: %d creations gave no customer", len(outs))
	}
	return ids, err
}

func certificateKind(c demo.Customer) string {
	if c.Person {
		return "resident_id"
	}
	return "uscc"
}
