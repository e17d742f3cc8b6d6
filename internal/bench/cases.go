package bench

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/demo"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// caseClients are the connections over which cases are registered.
const caseClients = 16

// Cases measures registering cases beside many that are there, with and without
// commits shared by several writers, and listing them.
func Cases(ctx context.Context, p *Printer, o Options) (err error) {
	o.Clients = caseClients
	s, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.register(ctx, p, "register a case"); err != nil {
		return err
	}
	for _, u := range users {
		if err := s.listCases(ctx, p, u.login, u.scope); err != nil {
			return err
		}
	}
	if err := s.stop(); err != nil {
		return err
	}
	// PostgreSQL has its own way of sharing the writing of its log.
	s.server, err = startServer(ctx, s.config.Data, s.config.DSN, "--commit-group", "1")
	if err != nil || o.Engine == db.PostgreSQL {
		return err
	}
	return s.register(ctx, p, "register a case, one commit each")
}

// register measures a case by telephone: a customer, his number, words, a unit that
// is to solve it.
func (s *site) register(ctx context.Context, p *Printer, name string) error {
	c, err := s.client(ctx, "agent1001")
	if err != nil {
		return err
	}
	drawn, err := s.draw(ctx, c, min(s.o.Requests, 500))
	if err != nil {
		return err
	}
	run := rand.Uint64()
	return s.measure(ctx, p, c, "cases", name, func(i int) request {
		who := s.any(0, i%len(drawn))
		return request{method: "POST", path: "/api/v1/cases", once: fmt.Sprintf("%x-%d", run, i), body: map[string]any{
			"type": "inquiry", "category": "business.billing", "channel": "phone", "customer_id": drawn[i%len(drawn)], "caller_name": who.Name, "caller_phone": who.Phones[0],
			"text": "来电询问本月电费为何比上月多，请核对抄表示数和电价后答复。",
		}}
	})
}

// listCases measures pages by the clocks that people work by.
func (s *site) listCases(ctx context.Context, p *Printer, login, scope string) error {
	c, err := s.client(ctx, login)
	if err != nil {
		return err
	}
	for _, q := range []struct{ name, query string }{
		{"open, the next due first", "open=true&sort=due_at"},
		{"reports, newest first", "type=report&sort=-received_at"},
		{"of a category, newest first", "category=nyc311.dead_animal&sort=-received_at"},
	} {
		if err := s.measure(ctx, p, c, "cases", "list 50 "+q.name+", "+scope, func(int) request {
			return request{method: "GET", path: "/api/v1/cases?limit=50&" + q.query}
		}); err != nil {
			return err
		}
	}
	return nil
}

// fillCases imports past cases into each company.
func (s *site) fillCases(ctx context.Context) (err error) {
	began := time.Now()
	a, err := app.New(ctx, s.config, app.Options{Logger: slog.New(slog.DiscardHandler), FastTests: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if ctx, err = a.System(ctx, "bench"); err != nil {
		return err
	}
	tree, err := a.Orgs.Tree(ctx)
	if err != nil {
		return err
	}
	companies := demo.Companies()
	for i, c := range companies {
		company, ok := tree.ByCode(c.Code)
		if !ok {
			return fmt.Errorf("bench: no company %s", c.Code)
		}
		if err := s.importCases(ctx, a, company.ID, i, (s.o.Cases+i)/len(companies)); err != nil {
			return err
		}
	}
	s.o.Log("%s: %d cases imported in %.0f s", s.o.Engine, s.o.Cases, time.Since(began).Seconds())
	return nil
}

func (s *site) importCases(ctx context.Context, a *app.App, org id.ID, company, n int) (err error) {
	file, err := os.CreateTemp("", "zhiyin-cases-*.csv")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	if err := writeCases(file, rand.New(rand.NewPCG(s.o.Seed, uint64(company))), company, n); err != nil {
		return err
	}
	about, err := file.Stat()
	if err != nil {
		return err
	}
	done, err := a.Feedback.Import(ctx, org, "nyc311", file, about.Size())
	if err == nil && done.Cases != n {
		err = fmt.Errorf("bench: %d of %d cases were imported", done.Cases, n)
	}
	return err
}

// openShare of the cases have not ended yet.
const openShare = 0.02

// writeCases writes a file of past cases as the mapping nyc311 reads it: received over two
// years, solved in four and a half hours at the median, the last of them still open.
func writeCases(w io.Writer, r *rand.Rand, company, n int) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"Unique Key", "Created Date", "Closed Date", "Agency Name", "Complaint Type", "Descriptor", "Location Type", "Incident Address", "City", "Borough"}); err != nil {
		return err
	}
	kinds := []string{"Dead Animal", "Animal-Abuse", "Unsanitary Animal Pvt Property"}
	const form = "1/2/2006 15:04"
	for i := range n {
		received := now.Add(-time.Duration(r.Int64N(int64(730 * 24 * time.Hour)))).Add(-48 * time.Hour)
		ended := min(received.Add(time.Duration(math.Exp(r.NormFloat64()*1.5)*270)*time.Minute), now)
		closed := ended.Time().In(when.Zone).Format(form)
		if r.Float64() < openShare {
			closed = ""
		}
		row := []string{fmt.Sprintf("%d%09d", company, i), received.Time().In(when.Zone).Format(form), closed, "Agency", kinds[r.IntN(len(kinds))], "Descriptor", "Street", strconv.Itoa(r.IntN(900)) + " MAIN STREET", "CITY", "BOROUGH"}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
