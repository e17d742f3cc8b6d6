package bench

import (
	"context"
	"fmt"
)

// sealedFields is how many of a record's fields are sealed in the measure.
const sealedFields = 20

// record measures opening a customer's company-defined fields, all of them sealed
// and none, beside each other: what sealing costs is the difference. Who reads sees
// the archive whole, so each reading of sealed values writes an entry too.
func (s *site) record(ctx context.Context, p *Printer) error {
	c, err := s.client(ctx, "maintainer1001")
	if err != nil {
		return err
	}
	drawn, err := s.draw(ctx, c, 2)
	if err != nil {
		return err
	}
	for i, kind := range []struct {
		code, name string
		sealed     bool
	}{{"open", "open a record with 20 open fields", false}, {"sealed", "open a record with 20 sealed fields", true}} {
		path := "/api/v1/customers/" + drawn[i]
		if err := c.fillFields(ctx, path, kind.code, kind.sealed); err != nil {
			return err
		}
		if err := s.measure(ctx, p, c, "access", kind.name, func(int) request { return request{method: "GET", path: path + "/fields"} }); err != nil {
			return err
		}
	}
	return nil
}

// fillFields defines fields, unless an earlier run on these data has, and gives them
// values of a customer.
func (c *client) fillFields(ctx context.Context, customer, code string, confidential bool) error {
	var have struct {
		Items []struct {
			Code string `json:"code"`
		} `json:"items"`
	}
	if err := c.do(ctx, request{method: "GET", path: "/api/v1/customer-fields", out: &have}); err != nil {
		return err
	}
	defined := map[string]bool{}
	for _, f := range have.Items {
		defined[f.Code] = true
	}
	values := map[string]string{}
	for i := range sealedFields {
		field := fmt.Sprintf("%s_%02d", code, i)
		values[field] = fmt.Sprintf("%s %08d", code, i)
		if defined[field] {
			continue
		}
		body := map[string]any{"code": field, "name_zh": field, "type": "text", "confidential": confidential}
		if err := c.do(ctx, request{method: "POST", path: "/api/v1/customer-fields", body: body}); err != nil {
			return err
		}
	}
	var record struct {
		Version int64 `json:"version"`
	}
	if err := c.do(ctx, request{method: "GET", path: customer, out: &record}); err != nil {
		return err
	}
	return c.do(ctx, request{method: "PATCH", path: customer + "/fields", version: fmt.Sprintf("%q", fmt.Sprint(record.Version)), body: map[string]any{"fields": values}})
}
