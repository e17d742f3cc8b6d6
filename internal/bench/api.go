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
	c, err := s.client(ctx, "maintainer1001")
	if err != nil {
		return err
	}
	if err := s.create(ctx, p, c); err != nil {
		return err
	}
	for _, u := range users {
		if err := s.readAs(ctx, p, u.login, u.scope); err != nil {
			return err
		}
	}
	return nil
}

// users are who reads: one sees one company, the other all of them.
var users = []struct{ login, scope string }{{"clerk1001", "one company"}, {"chief", "province"}}

// readAs measures opening customers, drawn from all of a company, and listing.
func (s *site) readAs(ctx context.Context, p *Printer, login, scope string) error {
	c, err := s.client(ctx, login)
	if err != nil {
		return err
	}
	drawn, err := s.draw(ctx, c, min(s.o.Requests, 500))
	if err != nil {
		return err
	}
	if err := s.measure(ctx, p, c, "api", "get a customer, "+scope, func(i int) request {
		return request{method: "GET", path: "/api/v1/customers/" + drawn[i%len(drawn)]}
	}); err != nil {
		return err
	}
	for _, q := range []struct{ name, query string }{
		{"organisations by name", "sort=name&kind=organisation"},
		{"active, newest first", "sort=-created_at&status=active"},
	} {
		if err := s.measure(ctx, p, c, "api", "list 50 "+q.name+", "+scope, func(int) request {
			return request{method: "GET", path: "/api/v1/customers?limit=50&" + q.query}
		}); err != nil {
			return err
		}
	}
	return nil
}

// draw finds customers by their account numbers and gives their identifiers.
func (s *site) draw(ctx context.Context, c *client, n int) ([]string, error) {
	ids := make([]string, n)
	for i := range ids {
		var found struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
		}
		no := s.any(0, i).Account.No
		if err := c.do(ctx, request{method: "GET", path: "/api/v1/search?q=" + no, out: &found}); err != nil {
			return nil, err
		}
		if len(found.Items) == 0 {
			return nil, fmt.Errorf("bench: account %s finds nobody", no)
		}
		ids[i] = found.Items[0].ID
	}
	return ids, nil
}

// create measures creating persons with phone, address and certificate.
func (s *site) create(ctx context.Context, p *Printer, c *client) error {
	share := s.o.Customers/len(demo.Companies()) + 1
	return s.measure(ctx, p, c, "api", "create a customer", func(i int) request {
		d := s.world.Customer(0, share+i)
		return request{method: "POST", path: "/api/v1/customers", body: map[string]any{
			"kind": "person", "name": d.Name, "confirm_duplicates": true,
			"contacts":     []map[string]any{{"kind": "phone", "value": d.Phones[0], "primary": true}, {"kind": "address", "value": d.Address}},
			"certificates": []map[string]any{{"kind": certificateKind(d), "number": d.IDNumber}},
		}}
	})
}

func certificateKind(c demo.Customer) string {
	if c.Person {
		return "resident_id"
	}
	return "uscc"
}
