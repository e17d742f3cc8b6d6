package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/bench"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// newBenchCommand is zhiyin bench NAME: each makes its own data from a seed.
func newBenchCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "bench", Short: "性能测试 · Measure the program"}
	cmd.PersistentFlags().Bool("json", false, "one JSON object a line / 每行一个 JSON 对象")
	cmd.PersistentFlags().Uint64("seed", 1, "seed of the data / 数据种子")
	cmd.AddCommand(newBenchPLSCommand(),
		newBenchDataCommand("search", "搜索框 · The search box", bench.Search),
		newBenchDataCommand("api", "客户接口 · Create, open and list customers", bench.API),
		newBenchDataCommand("access", "权限判断与封存字段 · Checking permissions, opening sealed fields", bench.Access),
		newBenchCasesCommand(),
		newBenchDataCommand("start", "启动、空闲内存、程序大小 · Start, idle memory, size", bench.Start),
		newBenchDataCommand("backup", "备份、验证、恢复 · Backing up, proving, restoring", bench.Backup),
		newBenchDataCommand("import", "客户导入 · Import of a file of customers", bench.Import))
	return cmd
}

// newBenchDataCommand is a benchmark over a company of many customers.
func newBenchDataCommand(name, short string, run func(context.Context, *bench.Printer, bench.Options) error) *cobra.Command {
	var o bench.Options
	var engines []string
	cmd := &cobra.Command{
		Use: name, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Seed, err = cmd.Flags().GetUint64("seed"); err != nil {
				return err
			}
			p, err := printer(cmd)
			if err != nil {
				return err
			}
			o.Log = func(format string, args ...any) { fmt.Fprintf(cmd.ErrOrStderr(), format+"\n", args...) }
			for _, e := range engines {
				if o.Engine = db.Dialect(e); o.Engine != db.SQLite && o.Engine != db.PostgreSQL {
					return fmt.Errorf("--engine %q: use sqlite or postgres", e)
				}
				if err := run(cmd.Context(), p, o); err != nil {
					return err
				}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&engines, "engine", []string{string(db.SQLite)}, "sqlite, postgres or both, with a comma / 数据库")
	f.StringVar(&o.DSN, "dsn", "", "PostgreSQL server, a URL; a database is made in it and dropped / 数据库服务器")
	f.StringVar(&o.Data, "data", "", "keep the data here and use them again / 数据保留在此目录，供下次使用")
	f.IntVar(&o.Customers, "customers", 1_000_000, "customers / 客户数")
	f.IntVar(&o.Requests, "requests", 2000, "requests per case / 每项请求数")
	f.IntVar(&o.Clients, "clients", 8, "connections at once / 并发连接数")
	return cmd
}

// newBenchCasesCommand is the benchmark over many cases and fewer customers.
func newBenchCasesCommand() *cobra.Command {
	cases := 0
	cmd := newBenchDataCommand("cases", "工单登记与列表 · Register and list cases", func(ctx context.Context, p *bench.Printer, o bench.Options) error {
		o.Cases = cases
		return bench.Cases(ctx, p, o)
	})
	f := cmd.Flags()
	f.IntVar(&cases, "cases", 1_000_000, "past cases / 历史工单数")
	customers := f.Lookup("customers")
	customers.DefValue = "20000"
	_ = customers.Value.Set(customers.DefValue) // a number
	return cmd
}

func printer(cmd *cobra.Command) (*bench.Printer, error) {
	asJSON, err := cmd.Flags().GetBool("json")
	return &bench.Printer{W: cmd.OutOrStdout(), JSON: asJSON}, err
}

func newBenchPLSCommand() *cobra.Command {
	var o bench.PLSOptions
	cmd := &cobra.Command{
		Use: "pls", Short: "PLS 自助法与大样本估计 · PLS bootstrap and a large estimate", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Seed, err = cmd.Flags().GetUint64("seed"); err != nil {
				return err
			}
			p, err := printer(cmd)
			if err != nil {
				return err
			}
			return bench.PLS(cmd.Context(), p, o)
		},
	}
	cmd.Flags().IntVar(&o.Resamples, "resamples", 5000, "bootstrap resamples / 自助样本数")
	cmd.Flags().IntVar(&o.Cases, "cases", 250, "cases of the small survey / 小样本量")
	cmd.Flags().IntVar(&o.Large, "large", 1_000_000, "cases of the large survey / 大样本量")
	return cmd
}
