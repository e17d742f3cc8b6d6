package main

import (
	"context"
	"fmt"
	"net"
	"os"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
)

// newServeCommand is zhiyin serve: the server, until it is interrupted.
func newServeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "serve", Short: "启动服务 · Start the server", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App) error { return listenAndServe(ctx, cmd, a) })
		},
	}
	config.Flags(cmd.Flags())
	config.ServeFlags(cmd.Flags())
	return cmd
}

func listenAndServe(ctx context.Context, cmd *cobra.Command, a *app.App) error {
	l, err := net.Listen("tcp", a.Config.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", a.Config.Listen, err)
	}
	scheme := "http"
	if a.Config.TLSCert != "" {
		scheme = "https"
	}
	fmt.Fprintf(cmd.OutOrStdout(), "知音 Zhiyin %s: %s://%s\n", app.Version, scheme, l.Addr())
	return a.Serve(ctx, l)
}

// newMigrateCommand is zhiyin migrate: bring the database to this version.
func newMigrateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "migrate", Short: "升级数据库结构 · Bring the database schema to this version", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd, func(context.Context, *app.App) error { return nil })
		},
	}
	config.Flags(cmd.Flags())
	return cmd
}

// newInitCommand is zhiyin init: the first organisation and its administrator.
func newInitCommand() *cobra.Command {
	var code, name, level, login string
	cmd := &cobra.Command{
		Use: "init --org-code CODE --org-name NAME", Args: cobra.NoArgs,
		Short: "建立第一个单位和三位管理员 · Make the first organisation and its three administrators",
		Long: `在空数据库中建立第一个单位和三位管理员：系统管理员（--login）、安全管理员 security（管理用户）
和审计管理员 auditor。初始密码取自环境变量 ZHIYIN_ADMIN_PASSWORD，三人首次登录时各自修改，并设置双重验证。

Makes the first organisation and its three administrators in an empty database: of
the system (--login), of security (security; he manages users) and of audit
(auditor). Their first password is taken from the environment variable
ZHIYIN_ADMIN_PASSWORD; each changes it when he first signs in, and sets up a second
factor.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd, func(ctx context.Context, a *app.App) error {
				return a.Access.Found(ctx, org.CreateInput{Level: org.Level(level), Code: code, Name: name},
					access.UserInput{Login: login, Name: "系统管理员", Password: os.Getenv("ZHIYIN_ADMIN_PASSWORD")})
			})
		},
	}
	config.Flags(cmd.Flags())
	cmd.Flags().StringVar(&code, "org-code", "", "code of the organisation, e.g. 1001 / 单位编码")
	cmd.Flags().StringVar(&name, "org-name", "", "its name / 单位名称")
	cmd.Flags().StringVar(&level, "level", string(org.County), "province or county / 级别")
	cmd.Flags().StringVar(&login, "login", "admin", "login name of the system administrator / 系统管理员登录名")
	for _, f := range []string{"org-code", "org-name"} {
		if err := cmd.MarkFlagRequired(f); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return cmd
}

// newOpenAPICommand is zhiyin openapi: the API's document, for generators.
func newOpenAPICommand() *cobra.Command {
	return &cobra.Command{
		Use: "openapi", Short: "输出 OpenAPI 文档 · Print the OpenAPI document", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := os.MkdirTemp("", "zhiyin-openapi-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			a, err := app.New(cmd.Context(), config.Config{Data: dir}, app.Options{})
			if err != nil {
				return err
			}
			raw, err := a.API().OpenAPI()
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), string(raw))
			return a.Close()
		},
	}
}
