package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
)

// newImportCasesCommand is zhiyin import cases: past cases with their own times.
func newImportCasesCommand() *cobra.Command {
	var c importer
	var mapping string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "cases FILE", Short: "导入历史工单 · Import past cases with their own times and authors", Args: cobra.ExactArgs(1),
		Long: `把另一系统的历史工单导入一个公司,保留原来的受理、办结时间和受理人。已导入的不重复导入,可再次运行。
退出码:0 全部导入;1 出错;2 有未导入的行(逐行说明原因)。

Brings past cases of another system into a company, with the times they came and ended at and who took them. What was
imported before is left out, so that it may run again.
Exit codes: 0 all imported; 1 an error; 2 rows were left out, each with its reason.`,
		Example: "  zhiyin import cases --org 1001 --mapping nyc311 requests.csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				ctx, err := a.System(ctx, "zhiyin import cases")
				if err != nil {
					return err
				}
				c.app, c.out, c.err = a, cmd.OutOrStdout(), cmd.ErrOrStderr()
				return explainFault(c.cases(ctx, mapping, args[0], asJSON))
			})
		},
	}
	config.Flags(cmd.Flags())
	cmd.Flags().StringVar(&c.org, "org", "", "公司编码,只有一个公司时可省略 · code of the company; not needed where there is one")
	cmd.Flags().StringVar(&mapping, "mapping", "nyc311", "列对应的名称 · name of the mapping")
	cmd.Flags().BoolVar(&asJSON, "json", false, "最后一行为 JSON · the last line is JSON")
	return cmd
}

func (c *importer) cases(ctx context.Context, mapping, name string, asJSON bool) error {
	company, err := c.company(ctx)
	if err != nil {
		return err
	}
	file, err := os.Open(name)
	if err != nil {
		return explain(err)
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return explain(err)
	}
	done, err := c.app.Feedback.Import(ctx, company, mapping, file, about.Size())
	if err != nil {
		return err
	}
	for _, r := range done.Refused {
		fmt.Fprintf(c.err, "%d\t%s\t%s · %s\n", r.Row, r.Column, reasonIn("zh", r), reasonIn("en", r))
	}
	if err := c.sayCases(done, asJSON); err != nil {
		return err
	}
	if len(done.Refused) > 0 {
		return exitLeftOut
	}
	return nil
}

func reasonIn(lang string, r feedback.Refusal) string {
	if key := "feedback.refused." + r.Code; catalogue.Has(key) {
		return catalogue.Text(lang, key, nil)
	}
	return catalogue.Text(lang, "feedback.refused.row", map[string]any{"code": r.Code})
}

// sayCases ends with one line that programs read, where they ask for it.
func (c *importer) sayCases(done feedback.Imported, asJSON bool) error {
	if !asJSON {
		_, err := fmt.Fprintf(c.out, "导入 %d 张工单,%d 行未导入;办结用时中位数 %g 分钟,90%% 在 %g 分钟内 · %d cases imported, %d rows left out; median time to close %g min, 90%% within %g min\n",
			done.Cases, len(done.Refused), done.TimeToClose.P50, done.TimeToClose.P90, done.Cases, len(done.Refused), done.TimeToClose.P50, done.TimeToClose.P90)
		return err
	}
	line, err := json.Marshal(struct {
		Imported    int                  `json:"imported"`
		Refused     int                  `json:"refused"`
		TimeToClose feedback.Percentiles `json:"time_to_close_min"`
	}{done.Cases, len(done.Refused), done.TimeToClose})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, string(line))
	return err
}
