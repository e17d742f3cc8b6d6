package bench

import (
	"context"
	"errors"
	"net/url"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/demo"
)

// searchCases are what people type into the one search box.
var searchCases = []struct {
	name  string
	query func(c demo.Customer, i int) string
}{
	{"fragment of a name", func(c demo.Customer, i int) string { return cut(c.Name, 2, i) }},
	{"fragment of an address", func(c demo.Customer, i int) string { return cut(c.Address, 4, i) }},
	{"most common fragment", func(demo.Customer, int) string { return "云江" }},
	{"pinyin initials", func(c demo.Customer, _ int) string {
		_, initials := cn.Pinyin(c.Name, cn.PersonName)
		return initials[:min(len(initials), 3)]
	}},
	{"last four of the phone", func(c demo.Customer, _ int) string { return c.Phones[0][7:] }},
	{"exact account number", func(c demo.Customer, _ int) string { return c.Account.No }},
}

// cut takes n characters of a text from a place that depends on i.
func cut(s string, n, i int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	at := i % (len(r) - n + 1)
	return string(r[at : at+n])
}

// Search measures the search box for a user of one company and one above all.
func Search(ctx context.Context, p *Printer, o Options) (err error) {
	s, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for _, u := range users {
		c, err := s.client(ctx, u.login)
		if err != nil {
			return err
		}
		for _, sc := range searchCases {
			if err := s.measure(ctx, p, c, "search", sc.name+", "+u.scope, func(i int) request {
				return request{method: "GET", path: "/api/v1/search?q=" + url.QueryEscape(sc.query(s.any(0, i), i))}
			}); err != nil {
				return err
			}
		}
	}
	return nil
}
