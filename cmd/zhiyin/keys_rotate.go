package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

func newKeysRotateCommand() *cobra.Command {
	var only string
	cmd := &cobra.Command{
		Use: "rotate", Short: "轮换密钥 · Rotate the keys", Args: cobra.NoArgs,
		Long: `轮换主密钥和各公司的密钥,不必停止服务,新旧数据始终可读。中断后再次执行即从断处继续(这一次不再产生新密钥)。
主密钥:产生新的一代,用它重新封装各公司密钥;旧的一代保留,用 zhiyin keys retire 销毁。
公司密钥:每家公司一把新密钥,客户的数据密钥改由它封装;旧密钥保留。之后请重新执行 zhiyin keys export。

Rotates the master key and the companies' keys. A running server goes on, and everything old and new stays readable.
After an interruption run it again: it goes on where it was, without making new keys that time. Master key: a new
generation wraps every company's key; the old one stays until zhiyin keys retire destroys it. Company keys: each company
gets a new key, which wraps its customers' data keys; the old ones stay. Run zhiyin keys export afterwards.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if only != "" && only != "master" && only != "companies" {
				return inputError{zh: fmt.Sprintf("--only「%s」无法识别,可用 master 或 companies。", only), en: fmt.Sprintf("--only %q is not understood. Use master or companies.", only)}
			}
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				in := app.RotateInput{Master: only != "companies", Companies: only != "master", Settle: crypt.Refresh + time.Second, Progress: func(int) {}}
				r, err := a.RotateKeys(ctx, in)
				if err != nil {
					return err
				}
				return sayRotated(cmd, in, r)
			})
		},
	}
	config.Flags(cmd.Flags())
	cmd.Flags().StringVar(&only, "only", "", "master or companies; without it both / 只轮换主密钥或公司密钥")
	return cmd
}

func sayRotated(cmd *cobra.Command, in app.RotateInput, r app.Rotated) error {
	out := cmd.OutOrStdout()
	if in.Master {
		fmt.Fprintf(out, "主密钥:第 %[1]d 代,重新封装 %[2]d 把公司密钥 · master key: generation %[1]d, %[2]d company keys wrapped\n", r.Master.Generation, r.Master.Wrapped)
	}
	if in.Companies {
		fmt.Fprintf(out, "公司密钥:新 %[1]d 把,重新封装 %[2]d 位客户的数据密钥 · company keys: %[1]d new, data keys of %[2]d customers wrapped\n", r.Companies, r.DataKeys)
	}
	if r.Master.Resumed || r.CompaniesResumed {
		fmt.Fprintln(out, "上次未完成的轮换已完成;要再换新密钥,请再次执行。· An unfinished rotation has been finished. Run it again for new keys.")
	}
	fmt.Fprintln(out, "请重新导出密钥:zhiyin keys export · Export the keys anew: zhiyin keys export")
	if len(r.Unreadable) == 0 {
		return nil
	}
	for _, i := range r.Unreadable {
		fmt.Fprintf(cmd.ErrOrStderr(), "无法打开的数据密钥 · data key that cannot be opened: %s\n", i)
	}
	return exitBroken
}

func newKeysListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "列出主密钥的各代 · List the generations of the master key", Args: cobra.NoArgs,
		Long: `列出主密钥的各代:编号、指纹、由它封装的密钥数。不显示密钥。

Lists the generations of the master key: number, fingerprint, how many keys it wraps. No key is shown.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				all, err := a.Keys.List(ctx, a.DB)
				if err != nil {
					return err
				}
				for i, s := range all {
					note := ""
					switch {
					case s.Fingerprint == "":
						note = "缺失 · missing"
					case i == len(all)-1:
						note = "当前 · current"
					case s.Wraps == 0:
						note = "可销毁 · may be retired"
					}
					fmt.Fprintf(cmd.OutOrStdout(), "%3d  %16s  %5d  %s\n", s.Number, s.Fingerprint, s.Wraps, note)
				}
				return nil
			})
		},
	}
	config.Flags(cmd.Flags())
	return cmd
}

func newKeysRetireCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use: "retire N", Short: "销毁旧的一代主密钥 · Destroy an old generation of the master key", Args: cobra.ExactArgs(1),
		Long: `销毁第 N 代主密钥。还有密钥由它封装、或备份目录中还有用它时做的备份时拒绝;后者只能用当时导出的密钥恢复,确认后可用 --force。

Destroys generation N of the master key; refused while it still wraps a key, or the directory of backups holds one made
under it. Such backups can afterwards be restored only with the keys exported at that time; --force gives them up.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := strconv.Atoi(args[0])
			if err != nil {
				return inputError{zh: fmt.Sprintf("「%s」不是编号。", args[0]), en: fmt.Sprintf("%q is no number.", args[0])}
			}
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				if err := a.RetireMaster(ctx, number, force); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "已销毁第 %[1]d 代主密钥 · generation %[1]d destroyed\n", number)
				return nil
			})
		},
	}
	config.Flags(cmd.Flags())
	cmd.Flags().BoolVar(&force, "force", false, "even if backups made under it become unreadable without exported keys / 即使有备份因此只能用导出的密钥恢复")
	return cmd
}
