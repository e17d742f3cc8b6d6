package demo

import "strings"

// Town is a township of a county, with its roads and villages.
type Town struct {
	Name     string
	City     bool // urban: roads and estates; else villages
	Roads    []string
	Quarters []string // estates, or villages
}

// Company is a county company of the world.
type Company struct {
	Code   string
	County string // "青岭县"
	City   string // "沧屏市"
	Towns  []Town
}

// Stem is the town's name without its kind: 城关 of 城关街道.
func (t Town) Stem() string {
	for _, kind := range []string{"街道", "镇", "乡"} {
		if stem, ok := strings.CutSuffix(t.Name, kind); ok {
			return stem
		}
	}
	return t.Name
}

const province = "云江省"

// companies are the four county companies. The places are invented.
var companies = []Company{
	{Code: "1001", County: "青岭县", City: "沧屏市", Towns: []Town{
		{"城关街道", true, []string{"人民路", "解放街", "青年大道", "学院路", "朝阳路", "建设街"}, []string{"锦绣花园", "碧水湾小区", "阳光新城", "电力新村", "紫荆苑", "长乐小区"}},
		{"岩泉街道", true, []string{"岩泉路", "丽阳大道", "中山街", "环城西路"}, []string{"金色家园", "万象府", "翡翠城"}},
		{"双溪镇", false, []string{"双溪大街", "溪口路"}, []string{"上溪村", "下溪村", "石塘村", "大坑口村", "枫树湾村"}},
		{"白云乡", false, []string{"白云街"}, []string{"云头村", "岭脚村", "梨树坪村", "长坑村"}},
	}},
	{Code: "1002", County: "望溪县", City: "沧屏市", Towns: []Town{
		{"溪城街道", true, []string{"望江路", "新华街", "文昌大道", "东门路", "滨江路"}, []string{"江南名府", "书香苑", "水岸华庭", "和平小区"}},
		{"六合镇", true, []string{"六合大道", "工业一路", "工业二路", "创业街"}, []string{"六合新村", "工人新村"}},
		{"青石镇", false, []string{"青石街"}, []string{"青石桥村", "黄沙村", "竹溪村", "东岸村", "西岸村"}},
		{"大源乡", false, []string{"大源街"}, []string{"源头村", "横路村", "水口村"}},
	}},
	{Code: "1003", County: "石湾县", City: "岚州市", Towns: []Town{
		{"石湾街道", true, []string{"石湾大道", "海关路", "渔港路", "新安街", "振兴路"}, []string{"海天花园", "滨海新城", "渔家傲小区", "银滩公寓"}},
		{"长屿镇", true, []string{"长屿大道", "港口路", "盐场路"}, []string{"长屿花苑", "盐场新村"}},
		{"坞根镇", false, []string{"坞根街"}, []string{"坞根村", "沙山村", "茅洋村", "西屿村"}},
		{"箬山乡", false, []string{"箬山街"}, []string{"箬山村", "里箬村", "东海村"}},
	}},
	{Code: "1004", County: "梧桐区", City: "岚州市", Towns: []Town{
		{"凤栖街道", true, []string{"凤栖大道", "梧桐路", "湖滨路", "金融街", "科技路", "体育场路"}, []string{"凤凰城", "湖畔人家", "绿城百合园", "中央花园", "学府一号"}},
		{"北苑街道", true, []string{"北苑路", "高新大道", "软件园路"}, []string{"北苑新村", "高新花园", "创智公寓"}},
		{"南塘镇", false, []string{"南塘街", "莲花路"}, []string{"南塘村", "莲花村", "荷塘村", "方家村"}},
		{"龙坞镇", false, []string{"龙坞街"}, []string{"龙坞村", "茶园村", "竹林村"}},
	}},
}

// Companies are the county companies of the demo province.
func Companies() []Company { return companies }
