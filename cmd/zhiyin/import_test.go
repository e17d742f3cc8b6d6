package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

var morning = time.Date(2026, 3, 2, 9, 0, 0, 0, when.Zone)

// site is a place with two companies on which commands run.
type site struct {
	t     *testing.T
	flags []string
	app   *app.App // beside the commands
}

func eachSite(t *testing.T, fn func(s *site)) {
	t.Helper()
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) { fn(newSite(t, e)) })
}

func newSite(t *testing.T, e db.Dialect) *site {
	t.Helper()
	c := config.Config{Data: t.TempDir(), DSN: dbtest.Config(t, e).DSN, Now: when.Fixed(when.At(morning))}
	s := &site{t: t, flags: []string{"--data", c.Data, "--dsn", c.DSN, "--log-level", "error"}}
	var err error
	s.app, err = app.New(context.Background(), c, app.Options{Logger: slog.New(slog.DiscardHandler), PasswordCost: access.Cost{MemoryKiB: 8, Passes: 1}})
	s.must(err)
	t.Cleanup(func() { s.must(s.app.Close()) })
	s.must(s.app.DB.Write(context.Background(), func(tx *db.Tx) error {
		for code, name := range map[string]string{"1001": "甲县供电公司", "1002": "乙县供电公司"} {
			if _, err := org.CreateTx(tx, org.CreateInput{Level: org.County, Code: code, Name: name}); err != nil {
				return err
			}
		}
		return nil
	}))
	s.app.Orgs.Forget()
	return s
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) args(now time.Time, args []string) []string {
	return append(append([]string{"import", "--now", now.Format(time.RFC3339)}, s.flags...), args...)
}

// run runs zhiyin import.
func (s *site) run(ctx context.Context, args ...string) (code int, out, errs string) {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	root := newRootCommand()
	root.SetArgs(s.args(morning, args))
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	code = exitCodeOf(root.ExecuteContext(ctx), &stderr)
	return code, stdout.String(), stderr.String()
}

// want runs zhiyin import and holds code and words against what it says.
func (s *site) want(code int, words []string, args ...string) (out, errs string) {
	s.t.Helper()
	got, out, errs := s.run(context.Background(), args...)
	if got != code {
		s.t.Fatalf("%v: exit code %d, want %d\n%s%s", args, got, code, out, errs)
	}
	for _, w := range words {
		if !strings.Contains(out+errs, w) {
			s.t.Errorf("%v does not say %q:\n%s%s", args, w, out, errs)
		}
	}
	return out, errs
}

func (s *site) count(table string) (n int) {
	s.t.Helper()
	s.must(s.app.DB.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, "SELECT count(*) FROM "+table) }))
	return n
}

// last is the newest import.
func (s *site) last() dataimport.Import {
	s.t.Helper()
	ctx, err := s.app.System(context.Background(), "test")
	s.must(err)
	list, _, err := s.app.Import.List(ctx, [16]byte{}, "", 1)
	s.must(err)
	if len(list) == 0 {
		return dataimport.Import{}
	}
	return list[0]
}

// customersCSV is a file of customers with accounts.
func customersCSV(n int) []byte {
	var b strings.Builder
	b.WriteString("客户名称,客户类别,联系电话,户号,用电类别,合同容量(kVA),用电地址\n")
	for i := range n {
		fmt.Fprintf(&b, "李%c,个人,%s%08d,1001%06d,居民生活,8,锦绣花园%d幢\n", '一'+i%4000, cn.UnallocatedMobilePrefix, i, i, i)
	}
	return []byte(b.String())
}

func TestImportBringsInAndTakesBack(t *testing.T) {
	eachSite(t, func(s *site) {
		file := writeFile(t, "客户.csv", customersCSV(1200))
		s.want(0, []string{"1200 行 · rows", "1200 新增客户 · customers made", "已检查 checked", "--resume"}, "--org", "1001", "--dry-run", file)
		if s.count("customer") != 0 {
			t.Fatal("the dry run has written")
		}
		s.want(0, []string{"1200 新增用电户 · accounts made", "已完成 done"}, "--resume", s.last().ID.String())
		if n := s.count("customer"); n != 1200 {
			t.Fatalf("%d customers", n)
		}
		s.want(0, []string{"1001", "customers", "1200", "已完成 done", "客户.csv"}, "--list", "--org", "1001")
		if out, _ := s.want(0, nil, "--list", "--org", "1002"); out != "" {
			t.Errorf("the other company's list: %s", out)
		}
		s.want(0, []string{"已撤销 reverted"}, "--revert", s.last().ID.String())
		if s.count("customer")+s.count("account") != 0 {
			t.Error("something was left")
		}
		s.want(1, []string{"reverted", "does not allow"}, "--revert", s.last().ID.String())
	})
}

// Rows with something wrong are left out, kept as a file, and come in once
// corrected there.
func TestImportProblemFileComesInAfterCorrection(t *testing.T) {
	eachSite(t, func(s *site) {
		content := strings.Replace(string(customersCSV(10)), "1001000003,居民生活,8", "1001000003,居民生活,八", 1)
		file, wrong := writeFile(t, "客户.csv", []byte(content)), filepath.Join(t.TempDir(), "wrong.csv")
		s.want(2, []string{"9 新增客户", "1 有问题未导入", "5 F合同容量(kVA)", "不是数字", "no number", wrong}, "--org", "1001", "--problems", wrong, file)
		raw, err := os.ReadFile(wrong)
		s.must(err)
		if lines := strings.Count(string(raw), "\n"); lines != 2 || !strings.Contains(string(raw), "不是数字") || !strings.Contains(string(raw), "领取人") || !strings.Contains(string(raw), "zhiyin import (") {
			t.Fatalf("problem file:\n%s", raw)
		}
		if info, err := os.Stat(wrong); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("others may read it: %v %v", info.Mode(), err)
		}
		s.must(os.WriteFile(wrong, bytes.Replace(raw, []byte(",八,"), []byte(",8,"), 1), 0o600))
		s.want(0, []string{"1 新增客户"}, "--org", "1001", wrong)
		book := filepath.Join(t.TempDir(), "wrong.xlsx")
		s.want(2, []string{book}, "--org", "1001", "--problems", book, "--lang", "en", file)
		if raw, err = os.ReadFile(book); err != nil || !bytes.HasPrefix(raw, []byte("PK")) {
			t.Errorf("no workbook: %v", err)
		}
	})
}

func TestImportMapsColumns(t *testing.T) {
	eachSite(t, func(s *site) {
		file := writeFile(t, "a.csv", []byte("谁,类,备注,户号\n王一,个人,老客户,1001000001\n"))
		s.want(1, []string{`--map "nothing"`, "HEADING=FIELD"}, "--org", "1001", "--map", "nothing", file)
		s.want(1, []string{"没有“谁人”这一列", "no field"}, "--org", "1001", "--map", "谁人=nobody", file)
		if s.last().State != dataimport.Discarded {
			t.Errorf("the file with the wrong mapping is %s", s.last().State)
		}
		s.want(0, []string{"1 新增客户"}, "--org", "1001", "--map", "谁=name", "--map", "类=kind", "--map", "户号=", "--map", "备注=tags", file)
		if s.count("account") != 0 {
			t.Error("a column left out came in")
		}
		mapping := writeFile(t, "m.json", []byte(`{"columns":[{"header":"谁","field":"name"}],"constants":{"kind":"organisation"}}`))
		s.want(0, []string{"1 新增客户", "same file was imported before"}, "--org", "1001", "--map-file", mapping, file)
		s.want(1, []string{"no mapping as JSON"}, "--org", "1001", "--map-file", file, file)
	})
}

func TestImportRefusesWhatItCannotDo(t *testing.T) {
	eachSite(t, func(s *site) {
		file := writeFile(t, "a.csv", customersCSV(1))
		for _, c := range []struct {
			words []string
			args  []string
		}{
			{[]string{"Give one file"}, nil},
			{[]string{"Give one file"}, []string{"--list", file}},
			{[]string{"No county company has the code"}, []string{"--org", "9", file}},
			{[]string{"--kind", "customers|accounts|contacts"}, []string{"--kind", "x", file}},
			{[]string{"--mode", "create|update|both"}, []string{"--mode", "x", file}},
			{[]string{"--encoding", "gb18030"}, []string{"--encoding", "x", file}},
			{[]string{"cannot be read"}, []string{"--org", "1001", file + "x"}},
			{[]string{"no identifier"}, []string{"--resume", "x"}},
			{[]string{"不存在"}, []string{"--revert", "01900000-0000-7000-8000-000000000001"}},
			{[]string{"只有表头"}, []string{"--org", "1001", writeFile(t, "b.csv", []byte("客户名称,户号\n"))}},
			{[]string{"none of the others can be"}, []string{"--list", "--dry-run"}},
		} {
			s.want(1, c.words, c.args...)
		}
		if s.count("customer") != 0 {
			t.Error("something came in")
		}
	})
}

// Ctrl-C between two batches leaves what is in, and tells how to go on.
func TestImportInterruptedGoesOn(t *testing.T) {
	eachSite(t, func(s *site) {
		file := writeFile(t, "a.csv", customersCSV(20_000))
		ctx, interrupt := context.WithCancel(context.Background())
		go func() {
			defer interrupt()
			s.whileRunning(1000)
		}()
		code, out, errs := s.run(ctx, "--org", "1001", file)
		if code != 3 || !strings.Contains(errs, "--resume "+s.last().ID.String()) {
			t.Fatalf("exit code %d\n%s%s", code, out, errs)
		}
		if done := s.last().RowsDone; done < 1000 || done == 20_000 || int(done) != s.count("customer") {
			t.Errorf("after %d rows %d customers", done, s.count("customer"))
		}
		s.want(0, []string{"20000 新增客户", "已完成 done"}, "--resume", s.last().ID.String())
		if n := s.count("customer"); n != 20_000 {
			t.Errorf("%d customers", n)
		}
	})
}

// whileRunning waits until a running import has so many rows in.
func (s *site) whileRunning(rows int64) {
	for range 2000 {
		if i := s.last(); i.State == dataimport.Running && i.RowsDone >= rows {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Error("the import never ran")
}

// A killed process leaves whole batches, and another goes on or takes them back
// once the lease is over.
func TestImportKilledLeavesNothingHalfDone(t *testing.T) {
	eachSite(t, func(s *site) {
		file := writeFile(t, "a.csv", customersCSV(20_000))
		kill := func(args ...string) {
			cmd := exec.Command(os.Args[0], s.args(morning, args)...)
			s.must(cmd.Start())
			s.whileRunning(s.last().RowsDone + 1000)
			s.must(cmd.Process.Kill())
			cmd.Wait() //nolint:errcheck // it was killed
		}
		kill("--org", "1001", file)
		i := s.last()
		if i.State != dataimport.Running || int(i.RowsDone) != s.count("customer") || int(i.Counts.AccountsCreated) != s.count("account") {
			t.Fatalf("%s: %d rows, %d customers, %d accounts", i.State, i.RowsDone, s.count("customer"), s.count("account"))
		}
		later := morning.Add(time.Minute)
		for _, c := range []struct {
			flag string
			left int
		}{{"--resume", 20_000}, {"--revert", 0}} {
			root, out := newRootCommand(), bytes.Buffer{}
			root.SetArgs(s.args(later, []string{c.flag, i.ID.String()}))
			root.SetOut(&out)
			root.SetErr(&out)
			if err := root.ExecuteContext(context.Background()); err != nil || s.count("customer") != c.left {
				t.Fatalf("%s: %v, %d customers\n%s", c.flag, err, s.count("customer"), out.String())
			}
		}
	})
}

// A running server may take the job; the command then waits for its end.
func TestImportBesideAServer(t *testing.T) {
	eachSite(t, func(s *site) {
		ctx, stop := context.WithCancel(context.Background())
		defer s.app.Jobs.Wait()
		defer stop()
		s.app.Jobs.Start(ctx, 2)
		go func() { // look for jobs all the time
			for ctx.Err() == nil {
				s.app.Jobs.Wake()
				time.Sleep(time.Millisecond)
			}
		}()
		s.want(0, []string{"3000 新增客户"}, "--org", "1001", writeFile(t, "a.csv", customersCSV(3000)))
		s.want(0, []string{"已撤销 reverted"}, "--revert", s.last().ID.String())
	})
}

// An import that runs elsewhere is stopped before it is taken back.
func TestImportStopsAndDiscards(t *testing.T) {
	eachSite(t, func(s *site) {
		file := writeFile(t, "a.csv", customersCSV(5))
		s.want(0, nil, "--org", "1001", "--dry-run", file)
		s.want(0, []string{"已放弃 discarded"}, "--cancel", s.last().ID.String())
		out, _ := s.want(0, nil, "--org", "1001", "--dry-run", file)
		i, _, _ := strings.Cut(out, ":")
		ctx, err := s.app.System(context.Background(), "test")
		s.must(err)
		d, err := s.app.Import.Get(ctx, id.MustParse(i))
		s.must(err)
		_, err = s.app.Import.Run(ctx, d.ID, d.Version)
		s.must(err)
		s.want(0, []string{"已撤销 reverted"}, "--revert", i)
		if s.count("customer") != 0 {
			t.Error("it came in")
		}
	})
}
