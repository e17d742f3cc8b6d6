package satisfaction

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/pls"
)

// codes reads the values of the constants of type Code in a file of package pls.
func codes(t *testing.T, file string) (values []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), "../../../pls/"+file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		return true
	})
	return values
}

// A code of package pls that can reach a user has a sentence: warnings as such,
// problems either of a model as it is written down or of an estimation.
func TestEveryCodeHasASentence(t *testing.T) {
	warnings := codes(t, "warnings.go")
	if len(warnings) < 20 {
		t.Fatalf("only %d warnings found", len(warnings))
	}
	for _, code := range append(warnings, string(pls.NotConverged), string(pls.SingularBlock)) {
		if !catalogue.Has("satisfaction.warning." + code) {
			t.Errorf("no sentence for the warning %s", code)
		}
	}
	// Never met here: the file is read by package survey, resamples are not given,
	// and estimates rest on answers.
	never := []string{"model_syntax", "csv_empty", "csv_quote", "csv_fields", "csv_number", "csv_delimiter", "bad_resample", "bad_correlation", "ragged_data", "duplicate_column", "not_finite", "not_converged"}
	problems := codes(t, "problem.go")
	if len(problems) < 30 {
		t.Fatalf("only %d problems found", len(problems))
	}
	for _, code := range problems {
		if !slices.Contains(never, code) && !catalogue.Has("satisfaction.problem."+code) && !catalogue.Has("problem.field.model_"+code) {
			t.Errorf("no sentence for the problem %s", code)
		}
	}
}

func TestWarningsInWords(t *testing.T) {
	zh, en := speaker{"zh", small()}, speaker{"en", small()}
	for _, c := range []struct {
		w      pls.Warning
		zh, en string
	}{
		{pls.Warning{Code: pls.ManyMissing, Construct: "Q", Item: "q1", Count: 50, Value: 0.05},
			"构念“质量”题目“q1”有 50 个回答缺失（5.0%），请核对这道题。", `Construct "质量", item "q1": 50 answers are missing (5.0%). Check the question.`},
		{pls.Warning{Code: pls.BlockMissing, Construct: "Q", Items: []string{"q1", "q2"}, Count: 1, Row: 417},
			"有 1 份答卷没有回答构念“质量”（q1、q2），首见第 417 份；按均值替代时它们取平均值。",
			`1 responses answer no item of construct "质量" (q1, q2), the first is number 417; with replacement by means they count as the mean.`},
		{pls.Warning{Code: pls.HighHTMT, Construct: "Q", Other: "S", Value: 0.95, Limit: 0.9}, "“质量”与“满意”的 HTMT 0.950 超过 0.900，两者难以区分。",
			`HTMT of "质量" and "满意" is 0.950, above 0.900: they are hardly told apart.`},
		{pls.Warning{Code: pls.SmallSample, Construct: "S", Value: 15, Limit: 20}, "构念“满意”：15 份答卷少于十倍法则要求的 20 份，请补充答卷或简化模型。",
			`Construct "满意": 15 responses are fewer than the 20 of the ten-times rule. Collect more, or simplify the model.`},
		{pls.Warning{Code: pls.FewResamples, Count: 999, Limit: 1000}, "有效的自助抽样只有 999 次，少于 1,000 次，区间较粗略。",
			"Only 999 resamples were used, fewer than 1,000: the intervals are rough."},
		{pls.Warning{Code: pls.SuspectCode, Construct: "Q", Item: "q1", Count: 1234, Row: 7, Value: 9999}, "构念“质量”题目“q1”的值 9999（1,234 处，首见第 7 份）像是缺失代码；若是，请重新导入并声明。",
			`Construct "质量", item "q1": 9999 (1,234 times, the first in response 7) looks like a code for missing. If so, import again and declare it.`},
		{pls.Warning{Code: pls.ResamplesSkipped, Count: 3, Value: 0.003, Items: []string{"constant_item", "not_converged"}}, "有 3 次自助抽样（0.3%）没有解而被跳过：有题目在抽样中没有差异、没有收敛。",
			"3 resamples (0.3%) had no solution and were skipped: an item without variance in the resample, no fixed point."},
		{pls.Warning{Code: pls.PathAboveOne, Construct: "S", Other: "Q", Value: -1.2, Limit: 1}, "路径“质量 → 满意”的系数 -1.200 超过 1，前因构念之间相关过高。",
			`Path "质量 → 满意": the coefficient -1.200 exceeds 1, so the predecessors nearly depend on each other.`},
	} {
		for s, want := range map[*speaker]string{&zh: c.zh, &en: c.en} {
			if got := s.warning(c.w); got.Text != want || got.Tone != Caution || got.Code != string(c.w.Code) {
				t.Errorf("%s: got  %q\nwant %q", s.lang, got.Text, want)
			}
		}
	}
}

// Every warning is a whole sentence whatever its parameters are.
func TestNoWarningLeavesAPlaceOpen(t *testing.T) {
	full := pls.Warning{Construct: "Q", Other: "S", Item: "q1", Items: []string{"q1"}, Row: 1, Count: 2, Value: 0.5, Limit: 0.9}
	for _, code := range codes(t, "warnings.go") {
		full.Code = pls.Code(code)
		for _, lang := range []string{"zh", "en"} {
			if text := (speaker{lang, small()}).warning(full).Text; strings.ContainsAny(text, "{}") || strings.HasPrefix(text, "satisfaction.") {
				t.Errorf("%s: %q", code, text)
			}
		}
	}
}

func TestProblemsInWords(t *testing.T) {
	zh := speaker{"zh", small()}
	for _, c := range []struct {
		p    pls.Problem
		want string
	}{
		{pls.Problem{Code: pls.UnknownItem, Construct: "Q", Item: "q1", At: "constructs[0].indicators[0]"}, "构念“质量”的题目“q1”没有答卷数据（constructs[0].indicators[0]）。请在导入时为它指定一列，或从模型中去掉。"},
		{pls.Problem{Code: pls.OutsideScale, Construct: "Q", Item: "q1", Row: 3, Count: 2, Value: -99}, "构念“质量”题目“q1”有 2 个值超出量表，首见第 3 份：-99。请核对量表后重新导入。"},
		{pls.Problem{Code: pls.TooFewCases, Construct: "S", Count: 2, Value: 4}, "答卷太少：2 份，构念“满意”至少需要 4 份。请补充答卷或简化模型。"},
		{pls.Problem{Code: pls.SingularBlock, Construct: "Q", Items: []string{"q1", "q2"}}, "形成型构念“质量”的题目 q1、q2 线性相关，请去掉其中一个。"},
		{pls.Problem{Code: pls.ConstantItem, Construct: "Q", Item: "q2", Value: 5}, "构念“质量”题目“q2”的回答全部相同（5），无法估计。请从模型中去掉。"},
		{pls.Problem{Code: pls.NoData}, "没有可用的答卷：按个案删除后一份不剩。请改用按均值替代，或补充答卷。"},
	} {
		if got := zh.problem(c.p); got.Text != c.want || got.Tone != Bad {
			t.Errorf("got  %q\nwant %q", got.Text, c.want)
		}
	}
}
