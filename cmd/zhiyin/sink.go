package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/zhiyin-power/zhiyin/internal/demo"
	"github.com/zhiyin-power/zhiyin/internal/infra/sink"
)

// newSinkCommand is zhiyin sink: takes what would be sent and shows it.
func newSinkCommand() *cobra.Command {
	var smtp, web string
	cmd := &cobra.Command{
		Use: "sink", Short: "接收并显示本应发出的邮件、短信和推送 · Take and show the e-mails, SMS and webhooks that would be sent", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			mails, err := net.Listen("tcp", smtp)
			if err != nil {
				return err
			}
			requests, err := net.Listen("tcp", web)
			if err != nil {
				return errors.Join(err, mails.Close())
			}
			fmt.Fprintf(cmd.OutOrStdout(), "邮件服务器 mail server  %s\n短信网关 SMS gateway   http://%s/sms\n查看 look at it        http://%s/\n\n", mails.Addr(), requests.Addr(), requests.Addr())
			s := &sink.Sink{Out: cmd.OutOrStdout()}
			g, ctx := errgroup.WithContext(cmd.Context())
			g.Go(func() error { return s.ServeSMTP(ctx, mails) })
			g.Go(func() error { return s.Serve(ctx, requests) })
			if err := g.Wait(); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&smtp, "smtp", demo.SinkSMTP, "address for e-mail / 邮件监听地址")
	cmd.Flags().StringVar(&web, "http", demo.SinkHTTP, "address for SMS, webhooks and the page / 短信、推送和页面监听地址")
	return cmd
}
