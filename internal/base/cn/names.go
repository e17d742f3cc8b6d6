package cn

import "strings"

// A WeightedName is a name with its frequency among ten thousand people, roughly.
type WeightedName struct {
	Text   string
	Weight int
}

// surnameGroups are common surnames by rough frequency: all of a group are about
// equally frequent. Estimated for this project; good for a believable company, not
// for statistics.
var surnameGroups = []struct {
	weight int
	names  string
}{
	{720, "王 李"},
	{660, "张"},
	{530, "刘"},
	{450, "陈"},
	{310, "杨"},
	{215, "黄 赵 吴"},
	{195, "周"},
	{140, "徐 孙 马 朱 胡"},
	{115, "郭 何 林 高 罗"},
	{78, "郑 梁 谢 宋 唐 许 邓 韩 冯"},
	{65, "曹 彭 曾 肖 田 董 潘 袁 蔡 蒋 余 于 杜 叶 程"},
	{42, "魏 苏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 廖 石 金 韦 贾"},
	{26, "夏 付 方 邹 熊 白 孟 秦 邱 侯 江 尹 薛 闫 段 雷 龙 史 陶 黎 贺 顾 毛 郝 龚 邵 万 钱 严 覃 武 戴 莫 孔 向 汤"},
	{11, "常 温 康 施 文 牛 樊 葛 邢 安 齐 易 乔 伍 庞 颜 倪 庄 聂 章 鲁 岳 翟 殷 詹 申 欧 耿 关 兰 焦 俞 左 柳 甘 祝 包 宁 尚 符 舒 阮 柯 纪 梅 童 凌 毕 单 季 裴 霍 涂 成 苗 谷 盛 曲 翁 冉 骆 蓝 路 游 辛 靳 管 柴 蒙 鲍 华 喻 祁"},
	{5, "欧阳 上官"},
	{3, "蒲 房 滕 屈 饶 解 牟 艾 尤 阳 时 穆 农 司 卓 古 吉 缪 简 车 项 连 芦 麦 褚 娄 窦 戚 岑 景 党 宫 费 卜 冷 晏 席 卫 米 柏 宗 瞿 桂 全 佟 应 臧 闵 苟 邬 边 卞 姬 师 和 仇 栾 隋 商 刁 沙 荣 巫 寇 桑 郎 甄 丛 仲 虞 敖 巩 明 佘 池 查 麻 苑 迟 邝 官 封 谈 匡 鞠 惠 荆 乐 冀 郁 胥 南 班 储 原 栗 燕 楚 鄢 劳 谌 奚 皮 粟 冼 蔺 楼 盘 满 闻 位 厉 伊 仝 区 郜 海 阚 花 权 强 帅 屠 豆 朴 盖 练 廉 禹 井 祖 漆 巴 丰 支 卿 国 狄 平 计 索 宣 晋 相 初 门 云 容 敬 来 扈 晁 芮 都 普 阙 浦 戈 伏 鹿 薄 邸 雍 辜 羊 阿 乌 母 裘 亓 修 邰 赫 杭 况 那 宿 鲜 印 逯 隆 茹 诺 战 慕 危 玉 银 亢 嵇 公 哈 湛 宾 戎 勾 茅 利 於 呼 居 揭 干 但 尉 冶 斯 元 束 檀 衣 信 展 阴 昝 智 幸 奉 植 衡 富 尧 闭 由"},
	{1, "司马 诸葛 司徒 夏侯 皇甫 尉迟 慕容 令狐 东方 端木 长孙 淳于 宇文 万俟"},
}

// Surnames returns common surnames with their weights, the most frequent first.
func Surnames() []WeightedName {
	var out []WeightedName
	for _, g := range surnameGroups {
		for _, n := range strings.Fields(g.names) {
			out = append(out, WeightedName{n, g.weight})
		}
	}
	return out
}

// givenCharacters are characters usual in given names by sex and by the last year
// of birth in which they were in fashion; the last row has no end.
var givenCharacters = []struct {
	until        int
	male, female string
}{
	{
		1964,
		"国建明华文德志福祥贵荣生保根林富财宝金成庆发海水山云龙龄寿喜昌忠义仁义礼信厚安平和顺兴旺茂盛长永久元正光世家宗传学书田土有才树柏松桂木银铜来运友善积余守业克勤宏泰维廷甫邦振邦怀先启承绍继",
		"英秀兰珍玉桂芳梅凤莲香菊娥花翠巧淑贞素琴爱银金仙妹娣云彩月娟珠琼芬芝荣惠美春秋桃杏瑞宝喜招根弟贤慧静婉清蓉芹莉蕙连凤霞雪",
	},
	{
		1979,
		"建国军民卫东红兵强胜利伟勇刚斌平明华志文忠永海波辉跃进援朝向阳新立春雷振武学农爱党旭涛洪江清松林峰俊杰保健康宏全义光荣生金根福庆祥国栋成树德继开先锋星火",
		"红梅丽华英霞燕萍玲芳兰秀珍敏艳娟琴云凤春秋荣霞静卫美淑惠桂香玉莲菊素翠爱琼莉红卫新跃群平慧洁芬菲蓉珠月雪晓冬青彩文勤建利",
	},
	{
		1994,
		"伟强磊军洋勇杰涛超明刚斌鹏飞波辉健俊凯峰亮旭东宁博浩宇龙晨阳威帅鑫森林海洲江川锋毅彬坤翔成琦炜昊楠迪恒瑞志远晓文振国立新春雷雨航智永",
		"静丽娟艳敏燕霞娜芳萍婷玲雪倩洁莉丹慧颖琳晶晓蕾莎薇璐媛欣佳妍佩瑶蓉茜露岚梦菲云红青春梅琴文君玉珊珊娇宁怡雅楠叶思",
	},
	{
		0,
		"宇轩浩然子涵梓睿博文昊天泽俊熙一诺铭奕辰皓宸晨阳逸凡思远嘉佑启航煜城锦程瑞霖乐安彦希明哲弘景行钧翰墨承恩君杰佳豪家乐知远书恒云帆星朗",
		"欣怡梓涵诗琪雨桐子萱可馨一诺思彤依诺语嫣佳琪若曦梦瑶紫涵雅静宸希晨曦芷若沐瑶安然心悦钰彤艺涵婉清念慈书瑶嘉懿悦宁星妍昕玥知夏清欢米朵",
	},
}

// GivenCharacters returns the characters usual in given names of a sex and year of
// birth. A character listed twice was especially popular.
func GivenCharacters(sex Sex, birthYear int) []rune {
	i := 0
	for i < len(givenCharacters)-1 && birthYear > givenCharacters[i].until {
		i++
	}
	if sex == Female {
		return []rune(givenCharacters[i].female)
	}
	return []rune(givenCharacters[i].male)
}
