package main

import (
	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/bench"
)

// newBenchCommand is zhiyin bench NAME: each makes its own data from a seed.
func newBenchCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "bench", Short: "性能测试 · Measure the program"}
	cmd.PersistentFlags().Bool("json", false, "one JSON object a line / 每行一个 JSON 对象")
	cmd.PersistentFlags().Uint64("seed", 1, "seed of the data / 数据种子")
	cmd.AddCommand(newBenchPLSCommand())
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
