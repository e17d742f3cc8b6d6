package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/pls"
)

// shippedModel returns a satisfaction model by the name it is shipped under.
type shippedModel func(name string) (pls.Model, bool)

// estimateFlags are the flags of the command as given.
type estimateFlags struct {
	model, data, scale, indices string
	scheme, missing             string
	missingCodes                []float64
	boot                        int
	seed                        uint64
	level                       float64
	json                        bool
}

// newEstimateCommand is zhiyin estimate: from a survey file to weights, paths, reliability and the satisfaction index
// without a database. Refused input leaves standard output empty and makes the exit code non-zero.
func newEstimateCommand(shipped shippedModel) *cobra.Command {
	var f estimateFlags
	cmd := &cobra.Command{
		Use:   "estimate --model MODEL --data FILE.csv",
		Short: "由调查数据估计满意度模型 · Estimate a satisfaction model from a survey file",
		Long: `由 CSV 调查数据(UTF-8 或 GB18030)估计 PLS 路径模型:权重、载荷、路径、信度与 0–100 满意度指数。
MODEL 是随程序提供的模型(acsi、ecsi、scsb),或 JSON 模型文件。

Estimates a PLS path model from a CSV survey file (UTF-8 or GB18030): weights, loadings, paths, reliability
and the satisfaction index on 0 to 100. MODEL is a shipped model (acsi, ecsi, scsb) or a JSON file:
{"constructs": [{"name": "Quality", "mode": "A", "indicators": ["Q1", "Q2"]}, …],
 "paths": [{"from": "Quality", "to": "Satisfaction"}, …], "scale": {"min": 1, "max": 10}}`,
		Example: `  zhiyin estimate --model ecsi.json --data survey.csv --scale 1:10
  zhiyin estimate --model ecsi.json --data survey.csv --scale 1:10 --boot 5000 --seed 1 --json > result.json`,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(cmd.Context(), cmd.OutOrStdout(), shipped)
		},
	}
	f.register(cmd)
	return cmd
}

func (f *estimateFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.model, "model", "", "模型名或 JSON 文件 · shipped name or JSON file")
	flags.StringVar(&f.data, "data", "", "CSV 数据文件 · CSV file with a header row")
	flags.StringVar(&f.scheme, "scheme", "path", "内部权重方案 · inner weights: path|centroid|factorial")
	flags.StringVar(&f.missing, "missing", "mean", "缺失值处理 · missing answers: mean|casewise")
	flags.Float64SliceVar(&f.missingCodes, "missing-code", nil, "表示缺失的数值,可重复 · number that stands for missing, repeatable")
	flags.StringVar(&f.scale, "scale", "", "量表两端,如 1:10;缺省时用模型中的量表 · ends of the scale; default that of the model")
	flags.IntVar(&f.boot, "boot", 0, "自助抽样次数 · number of bootstrap resamples")
	flags.Uint64Var(&f.seed, "seed", pls.DefaultSeed, "随机种子 · seed of the resamples")
	flags.Float64Var(&f.level, "level", 0.95, "置信水平 · level of the intervals")
	flags.StringVar(&f.indices, "indices", "", "给定的重抽样,每行一次,行号从 0 起 · given resamples, one per line, 0-based cases")
	flags.BoolVar(&f.json, "json", false, "输出一个 JSON 对象 · print one JSON object")
	cmd.MarkFlagsMutuallyExclusive("boot", "indices")
	for _, name := range []string{"model", "data"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag was registered above
		}
	}
}

// run reads, estimates and prints.
func (f *estimateFlags) run(ctx context.Context, out io.Writer, shipped shippedModel) error {
	sample, err := f.sample(shipped)
	if err != nil {
		return explain(err)
	}
	result, err := sample.Estimate()
	if err != nil {
		return explain(err)
	}
	boot, err := f.bootstrap(ctx, sample)
	if err != nil {
		return explain(err)
	}
	if f.json {
		return result.Report(boot).WriteJSON(out)
	}
	return writeTables(out, tablesInput{
		data: filepath.Base(f.data), scheme: f.scheme, missing: f.missing, sample: sample, result: result, boot: boot,
	})
}

// sample reads model and data.
func (f *estimateFlags) sample(shipped shippedModel) (*pls.Sample, error) {
	model, err := readModel(f.model, shipped)
	if err != nil {
		return nil, err
	}
	if f.scale != "" {
		if model.Scale, err = parseScale(f.scale); err != nil {
			return nil, err
		}
	}
	data, err := readData(f.data, model.Items())
	if err != nil {
		return nil, err
	}
	return pls.Prepare(model, data, pls.Options{
		Scheme: pls.Scheme(f.scheme), Missing: pls.Missing(f.missing), MissingCodes: f.missingCodes,
	})
}

// bootstrap returns nil where none was asked for.
func (f *estimateFlags) bootstrap(ctx context.Context, sample *pls.Sample) (*pls.Bootstrap, error) {
	o := pls.BootstrapOptions{Resamples: f.boot, Seed: f.seed, Level: f.level}
	if f.indices != "" {
		var err error
		if o.Indices, err = readIndices(f.indices); err != nil {
			return nil, err
		}
	}
	if o.Resamples == 0 && f.indices == "" {
		return nil, nil
	}
	return sample.Bootstrap(ctx, o)
}

// inputError is refused input with its text in both languages.
type inputError struct{ zh, en string }

func (e inputError) Error() string { return e.zh + "\n" + e.en }

// openText opens a text file of any usual encoding as UTF-8.
func openText(name string) (io.Reader, io.Closer, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	text, _, err := cn.DecodeText(file)
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return text, file, nil
}

// readModel takes a shipped model by its name, else a file.
func readModel(name string, shipped shippedModel) (pls.Model, error) {
	if m, ok := shipped(name); ok {
		return m, nil
	}
	text, file, err := openText(name)
	if errors.Is(err, fs.ErrNotExist) {
		return pls.Model{}, inputError{
			zh: fmt.Sprintf("「%s」既不是随程序提供的模型(%s),也不是文件。请核对 --model。", name, strings.Join(satisfaction.ShippedNames(), "、")),
			en: fmt.Sprintf("%q is neither a shipped model (%s) nor a file. Check --model.", name, strings.Join(satisfaction.ShippedNames(), ", ")),
		}
	}
	if err != nil {
		return pls.Model{}, err
	}
	defer file.Close()
	return pls.ReadModel(text)
}

func readData(name string, items []string) (pls.Dataset, error) {
	text, file, err := openText(name)
	if err != nil {
		return pls.Dataset{}, err
	}
	defer file.Close()
	return pls.ReadCSV(text, items)
}

// parseScale reads MIN:MAX; whether the ends make sense is checked with the model.
func parseScale(s string) (*pls.Scale, error) {
	lo, hi, found := strings.Cut(s, ":")
	low, errLow := strconv.ParseFloat(lo, 64)
	high, errHigh := strconv.ParseFloat(hi, 64)
	if !found || errLow != nil || errHigh != nil {
		return nil, inputError{
			zh: fmt.Sprintf("--scale「%s」无法识别。请写成 最小:最大,如 1:10。", s),
			en: fmt.Sprintf("--scale %q is not understood. Write MIN:MAX, such as 1:10.", s),
		}
	}
	return &pls.Scale{Min: low, Max: high}, nil
}

// readIndices reads one resample per line: 0-based positions of the cases used, separated by commas.
func readIndices(name string) ([][]int, error) {
	text, file, err := openText(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(text)
	if err != nil {
		return nil, err
	}
	var out [][]int
	line := 0
	for row := range strings.Lines(string(content)) {
		line++
		if row = strings.TrimSpace(row); row == "" {
			continue
		}
		var cases []int
		for cell := range strings.SplitSeq(row, ",") {
			i, err := strconv.Atoi(strings.TrimSpace(cell))
			if err != nil {
				return nil, inputError{
					zh: fmt.Sprintf("「%s」第 %d 行第 %d 个值「%s」不是整数。请写从 0 起的个案序号,以逗号分隔。", filepath.Base(name), line, len(cases)+1, cell),
					en: fmt.Sprintf("%s, line %d, value %d: %q is no whole number. Write 0-based case numbers separated by commas.", filepath.Base(name), line, len(cases)+1, cell),
				}
			}
			cases = append(cases, i)
		}
		out = append(out, cases)
	}
	if len(out) == 0 {
		return nil, inputError{
			zh: fmt.Sprintf("「%s」中没有重抽样。请每行写一次重抽样的个案序号。", filepath.Base(name)),
			en: fmt.Sprintf("%s holds no resample. Write the case numbers of one resample on each line.", filepath.Base(name)),
		}
	}
	return out, nil
}
