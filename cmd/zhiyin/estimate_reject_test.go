package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/pls"
)

const smallModel = `{"constructs": [{"name": "质量", "mode": "A", "indicators": ["q1", "q2"]},
	{"name": "满意", "mode": "A", "indicators": ["s1"]}], "paths": [{"from": "质量", "to": "满意"}]}`

const smallData = "q1,q2,s1\n5,6,5\n7,8,8\n3,4,2\n9,7,9\n4,4,5\n8,9,7\n"

// refusedInput are broken models, data and flags and what is said of them.
var refusedInput = []struct {
	name, model, data string
	args, want        []string
}{
	{"unknown item", strings.Replace(smallModel, "q2", "q9", 1), smallData, nil,
		[]string{"没有列「q9」", "constructs[0].indicators[1]", `no column "q9"`, "Check the header"}},
	{"item in two blocks", strings.Replace(smallModel, "s1", "q1", 1), smallData, nil,
		[]string{"「q1」既属于「质量」又属于「满意」", "constructs[1].indicators[0]"}},
	{"cycle", strings.Replace(smallModel, `"paths": [`, `"paths": [{"from": "满意", "to": "质量"}, `, 1), smallData, nil,
		[]string{"质量 -> 满意 -> 质量", "form a cycle"}},
	{"empty block", strings.Replace(smallModel, `"s1"`, "", 1), smallData, nil, []string{"「满意」没有指标", "constructs[1].indicators"}},
	{"no JSON", "{", smallData, nil, []string{"不是有效的 JSON"}},
	{"outside the scale", smallModel, strings.Replace(smallData, "3,4,2", "3,-99,2", 1), []string{"--scale", "1:10"},
		[]string{"「质量」指标「q2」第 3 行数据的值 -99 超出量表(共 1 处)", "--missing-code -99", "data row 3"}},
	{"scale turned round", smallModel, smallData, []string{"--scale", "10:1"}, []string{"量表 10:1 无效"}},
	{"scale not understood", smallModel, smallData, []string{"--scale", "1-10"}, []string{"「1-10」无法识别", "1:10"}},
	{"all missing", smallModel, strings.NewReplacer(",6,", ",,", ",8,", ",,", ",4,", ",,", ",7,9", ",,9", ",9,", ",,").Replace(smallData),
		nil, []string{"「q2」全部缺失", "every answer is missing"}},
	{"constant", smallModel, "q1,q2,s1\n5,6,5\n5,8,8\n5,4,2\n5,7,9\n", nil, []string{"「q1」所有答案相同"}},
	{"too few", smallModel, "q1,q2,s1\n5,6,5\n7,8,8\n", nil, []string{"个案太少:2 个", "at least 3"}},
	{"text", smallModel, strings.Replace(smallData, "9,7,9", "9,很好,9", 1), nil, []string{"第 4 行数据第 2 列(指标「q2」)的「很好」不是数字"}},
	{"cut off", smallModel, smallData + "5,", nil, []string{"第 7 行数据有 2 个单元格,表头有 3 个", "cut off"}},
	{"quoting", smallModel, smallData + "\"5,5,5\n", nil, []string{"引号不配对", "broken quoting"}},
	{"semicolons", smallModel, strings.ReplaceAll(smallData, ",", ";"), nil, []string{"不是以逗号分隔"}},
	{"empty", smallModel, "", nil, []string{"数据文件为空"}},
	{"spreadsheet", smallModel, "PK\x03\x04\x00\x00", nil, []string{"第 1 行无法按", "not XLSX"}},
	{"scheme", smallModel, smallData, []string{"--scheme", "x"}, []string{"选项 scheme 的值「x」无效"}},
	{"level", smallModel, smallData, []string{"--boot", "5", "--level", "95"}, []string{"选项 level 的值「95」无效"}},
	{"resamples", smallModel, smallData, []string{"--boot", "-5"}, []string{"选项 resamples 的值「-5」无效"}},
	{"both", smallModel, smallData, []string{"--boot", "5", "--indices", "x"}, []string{"boot indices"}},
}

// Refused input prints nothing on standard output and says in both languages what is wrong, where, and what to do.
func TestRefusedInputNamesPlaceAndRemedy(t *testing.T) {
	for _, c := range refusedInput {
		t.Run(c.name, func(t *testing.T) {
			args := append(c.args, "--json", "--model", writeFile(t, "m.json", []byte(c.model)), "--data", writeFile(t, "d.csv", []byte(c.data)))
			out, err := estimate(t, noModels, args...)
			if err == nil || out != "" {
				t.Fatalf("error %v, output %q", err, out)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in:\n%v", want, err)
				}
			}
			if strings.ContainsAny(err.Error(), "{}") && c.name != "no JSON" {
				t.Errorf("a placeholder was left in:\n%v", err)
			}
		})
	}
}

func TestUndeclaredCodeIsSuspectedWithoutAScale(t *testing.T) {
	model := writeFile(t, "m.json", []byte(smallModel))
	data := writeFile(t, "d.csv", []byte(strings.Replace(smallData, "3,4,2", "3,-99,2", 1)))
	got := parse(t, mustEstimate(t, "--model", model, "--data", data, "--json"))
	i := slices.IndexFunc(got.Warnings, func(w pls.Warning) bool { return w.Code == pls.SuspectCode })
	if i < 0 || got.Warnings[i].Item != "q2" || got.Warnings[i].Construct != "质量" || got.Warnings[i].Row != 3 || got.Warnings[i].Value != -99 {
		t.Errorf("warnings %+v", got.Warnings)
	}
	text := mustEstimate(t, "--model", model, "--data", data)
	if !strings.Contains(text, "第 3 行数据的 -99(共 1 处)像是缺失代码") || !strings.Contains(text, "looks like a code for missing") {
		t.Errorf("not said in words:\n%s", text)
	}
	declared := parse(t, mustEstimate(t, "--model", model, "--data", data, "--missing-code", "-99", "--json"))
	if slices.ContainsFunc(declared.Warnings, func(w pls.Warning) bool { return w.Code == pls.SuspectCode }) {
		t.Errorf("declared and still suspected: %+v", declared.Warnings)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	model, data := writeFile(t, "m.json", []byte(smallModel)), writeFile(t, "d.csv", []byte(smallData))
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no model":         {[]string{"--model", "ecsi-x", "--data", data}, "「ecsi-x」既不是随程序提供的模型(acsi、ecsi、scsb),也不是文件"},
		"no data":          {[]string{"--model", model, "--data", "none.csv"}, "文件「none.csv」无法读取"},
		"directory":        {[]string{"--model", model, "--data", t.TempDir()}, "无法读取"},
		"model unreadable": {[]string{"--model", writeFile(t, "x", []byte{0, 1, 2}), "--data", data}, "第 1 行无法按"},
		"no indices":       {[]string{"--model", model, "--data", data, "--indices", "none.csv"}, "文件「none.csv」无法读取"},
		"empty indices":    {[]string{"--model", model, "--data", data, "--indices", writeFile(t, "i", []byte("\n\n"))}, "没有重抽样"},
		"binary indices":   {[]string{"--model", model, "--data", data, "--indices", writeFile(t, "i", []byte{0})}, "无法按"},
		"text in indices":  {[]string{"--model", model, "--data", data, "--indices", writeFile(t, "i", []byte("0,1,2,3,4,5\n0,x"))}, "第 2 行第 2 个值「x」不是整数"},
		"indices too few":  {[]string{"--model", model, "--data", data, "--indices", writeFile(t, "i", []byte("0,1,2"))}, "第 1 行有 3 个值,应与个案数 6 相同"},
		"indices beyond":   {[]string{"--model", model, "--data", data, "--indices", writeFile(t, "i", []byte("0,1,2,3,4,6"))}, "第 1 行第 6 个值 6 超出个案范围"},
		"missing flag":     {[]string{"--data", data}, `required flag(s) "model" not set`},
	} {
		if out, err := estimate(t, noModels, c.args...); err == nil || !strings.Contains(err.Error(), c.want) || out != "" {
			t.Errorf("%s: %v, want %s; output %q", name, err, c.want, out)
		}
	}
}

func TestManyProblemsAreCutShort(t *testing.T) {
	indices := writeFile(t, "i.csv", []byte(strings.Repeat("0,1\n", 50)))
	_, err := estimate(t, noModels, "--model", writeFile(t, "m.json", []byte(smallModel)), "--data", writeFile(t, "d.csv", []byte(smallData)), "--indices", indices)
	if err == nil || !strings.Contains(err.Error(), "另有 30 处问题") || strings.Count(err.Error(), "\n") != 2*20+1 {
		t.Errorf("got %v", err)
	}
}

func TestOtherErrorsStayWhatTheyAre(t *testing.T) {
	if err := errors.New("x"); explain(err) != err {
		t.Error("an error was replaced")
	}
}

// codesOf returns the codes that a file of package pls declares.
func codesOf(t *testing.T, name string) []pls.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../pls/"+name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []pls.Code
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := v.Type.(*ast.Ident); ok && kind.Name == "Code" {
			code, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, pls.Code(code))
		}
		return true
	})
	return codes
}

// Every code of package pls has its sentence in both languages without a placeholder left open, and no sentence is
// without a code.
func TestEveryCodeHasItsText(t *testing.T) {
	problems := codesOf(t, "problem.go")
	warnings := append(codesOf(t, "warnings.go"), pls.NotConverged, pls.SingularBlock)
	texts := map[pls.Code][]inputError{}
	for _, code := range problems {
		texts[code] = append(texts[code], problemText(pls.Problem{Code: code}))
	}
	for _, code := range warnings {
		texts[code] = append(texts[code], warningText(pls.Warning{Code: code}))
	}
	for code, filled := range texts {
		for _, text := range filled {
			if text.zh == "" || text.en == "" || strings.ContainsAny(text.zh+text.en, "{}") {
				t.Errorf("%s: %q, %q", code, text.zh, text.en)
			}
		}
	}
	for code := range estimateText {
		if texts[code] == nil {
			t.Errorf("there is a text for %s, which does not exist", code)
		}
	}
	if len(problems) < 35 || len(warnings) < 20 {
		t.Errorf("found %d and %d codes only", len(problems), len(warnings))
	}
}

func TestSkippedResamplesAreExplained(t *testing.T) {
	got := warningText(pls.Warning{
		Code: pls.ResamplesSkipped, Count: 7, Value: .07, Items: []string{"constant_item", "singular_block"},
	})
	if got.zh != "跳过 7 次重抽样(7.0 %),原因:指标无变异、形成型构念的指标线性相关。" {
		t.Errorf("got %s", got.zh)
	}
}
