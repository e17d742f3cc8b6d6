package bench

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/demo"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Import measures the import of a file of customers, each with contact,
// certificate, account and premise, beside the bare copy of the same columns into
// a table without indexes. It runs in this process: CPU and memory are this
// process's, and CPU also the database's.
func Import(ctx context.Context, p *Printer, o Options) (err error) {
	o.Data = "" // each run begins with nothing
	s := &importing{site: &site{o: o, world: demo.NewWorld(o.Seed, now)}}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.place(ctx, ""); err != nil {
		return err
	}
	file := filepath.Join(s.config.Data, "customers.csv")
	if err := s.writeFile(file); err != nil {
		return err
	}
	a, err := app.New(ctx, s.config, app.Options{})
	if err != nil {
		return err
	}
	s.clean = append(s.clean, a.Close)
	return s.importFile(ctx, p, a, file)
}

// importing is a site without a server: the work is done here.
type importing struct {
	*site
	watch meter
}

// columnsOfFile are what the file tells of a customer.
var columnsOfFile = []string{"客户名称", "证件号码", "性别", "联系电话", "联系人", "户号", "用户分类", "用电类别", "合同容量(kVA)", "供电电压", "立户日期", "用电地址"}

func (s *site) writeFile(name string) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := bufio.NewWriterSize(f, 1<<20)
	w := csv.NewWriter(out)
	if err := w.Write(columnsOfFile); err != nil {
		return err
	}
	for i := range s.o.Customers {
		if err := w.Write(s.line(i)); err != nil {
			return err
		}
	}
	w.Flush()
	return errors.Join(w.Error(), out.Flush())
}

func (s *site) line(i int) []string {
	c := s.world.Customer(0, i)
	number, sex := c.IDNumber, ""
	if c.Person { // the world draws numbers; of a million some would be twice
		number, sex = residentNumber(i, c.Sex), string(c.Sex)
	}
	class, use, voltage := "lv_res", "residential", "AC02202"
	switch {
	case c.Account.HighVolt:
		class, use, voltage = "hv", "large_industry", "AC00101"
	case !c.Person:
		class, use, voltage = "lv_nonres", "commercial", "AC03802"
	}
	return []string{c.Name, number, sex, c.Phones[0], c.Contact, c.Account.No, class, use,
		strconv.FormatFloat(float64(c.Account.CapacityVA)/1000, 'f', -1, 64), voltage, string(c.Opened), c.Address}
}

// residentNumber is of the region nobody lives in, different for every i below
// ten million.
func residentNumber(i int, sex cn.Sex) string {
	birth := time.Date(1940, 1, 1+i/500, 0, 0, 0, 0, when.Zone).Format(time.DateOnly)
	sequence := i % 500 * 2
	if sex == cn.Male {
		sequence++
	}
	number, err := cn.SyntheticResidentID(cn.UnassignedRegion, birth, sequence)
	if err != nil {
		panic(err) // region and day are ours
	}
	return number
}

func (s *importing) importFile(ctx context.Context, p *Printer, a *app.App, file string) error {
	var county org.Org
	err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
		county, err = org.CreateTx(tx, org.CreateInput{Level: org.County, Code: "1001", Name: "青岭县供电公司"})
		return err
	})
	if err != nil {
		return err
	}
	a.Orgs.Forget()
	if ctx, err = a.System(ctx, "bench"); err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	if s.watch, err = newMeter(ctx, os.Getpid(), a.Config.DSN); err != nil {
		return err
	}
	var d dataimport.Detail
	err = s.timed(p, "upload", func() (err error) {
		d, err = a.Import.Upload(ctx, dataimport.UploadInput{OrgID: county.ID, Kind: dataimport.Customers, FileName: "customers.csv"}, f)
		return err
	})
	if err != nil {
		return err
	}
	for _, step := range []struct {
		name  string
		start func(context.Context, id.ID, int64) (dataimport.Import, error)
		state dataimport.State
	}{{"dry run", a.Import.Check, dataimport.Checked}, {"import", a.Import.Run, dataimport.Done}} {
		err := s.timed(p, step.name, func() (err error) { d, err = s.step(ctx, a, d, step.start, step.state); return err })
		if err != nil {
			return err
		}
	}
	return s.timed(p, "bare copy of the file", func() error { return bareCopy(ctx, a.DB, file, columnsOfFile, s.o.Customers) })
}

// step runs the job of one step, as a server would.
func (s *importing) step(ctx context.Context, a *app.App, d dataimport.Detail, start func(context.Context, id.ID, int64) (dataimport.Import, error), want dataimport.State) (dataimport.Detail, error) {
	i, err := start(ctx, d.ID, d.Version)
	if err != nil {
		return d, err
	}
	if _, err := a.Jobs.RunOne(ctx, i.OrgID, i.JobID); err != nil {
		return d, err
	}
	if d, err = a.Import.Get(ctx, i.ID); err != nil {
		return d, err
	}
	if d.State != want || d.Counts.Rejected+d.Planned.Rejected > 0 {
		return d, fmt.Errorf("bench: import is %s: %+v %+v", d.State, d.Error, d.Problems)
	}
	return d, nil
}

// timed measures work on all customers: wall time as the latency of all of it.
func (s *importing) timed(p *Printer, name string, work func() error) error {
	runtime.GC()
	debug.FreeOSMemory()
	if err := s.watch.resetPeak(); err != nil {
		return err
	}
	before, err := s.watch.cpu()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := work(); err != nil {
		return err
	}
	wall := time.Since(began)
	after, err := s.watch.cpu()
	if err != nil {
		return err
	}
	n := s.o.Customers
	r := Result{Bench: "import", Engine: string(s.o.Engine), Case: name, N: n, Rate: float64(n) / wall.Seconds(), P50: wall.Seconds() * 1000, P99: wall.Seconds() * 1000,
		CPU: (after - before).Seconds() * 1000 / float64(n)}
	if r.PeakMB, err = s.watch.peakMB(); err != nil {
		return err
	}
	return p.Print(r)
}
