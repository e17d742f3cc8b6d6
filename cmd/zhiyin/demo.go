package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/demo"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
)

// newDemoCommand is zhiyin demo: a living company that does not exist, made on
// the first start and served.
func newDemoCommand() *cobra.Command {
	o := demo.Options{History: true, Survey: true}
	cmd := &cobra.Command{
		Use: "demo", Short: "生成并启动演示公司 · Make and serve a demo company", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := buildDemo(cmd, o); err != nil {
				return err
			}
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				printLogins(cmd.OutOrStdout(), demo.AccountNo(a.Config))
				return listenAndServe(ctx, cmd, a)
			})
		},
	}
	config.Flags(cmd.Flags())
	config.ServeFlags(cmd.Flags())
	cmd.Flags().IntVar(&o.Customers, "size", 5000, "customers / 客户数")
	cmd.Flags().IntVar(&o.Months, "months", 26, "months of consumption / 电量月数")
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "the same seed and --now give the same company / 种子")
	return cmd
}

func buildDemo(cmd *cobra.Command, o demo.Options) error {
	c, err := config.Load(cmd.Flags())
	if err != nil || demo.Ready(c.Data) {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "正在生成演示公司（%d 个客户）… making the demo company\n", o.Customers)
	began := time.Now()
	if err := demo.Build(cmd.Context(), c, o); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "完成，用时 %.1f 秒 · done\n", time.Since(began).Seconds())
	return nil
}

func printLogins(w io.Writer, account string) {
	fmt.Fprintf(w, "\n登录名 Login (密码 password: %s)\n", demo.Password)
	for _, l := range demo.Logins() {
		if l.OrgCode == "33" || l.OrgCode == "1001" {
			fmt.Fprintf(w, "  %-16s %s\n", l.Login, demo.RoleName(l.Role))
		}
	}
	fmt.Fprintln(w, "  其他公司把 1001 换成 1002、1003、1004 · for the other companies replace 1001 by 1002, 1003, 1004")
	fmt.Fprintf(w, "\n邮件和短信只发到本机：另开终端运行 zhiyin sink，再看 http://%s/ · e-mails and SMS stay on this machine: run zhiyin sink beside it\n", demo.SinkHTTP)
	if account != "" {
		fmt.Fprintf(w, "\n客户自助服务 Customer portal: /service/  户号 account %s  服务密码 service password: %s；验证码登录请看 zhiyin sink · for a code by SMS look into zhiyin sink\n", account, demo.Password)
	}
	fmt.Fprintln(w)
}
