package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/pls"
)

// estimateText has a sentence in Chinese and English for every code of package pls, with what to do about it.
// Placeholders are the parameters of the problem or warning.
var estimateText = map[pls.Code]inputError{
	pls.ModelSyntax: {
		"模型文件不是有效的 JSON:{detail}。", "The model file is not valid JSON: {detail}."},
	pls.NoConstruct: {
		"模型没有构念。请在 constructs 中列出构念及其指标。", "The model has no construct. List constructs with their indicators."},
	pls.NoPath: {
		"模型没有路径。请在 paths 中列出 from 与 to。", "The model has no path. List paths with from and to."},
	pls.BadName: {
		"{at}:名称「{construct}」不可用。名称不得为空,也不得含「->」或「~」。", `{at}: the name "{construct}" cannot be used. It must not be empty nor hold "->" or "~".`},
	pls.DuplicateName: {
		"{at}:构念「{construct}」重复。请改名或合并。", `{at}: construct "{construct}" is given twice. Rename or merge it.`},
	pls.BadMode: {
		"{at}:构念「{construct}」的 mode「{detail}」无效。反映型写 A,形成型写 B。", `{at}: mode "{detail}" of construct "{construct}" is unknown. Write A (reflective) or B (formative).`},
	pls.EmptyBlock: {
		"{at}:构念「{construct}」没有指标。请至少指定一个。", `{at}: construct "{construct}" has no indicator. Give at least one.`},
	pls.ItemTwice: {
		"{at}:指标「{item}」在构念「{construct}」中出现两次。请删去一个。", `{at}: item "{item}" stands twice in construct "{construct}". Remove one.`},
	pls.ItemInTwoBlocks: {
		"{at}:指标「{item}」既属于「{other}」又属于「{construct}」。一个指标只能属于一个构念。", `{at}: item "{item}" belongs to "{other}" and to "{construct}". An item belongs to one construct only.`},
	pls.UnknownConstruct: {
		"{at}:没有名为「{construct}」的构念。请核对拼写。", `{at}: there is no construct "{construct}". Check the spelling.`},
	pls.SelfPath: {
		"{at}:路径从「{construct}」指向自身。请删去。", `{at}: the path leads from "{construct}" to itself. Remove it.`},
	pls.DuplicatePath: {
		"{at}:路径「{construct} -> {other}」重复。请删去一条。", `{at}: the path "{construct} -> {other}" is given twice. Remove one.`},
	pls.Cycle: {
		"路径成环:{detail}。请删去其中一条。", "The paths form a cycle: {detail}. Remove one of them."},
	pls.Isolated: {
		"{at}:构念「{construct}」没有任何路径。请连接或删去。", `{at}: construct "{construct}" has no path. Connect it or take it out.`},
	pls.BadScale: {
		"量表 {detail} 无效:最小值须小于最大值。", "The scale {detail} is invalid: its minimum must be less than its maximum."},
	pls.BadOption: {
		"选项 {item} 的值「{given}」无效。见 zhiyin estimate --help。", `Option {item} cannot be "{given}". See zhiyin estimate --help.`},
	pls.NoData: {
		"没有可用的个案。文件为空,或按个案删除后无剩余;可改用 --missing mean。", "There is no case to use. The file is empty or casewise deletion leaves none; try --missing mean."},
	pls.RaggedData: {
		"数据各列长度不同({construct} {item}:{count})。", "Columns differ in length ({construct} {item}: {count})."},
	pls.UnknownItem: {
		"数据文件中没有列「{item}」(构念「{construct}」,{at})。请核对表头,或从模型中删去该指标。", `The data have no column "{item}" (construct "{construct}", {at}). Check the header or take the item out of the model.`},
	pls.DuplicateColumn: {
		"列「{item}」在第 {column} 列重复出现。请改名或删去一列。", `Column "{item}" appears again as column {column}. Rename or remove one.`},
	pls.NotFinite: {
		"构念「{construct}」指标「{item}」第 {row} 行数据的值为无穷大。请改正。", `Construct "{construct}", item "{item}": the value in data row {row} is infinite. Correct it.`},
	pls.OutsideScale: {
		"构念「{construct}」指标「{item}」第 {row} 行数据的值 {value} 超出量表(共 {count} 处)。请改正数据或 --scale;若该值表示缺失,请加 --missing-code {value}。",
		`Construct "{construct}", item "{item}": the value {value} in data row {row} lies outside the scale ({count} such values). Correct the data or --scale; if the value means missing, add --missing-code {value}.`},
	pls.ItemAllMissing: {
		"构念「{construct}」指标「{item}」全部缺失。请从模型中删去或补充数据。", `Construct "{construct}", item "{item}": every answer is missing. Take the item out of the model or supply data.`},
	pls.TooFewCases: {
		"个案太少:{count} 个,构念「{construct}」的回归至少需要 {value} 个。", `Too few cases: {count}, and the regression of construct "{construct}" needs at least {value}.`},
	pls.ConstantItem: {
		"构念「{construct}」指标「{item}」所有答案相同,无法估计。请从模型中删去。", `Construct "{construct}", item "{item}": all answers are the same. Take the item out of the model.`},
	pls.SingularBlock: {
		"构念「{construct}」的指标 {items} 线性相关。形成型(B)构念须删去其中之一。", `The items {items} of construct "{construct}" depend on each other linearly. A formative (B) construct must drop one of them.`},
	pls.SingularInner: {
		"构念「{construct}」的前因相互线性相关(「{other}」可由其余前因得出)。请删去一条路径。", `The predecessors of construct "{construct}" depend on each other linearly ("{other}" follows from the rest). Remove a path.`},
	pls.DegenerateBlock: {
		"构念「{construct}」的指标与相邻构念毫不相关,无法得到权重。请核对模型与数据。", `The items of construct "{construct}" do not correlate with its neighbours, so there are no weights. Check model and data.`},
	pls.NotConverged: {
		"迭代 {count} 次后仍未收敛,结果不可靠。请检查模型或换一种 --scheme。", "No fixed point after {count} iterations; the result is not reliable. Check the model or try another --scheme."},
	pls.BadCorrelation: {
		"相关矩阵无效:须为对称方阵,对角线为 1。", "The correlation matrix is invalid: it must be square and symmetric with a unit diagonal."},
	pls.BadResample: {
		"重抽样文件第 {row} 行{resample_zh}。", "Resample file, line {row}: {resample_en}."},
	pls.CSVEmpty: {
		"数据文件为空。第一行应为表头。", "The data file is empty. Its first line must be a header."},
	pls.CSVQuote: {
		"第 {row} 行数据第 {column} 个字节处引号不配对。含逗号或引号的单元格须整体加引号,其中的引号写两次。", "Data row {row}, byte {column} of its line: broken quoting. Quote a cell that holds commas or quotes and double the quotes inside."},
	pls.CSVFields: {
		"第 {row} 行数据有 {count} 个单元格,表头有 {value} 个。文件可能被截断或含多余逗号。", "Data row {row} has {count} cells, the header has {value}. The file may be cut off or hold stray commas."},
	pls.CSVNumber: {
		"第 {row} 行数据第 {column} 列(指标「{item}」)的「{detail}」不是数字。请改成数字,缺失留空。", `Data row {row}, column {column} (item "{item}"): "{detail}" is no number. Write a number, or leave the cell empty if missing.`},
	pls.CSVDelimiter: {
		"数据文件不是以逗号分隔。请另存为逗号分隔的 CSV。", "The data file is not separated by commas. Save it as comma-separated CSV."},

	pls.FewCases: {
		"个案({value})少于指标({limit}),结果只作描述。", "There are fewer cases ({value}) than items ({limit}): read the result as a description only."},
	pls.SmallSample: {
		"构念「{construct}」:{value} 个个案少于十倍法则要求的 {limit} 个。", `Construct "{construct}": {value} cases are fewer than the {limit} of the ten-times rule.`},
	pls.MissingReplaced: {
		"{count} 个缺失答案({share})以该指标的均值替代。", "{count} missing answers ({share}) were replaced by the mean of their item."},
	pls.ManyMissing: {
		"构念「{construct}」指标「{item}」有 {share} 的答案缺失({count} 个)。", `Construct "{construct}", item "{item}": {share} of the answers are missing ({count}).`},
	pls.CasesDropped: {
		"因缺失删去 {count} 个个案({share})。", "{count} cases ({share}) were dropped for missing answers."},
	pls.BlockMissing: {
		"构念「{construct}」({items})未获任何回答的个案:{count} 个,首见第 {row} 行数据。", `Cases without any answer to construct "{construct}" ({items}): {count}, the first in data row {row}.`},
	pls.SuspectCode: {
		"构念「{construct}」指标「{item}」第 {row} 行数据的 {value}(共 {count} 处)像是缺失代码。若是,请加 --missing-code {value}。",
		`Construct "{construct}", item "{item}": {value} in data row {row} ({count} times) looks like a code for missing. If so, add --missing-code {value}.`},
	pls.NearConstant: {
		"构念「{construct}」指标「{item}」有 {share} 的答案相同。", `Construct "{construct}", item "{item}": {share} of the answers are the same.`},
	pls.NegativeWeight: {
		"构念「{construct}」指标「{item}」的权重为负({value}),该构念的指数不宜解读。", `Construct "{construct}", item "{item}" has a negative weight ({value}): the index of this construct should not be read.`},
	pls.NegativeLoading: {
		"构念「{construct}」指标「{item}」的载荷为负({value})。是否为反向题?", `Construct "{construct}", item "{item}" has a negative loading ({value}). Is it worded the other way?`},
	pls.LowLoading: {
		"构念「{construct}」指标「{item}」的载荷 {value} 低于 {limit},可考虑删去。", `Construct "{construct}", item "{item}": the loading {value} is below {limit}. Consider dropping it.`},
	pls.LowReliability: {
		"构念「{construct}」的组合信度 {value} 低于 {limit}。", `Construct "{construct}": rho_C {value} is below {limit}.`},
	pls.LowAVE: {
		"构念「{construct}」的平均方差抽取量 AVE {value} 低于 {limit}。", `Construct "{construct}": AVE {value} is below {limit}.`},
	pls.RhoAOutOfRange: {
		"构念「{construct}」的 rho_A {value} 不在 0 与 1 之间。", `Construct "{construct}": rho_A {value} is not between 0 and 1.`},
	pls.NegativeAlpha: {
		"构念「{construct}」的 α 为负({value}):指标之间负相关。", `Construct "{construct}": alpha is negative ({value}), so its items correlate negatively.`},
	pls.PathAboveOne: {
		"路径「{other} -> {construct}」的系数 {value} 超过 1:前因之间高度相关。", `Path "{other} -> {construct}": the coefficient {value} exceeds 1, so the predecessors nearly depend on each other.`},
	pls.HighInnerVIF: {
		"「{construct}」的前因「{other}」的 VIF {value} 达到 {limit}。", `Predecessor "{other}" of "{construct}": VIF {value} reaches {limit}.`},
	pls.HighItemVIF: {
		"形成型构念「{construct}」指标「{item}」的 VIF {value} 达到 {limit}。", `Formative construct "{construct}", item "{item}": VIF {value} reaches {limit}.`},
	pls.HighHTMT: {
		"「{construct}」与「{other}」的 HTMT {value} 超过 {limit},两者难以区分。", `HTMT of "{construct}" and "{other}" is {value}, above {limit}: they are hardly told apart.`},
	pls.UndefinedHTMT: {
		"「{construct}」与「{other}」的 HTMT 无定义:构念内部指标不相关。", `HTMT of "{construct}" and "{other}" is undefined: items within a block do not correlate.`},
	pls.FewResamples: {
		"有效重抽样 {count} 次,少于 {limit} 次,区间较粗略。", "{count} resamples were used, fewer than {limit}: the intervals are rough."},
	pls.ResamplesSkipped: {
		"跳过 {count} 次重抽样({share}),原因:{reasons_zh}。", "{count} resamples ({share}) were skipped: {reasons_en}."},
}

// skipReason says in a few words why a resample has no solution.
var skipReason = map[pls.Code]inputError{
	pls.ConstantItem:    {"指标无变异", "an item without variance"},
	pls.SingularBlock:   {"形成型构念的指标线性相关", "a formative block whose items depend on each other"},
	pls.SingularInner:   {"前因线性相关", "predecessors that depend on each other"},
	pls.DegenerateBlock: {"构念与相邻构念不相关", "a block without correlation to its neighbours"},
	pls.NotConverged:    {"未收敛", "no fixed point"},
}

// fill puts the parameters into both sentences.
func (t inputError) fill(params ...string) inputError {
	r := strings.NewReplacer(params...)
	return inputError{zh: r.Replace(t.zh), en: r.Replace(t.en)}
}

// problemText is the text of a problem.
func problemText(p pls.Problem) inputError {
	value := strconv.FormatFloat(float64(p.Value), 'g', -1, 64)
	given := p.Detail
	if given == "" && p.Count != 0 {
		given = strconv.Itoa(p.Count)
	} else if given == "" {
		given = value
	}
	zh := fmt.Sprintf("第 %d 个值 %s 超出个案范围。序号从 0 起,小于个案数", p.Column, value)
	en := fmt.Sprintf("value %d, %s, is no case. Cases count from 0 to one less than their number", p.Column, value)
	if p.Column == 0 {
		zh = fmt.Sprintf("有 %d 个值,应与个案数 %s 相同", p.Count, value)
		en = fmt.Sprintf("%d values, and there must be as many as cases, %s", p.Count, value)
	}
	return estimateText[p.Code].fill(
		"{construct}", p.Construct, "{other}", p.Other, "{item}", p.Item, "{items}", strings.Join(p.Items, ", "),
		"{at}", p.At, "{detail}", p.Detail, "{given}", given, "{value}", value,
		"{row}", strconv.Itoa(p.Row), "{column}", strconv.Itoa(p.Column), "{count}", strconv.Itoa(p.Count),
		"{resample_zh}", zh, "{resample_en}", en,
	)
}

// warningText is the text of a warning.
func warningText(w pls.Warning) inputError {
	value := strconv.FormatFloat(float64(w.Value), 'g', 4, 64)
	if v := float64(w.Value); v == math.Trunc(v) {
		value = strconv.FormatFloat(v, 'f', 0, 64)
	}
	var zh, en []string
	for _, reason := range w.Items {
		zh, en = append(zh, skipReason[pls.Code(reason)].zh), append(en, skipReason[pls.Code(reason)].en)
	}
	return estimateText[w.Code].fill(
		"{construct}", w.Construct, "{other}", w.Other, "{item}", w.Item, "{items}", strings.Join(w.Items, ", "),
		"{reasons_zh}", strings.Join(zh, "、"), "{reasons_en}", strings.Join(en, ", "), "{value}", value, "{limit}", strconv.FormatFloat(float64(w.Limit), 'g', -1, 64),
		"{share}", strconv.FormatFloat(100*float64(w.Value), 'f', 1, 64)+" %",
		"{row}", strconv.Itoa(w.Row), "{count}", strconv.Itoa(w.Count),
	)
}

// maxProblems bounds the problems that are printed.
const maxProblems = 20

// explain puts refused input into words; other errors stay what they are.
func explain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return inputError{
			zh: fmt.Sprintf("文件「%s」无法读取:%v。请核对路径与权限。", path.Path, path.Err),
			en: fmt.Sprintf("The file %q cannot be read: %v. Check path and permission.", path.Path, path.Err),
		}
	}
	var text *cn.TextError
	if errors.As(err, &text) {
		return inputError{
			zh: fmt.Sprintf("第 %d 行无法按 %s 解码。请另存为 UTF-8 或 GB18030 的 CSV(不是 XLSX)。", text.Line, text.Encoding),
			en: fmt.Sprintf("Line %d cannot be read as %s. Save the file as CSV in UTF-8 or GB18030, not XLSX.", text.Line, text.Encoding),
		}
	}
	var problems pls.Problems
	if !errors.As(err, &problems) {
		return err
	}
	var lines []string
	for _, p := range problems[:min(len(problems), maxProblems)] {
		lines = append(lines, problemText(p).Error())
	}
	if more := len(problems) - maxProblems; more > 0 {
		lines = append(lines, fmt.Sprintf("另有 %d 处问题。\n%d more problems.", more, more))
	}
	return errors.New(strings.Join(lines, "\n"))
}
