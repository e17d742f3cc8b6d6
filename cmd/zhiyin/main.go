// Command zhiyin is the customer-relations platform for electric power supply
// companies: server, tools and benchmarks in one file.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/internal/infra/config"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return exitCodeOf(newRootCommand().ExecuteContext(ctx), os.Stderr)
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use: "zhiyin", Short: "知音：供电企业客户关系与服务平台 · Customer relations and service for electric power supply companies",
		Version: app.Version, SilenceErrors: true, SilenceUsage: true,
	}
	root.AddCommand(newServeCommand(), newDemoCommand(), newInitCommand(), newMigrateCommand(), newOpenAPICommand(), newBenchCommand(), newImportCommand(), newSinkCommand(),
		newBackupCommand(), newRestoreCommand(), newKeysCommand(),
		newDeadlineCommand(), newEstimateCommand(satisfaction.Shipped), newVerifyCommand())
	return root
}

// exitCodeOf prints an error, unless what there is to say has been said.
func exitCodeOf(err error, to io.Writer) int {
	var code exitCode
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintln(to, explainFault(err))
	return int(exitFailed)
}

// exitCode ends the program with a code of its own, without a further word.
type exitCode int

const exitFailed exitCode = 1

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// withApp runs fn with the program built as the command's flags say.
func withApp(cmd *cobra.Command, fn func(ctx context.Context, a *app.App) error) (err error) {
	c, err := config.Load(cmd.Flags())
	if err != nil {
		return err
	}
	a, err := app.New(cmd.Context(), c, app.Options{})
	if err != nil {
		return err
	}
	defer func() {
		if cerr := a.Close(); err == nil {
			err = cerr
		}
	}()
	return fn(cmd.Context(), a)
}
