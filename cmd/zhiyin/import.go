package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
)

// The exit codes of zhiyin import beside 0 and 1.
const (
	exitLeftOut     exitCode = 2
	exitInterrupted exitCode = 3
)

// importFlags are the flags of the command as given.
type importFlags struct {
	org, kind, mode        string
	encoding, sheet        string
	mapFile                string
	maps                   []string
	problems, lang         string
	dryRun, list           bool
	resume, revert, cancel string
}

// newImportCommand is zhiyin import: a file into the archive of a company.
func newImportCommand() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use: "import [FILE]", Short: "导入客户、用电户或联系方式 · Import customers, accounts or contacts from a file", Args: cobra.MaximumNArgs(1),
		Long: `把 CSV 或 XLSX 文件导入一个公司的档案。先逐行试运行,再按批导入;有问题的行不导入,用 --problems 存成文件,改好后再导入。
可与正在运行的服务同时使用(同一 --data,或同一 --dsn 与密钥)。中断后用 --resume 继续,或用 --revert 整体撤销。
退出码:0 全部完成;1 出错,未完成;2 已完成,但有未导入的行或未撤销的记录;3 被中断,可继续。

Brings a CSV or XLSX file into the archive of a company: every row is checked first, then the rows come in batch by
batch. Rows with something wrong are left out; --problems keeps them as a file to correct and import again. Works beside
a running server (the same --data, or the same --dsn and keys). An interrupted import goes on with --resume, or is
taken back with --revert.
Exit codes: 0 all done; 1 an error, not finished; 2 finished, but rows were left out or records not taken back;
3 interrupted, can go on.`,
		Example: `  zhiyin import --org 1001 --kind customers --dry-run --problems wrong.csv customers.xlsx
  zhiyin import --org 1001 --kind customers --map 客户电话=phone --map 备注= customers.csv
  zhiyin import --list
  zhiyin import --revert 0190d5a6-…`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				ctx, err := a.System(ctx, runBy("zhiyin import"))
				if err != nil {
					return err
				}
				return explainFault(f.run(ctx, newImporter(cmd, a, f), args))
			})
		},
	}
	config.Flags(cmd.Flags())
	f.register(cmd)
	cmd.AddCommand(newImportCasesCommand())
	return cmd
}

func (f *importFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.org, "org", "", "公司编码,只有一个公司时可省略 · code of the company; not needed where there is one")
	flags.StringVar(&f.kind, "kind", string(dataimport.Customers), "customers|accounts|contacts / 内容")
	flags.StringVar(&f.mode, "mode", string(dataimport.Both), "create|update|both / 只新增、只更新、新增和更新")
	flags.BoolVar(&f.dryRun, "dry-run", false, "只检查,不导入;之后可用 --resume 导入 · check only; --resume brings the rows in later")
	flags.StringArrayVar(&f.maps, "map", nil, "列对应,可重复:表头=项目;表头= 不导入该列 · HEADING=FIELD, repeatable; HEADING= leaves the column out")
	flags.StringVar(&f.mapFile, "map-file", "", "列对应的 JSON 文件,同接口的 mapping · JSON file with the mapping object of the API")
	flags.StringVar(&f.encoding, "encoding", "", "CSV 编码,缺省自动识别 · of CSV: utf-8|utf-16le|utf-16be|gb18030; found out without it")
	flags.StringVar(&f.sheet, "sheet", "", "工作表,缺省第一个 · sheet of XLSX; the first without it")
	flags.StringVar(&f.problems, "problems", "", "把未导入的行写入此文件(.csv 或 .xlsx) · write the rows left out to this file")
	flags.StringVar(&f.lang, "lang", "zh", "问题文件的语言 · language of the problem file: zh|en")
	flags.BoolVar(&f.list, "list", false, "列出最近的导入 · list the latest imports")
	flags.StringVar(&f.resume, "resume", "", "继续这个导入 · go on with an import")
	flags.StringVar(&f.revert, "revert", "", "整体撤销这个导入 · take a whole import back")
	flags.StringVar(&f.cancel, "cancel", "", "停止或放弃这个导入 · stop or discard an import")
	cmd.MarkFlagsMutuallyExclusive("list", "resume", "revert", "cancel", "dry-run")
	cmd.MarkFlagsMutuallyExclusive("map", "map-file")
}

// run does the one thing that is asked for.
func (f *importFlags) run(ctx context.Context, c *importer, args []string) error {
	one := f.resume + f.revert + f.cancel
	switch {
	case (f.list || one != "") == (len(args) > 0):
		return inputError{
			zh: "请给出一个文件,或 --list、--resume、--revert、--cancel 之一。",
			en: "Give one file, or one of --list, --resume, --revert, --cancel.",
		}
	case f.list:
		return c.list(ctx)
	case one == "":
		return c.finish(ctx, func() (dataimport.Detail, error) { return c.bringIn(ctx, args[0]) })
	}
	i, err := id.Parse(one)
	if err != nil {
		return inputError{zh: fmt.Sprintf("「%s」不是导入的标识,请用 --list 查看。", one), en: fmt.Sprintf("%q is no identifier of an import; see --list.", one)}
	}
	return c.finish(ctx, func() (dataimport.Detail, error) {
		if f.revert != "" {
			return c.takeBack(ctx, i)
		}
		d, err := c.app.Import.Get(ctx, i)
		switch {
		case err != nil:
			return d, err
		case f.cancel != "":
			return c.stop(ctx, d.Import)
		}
		return c.goOn(ctx, d)
	})
}

// company finds the company by its code; zero without one.
func (c *importer) company(ctx context.Context) (id.ID, error) {
	if c.org == "" {
		return id.ID{}, nil
	}
	tree, err := c.app.Orgs.Tree(ctx)
	if err != nil {
		return id.ID{}, err
	}
	o, ok := tree.ByCode(c.org)
	if !ok || o.Level != org.County {
		return id.ID{}, inputError{zh: fmt.Sprintf("没有编码为「%s」的县级公司,请核对 --org。", c.org), en: fmt.Sprintf("No county company has the code %q. Check --org.", c.org)}
	}
	return o.ID, nil
}

// bringIn sends the file, maps its columns, checks it, and brings it in.
func (c *importer) bringIn(ctx context.Context, name string) (d dataimport.Detail, err error) {
	if err := oneOf("kind", c.kind, string(dataimport.Customers), string(dataimport.Accounts), string(dataimport.Contacts)); err != nil {
		return d, err
	}
	if err := oneOf("mode", c.mode, string(dataimport.CreateOnly), string(dataimport.UpdateOnly), string(dataimport.Both)); err != nil {
		return d, err
	}
	if err := oneOf("encoding", c.encoding, "", string(cn.EncodingUTF8), string(cn.EncodingUTF16LE), string(cn.EncodingUTF16BE), string(cn.EncodingGB18030)); err != nil {
		return d, err
	}
	company, err := c.company(ctx)
	if err != nil {
		return d, err
	}
	file, err := os.Open(name)
	if err != nil {
		return d, explain(err)
	}
	defer file.Close()
	d, err = c.app.Import.Upload(ctx, dataimport.UploadInput{OrgID: company, Kind: dataimport.Kind(c.kind), Mode: dataimport.Mode(c.mode),
		FileName: name, Encoding: cn.Encoding(c.encoding), Sheet: c.sheet}, file)
	if err != nil {
		return d, err
	}
	c.sayUploaded(d)
	mapped, err := c.mapColumns(ctx, d)
	if err != nil { // the file is of no use without a mapping
		_, cerr := c.app.Import.Cancel(ctx, d.ID, d.Version)
		return d, errors.Join(err, cerr)
	}
	return c.goOn(ctx, mapped)
}

// mapColumns says what the columns are where the flags do.
func (c *importer) mapColumns(ctx context.Context, d dataimport.Detail) (dataimport.Detail, error) {
	m := d.Mapping
	switch {
	case c.mapFile != "":
		raw, err := os.ReadFile(c.mapFile)
		if err != nil {
			return d, explain(err)
		}
		m = dataimport.Mapping{}
		if err := json.Unmarshal(raw, &m); err != nil {
			return d, inputError{zh: fmt.Sprintf("「%s」不是列对应的 JSON:%v。", c.mapFile, err), en: fmt.Sprintf("%s holds no mapping as JSON: %v.", c.mapFile, err)}
		}
	case len(c.maps) > 0:
		var err error
		if m.Columns, err = overrideColumns(m.Columns, c.maps); err != nil {
			return d, err
		}
	default:
		return d, nil
	}
	return c.app.Import.Map(ctx, d.ID, d.Version, dataimport.MapInput{Mode: d.Mode, Mapping: &m})
}

// overrideColumns lays HEADING=FIELD over the mapping found: what names the
// same column or the same field gives way.
func overrideColumns(columns []dataimport.ColumnMap, given []string) ([]dataimport.ColumnMap, error) {
	all := slices.Clone(columns)
	var said []dataimport.ColumnMap
	for _, g := range given {
		at := strings.LastIndexByte(g, '=')
		if at <= 0 {
			return nil, inputError{zh: fmt.Sprintf("--map「%s」无法识别,请写成 表头=项目。", g), en: fmt.Sprintf("--map %q is not understood. Write HEADING=FIELD.", g)}
		}
		header, field := g[:at], g[at+1:]
		all = slices.DeleteFunc(all, func(c dataimport.ColumnMap) bool { return c.Header == header || c.Field == field })
		if field != "" {
			said = append(said, dataimport.ColumnMap{Header: header, Field: field})
		}
	}
	return append(all, said...), nil
}

func oneOf(flag, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	words := strings.Join(slices.DeleteFunc(allowed, func(s string) bool { return s == "" }), "|")
	return inputError{zh: fmt.Sprintf("--%s「%s」无效,可用 %s。", flag, value, words), en: fmt.Sprintf("--%s %q is not understood. Use %s.", flag, value, words)}
}

// goOn takes an import from where it stands to its end.
func (c *importer) goOn(ctx context.Context, d dataimport.Detail) (_ dataimport.Detail, err error) {
	switch d.State {
	case dataimport.Uploaded:
		d, err = c.step(ctx, d.Import, c.app.Import.Check)
	case dataimport.Checking:
		d, err = c.await(ctx, d.Import)
	}
	if err != nil || c.dryRun {
		return d, err
	}
	switch d.State {
	case dataimport.Uploaded: // the dry run has stopped
		return d, nil
	case dataimport.Running, dataimport.Reverting:
		return c.await(ctx, d.Import)
	}
	return c.step(ctx, d.Import, c.app.Import.Run)
}

// takeBack reverts an import; one that is at work is stopped first.
func (c *importer) takeBack(ctx context.Context, i id.ID) (dataimport.Detail, error) {
	d, err := c.app.Import.Get(ctx, i)
	if err == nil && d.State == dataimport.Running {
		d, err = c.stop(ctx, d.Import)
	}
	switch {
	case err != nil:
		return d, err
	case d.State == dataimport.Reverting:
		return c.await(ctx, d.Import)
	}
	return c.step(ctx, d.Import, c.app.Import.Revert)
}

// stop cancels, and waits until nothing is at work any more.
func (c *importer) stop(ctx context.Context, i dataimport.Import) (dataimport.Detail, error) {
	imp, err := c.app.Import.Cancel(ctx, i.ID, i.Version)
	if err != nil {
		return dataimport.Detail{}, err
	}
	if imp.State == dataimport.Discarded || imp.JobID.IsZero() {
		return c.app.Import.Get(ctx, i.ID)
	}
	return c.await(ctx, imp)
}

func (c *importer) step(ctx context.Context, i dataimport.Import, start func(context.Context, id.ID, int64) (dataimport.Import, error)) (dataimport.Detail, error) {
	imp, err := start(ctx, i.ID, i.Version)
	if err != nil {
		return dataimport.Detail{Import: dataimport.Import{ID: i.ID}}, err
	}
	return c.await(ctx, imp)
}

// list prints the latest imports of the company, or of all.
func (c *importer) list(ctx context.Context) error {
	company, err := c.company(ctx)
	if err != nil {
		return err
	}
	list, _, err := c.app.Import.List(ctx, company, "", listed)
	if err != nil {
		return err
	}
	tree, err := c.app.Orgs.Tree(ctx)
	if err != nil {
		return err
	}
	return c.sayList(list, tree)
}

// listed is how many imports --list shows.
const listed = 50

// runBy names a command with the user of the host who runs it.
func runBy(command string) string {
	u, err := user.Current()
	if err != nil {
		return command
	}
	return command + " (" + u.Username + ")"
}
