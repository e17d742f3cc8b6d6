package cn

import "strings"

// maskedHouse stands for what MaskAddress hides; its length tells nothing.
const maskedHouse = "******"

// MaskAddress keeps an address down to the road, village or community and hides
// the house number and all behind it:
//
//	浙江省丽水市莲都区紫金街道人民街121号3幢502室 → 浙江省丽水市莲都区紫金街道人民街******
//
// The cut lies behind the last road, village or community before the first house
// number; without one, behind the last town or division; without that, everything
// is hidden. Numbers that belong to a road's name (五一路, 318国道) stay.
func MaskAddress(address string) string {
	rs := []rune(strings.TrimSpace(address))
	if len(rs) == 0 {
		return ""
	}
	return string(rs[:addressCut(rs)]) + maskedHouse
}

// The words an address part ends with, finest first. A part of the first group
// tells a road or community, one of the second a town, of the third a division.
var addressEnds = [][]string{
	{
		"国道", "省道", "县道", "大道", "大街", "胡同", "小区", "社区", "新村", "花园", "家园", "公寓",
		"路", "街", "巷", "道", "村", "屯", "寨", "庄", "里", "苑", "坊", "弄堂", "开发区", "工业园", "园区",
	},
	{"镇", "乡", "苏木"},
	{"自治区", "特别行政区", "自治州", "自治县", "省", "市", "区", "县", "旗", "州", "盟"},
}

// addressCut returns how many characters MaskAddress keeps.
func addressCut(rs []rune) int {
	house := houseNumberStart(rs)
	for _, ends := range addressEnds {
		for cut := house; cut > 1; cut-- {
			if endsWithAny(rs[:cut], ends) && !splitsDivision(rs, cut) {
				return cut
			}
		}
	}
	return 0
}

// splitsDivision reports whether a cut would fall inside the name of a division:
// 紫金街|道, 石家庄|市, 五里|乡. Refusing too much (人民路|市场) only hides more.
func splitsDivision(rs []rune, cut int) bool {
	return cut < len(rs) && strings.ContainsRune("道市县区镇乡省州旗", rs[cut])
}

func endsWithAny(rs []rune, ends []string) bool {
	s := string(rs[max(0, len(rs)-4):])
	for _, e := range ends {
		if strings.HasSuffix(s, e) && len(s) > len(e) {
			return true
		}
	}
	return false
}

// houseNumberStart returns the index of the first character of the first house
// number, or the length if there is none.
func houseNumberStart(rs []rune) int {
	for i := 0; i < len(rs); {
		if !isNumeral(rs[i]) {
			i++
			continue
		}
		end := i
		for end < len(rs) && isNumeral(rs[end]) {
			end++
		}
		if isHouseNumber(rs, i, end) {
			return i
		}
		i = end
	}
	return len(rs)
}

// isHouseNumber judges the number rs[start:end] by what follows. Arabic digits
// count a house unless a road word follows; Chinese ones only before a word for
// house, building, floor, room or group.
func isHouseNumber(rs []rune, start, end int) bool {
	next := string(rs[end:min(len(rs), end+2)])
	if !isChineseNumeral(rs[start]) {
		for _, road := range []string{"国道", "省道", "县道", "路", "街", "大道", "大街", "马路", "横路", "支路"} {
			if strings.HasPrefix(next, road) {
				return false
			}
		}
		return true
	}
	for _, house := range []string{"号", "幢", "栋", "座", "单元", "室", "楼", "层", "组", "弄", "排", "户"} {
		if strings.HasPrefix(next, house) {
			return true
		}
	}
	return false
}

func isNumeral(r rune) bool {
	return '0' <= r && r <= '9' || '０' <= r && r <= '９' || isChineseNumeral(r)
}

func isChineseNumeral(r rune) bool {
	return strings.ContainsRune("〇零一二三四五六七八九十百", r)
}
