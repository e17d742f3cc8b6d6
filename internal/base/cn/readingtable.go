package cn

// The tables below were compiled for this project. Each entry is a text and its
// syllables, every syllable closed by the digit of its tone (5 is neutral, v is ü).

// everydayReadings corrects the first reading of the dictionary where another one
// is by far the more frequent in names, addresses and trade words.
const everydayReadings = `
长 chang2 佛 fo2 茄 qie2 薄 bo2 阚 kan4 珩 heng2 俟 si4 晟 sheng4 翟 zhai2 缪 miao4 曾 zeng1 隽 jun4 覃 qin2
炔 que1 郇 xun2 隗 wei3 乜 nie4 脯 fu3 嗯 en4 呒 wu2 吧 ba1 子 zi3 𠮷 ji2
`

// surnameReadings are the surnames read otherwise than the character is elsewhere,
// and the compound surnames. A slash separates the reading of another family of
// the same character.
const surnameReadings = `
单 shan4 仇 qiu2 解 xie4 查 zha1 区 ou1 任 ren2 华 hua4 盖 ge3/gai4 乐 yue4/le4 覃 qin2/tan2 翟 zhai2/di2
朴 piao2 缪 miao4/mou2 谌 chen2/shen4 牟 mou2/mu4 阚 kan4/han3 洗 xian3 种 chong2 员 yun4/yuan2 贠 yun4/yuan2
召 shao4/zhao4 折 she2/zhe2 撒 sa3 秘 bi4/mi4 祭 zhai4/ji4 佴 nai4/er4 乜 nie4/mie1 逢 pang2/feng2
郇 xun2/huan2 郗 xi1/chi1 隗 wei3/kui2 薄 bo2/bao2 柏 bai3/bo2 纪 ji3 燕 yan1 宁 ning4 令 ling2 相 xiang4
那 na1 哈 ha3 句 gou1/ju4 黑 he4/hei1 么 yao1 占 zhan1 繁 po2/fan2 能 nai4/neng2 角 jue2/jiao3 葛 ge3
费 fei4/bi4 炅 gui4/jiong3 郄 qie4/xi4 宓 mi4/fu2 过 guo1 要 yao1 莘 shen1/xin1 观 guan4 尉 wei4/yu4
车 che1/ju1 贲 ben1/bi4 褚 chu3/zhu3 朝 chao2/zhao1 冠 guan4 难 nan4 强 qiang2/jiang4 行 xing2/hang2 卜 bu3
阙 que4/que1 欧阳 ou1yang2 上官 shang4guan1 司马 si1ma3 司徒 si1tu2 司空 si1kong1 司寇 si1kou4 诸葛 zhu1ge3
夏侯 xia4hou2 皇甫 huang2fu3 尉迟 yu4chi2 公孙 gong1sun1 公羊 gong1yang2 公冶 gong1ye3 公输 gong1shu1
仲孙 zhong4sun1 长孙 zhang3sun1 慕容 mu4rong2 宇文 yu3wen2 令狐 ling2hu2 轩辕 xuan1yuan2 东方 dong1fang1
东郭 dong1guo1 南宫 nan2gong1 西门 xi1men2 百里 bai3li3 端木 duan1mu4 呼延 hu1yan2 赫连 he4lian2 澹台 tan2tai2
淳于 chun2yu2 单于 chan2yu2/shan4yu2 万俟 mo4qi2 钟离 zhong1li2 闾丘 lv2qiu1 鲜于 xian1yu2 申屠 shen1tu2
濮阳 pu2yang2 太史 tai4shi3 太叔 tai4shu1 亓官 qi2guan1 颛孙 zhuan1sun1 漆雕 qi1diao1 乐正 yue4zheng4
壤驷 rang3si4 拓跋 tuo4ba2 夹谷 jia2gu3 宰父 zai3fu3 羊舌 yang2she2 巫马 wu1ma3 第五 di4wu3 独孤 du2gu1
完颜 wan2yan2 纳兰 na4lan2 闻人 wen2ren2 哥舒 ge1shu1 叶赫那拉 ye4he4na4la1 爱新觉罗 ai4xin1jue2luo2
钮祜禄 niu3hu4lu4 歐陽 ou1yang2 司馬 si1ma3 諸葛 zhu1ge3 尉遲 yu4chi2 公孫 gong1sun1 長孫 zhang3sun1
澹臺 tan2tai2 單于 chan2yu2/shan4yu2 單 shan4 區 ou1 華 hua4 蓋 ge3/gai4 樂 yue4/le4 寧 ning4
`

// maxSurnameRunes is the length of the longest surname of the table.
const maxSurnameRunes = 4

// givenNameReadings are characters and words read otherwise inside given names.
const givenNameReadings = `
焘 tao1 燾 tao1 还 huan2 都 du1 泊 bo2 莘 xin1 伽 jia1 珲 hun2 重庆 chong2qing4 重阳 chong2yang2
重生 chong2sheng1 重光 chong2guang1 重九 chong2jiu3 重喜 chong2xi3 朝晖 zhao1hui1 朝辉 zhao1hui1
朝霞 zhao1xia2 朝旭 zhao1xu4 朝露 zhao1lu4 朝夕 zhao1xi1 朝曦 zhao1xi1 厦 xia4 六安 lu4an1 什 shi2
`

// placeReadings are divisions, rivers, hills and roads in which a character is read
// otherwise than elsewhere, by region.
const placeReadings = `
都 du1 什 shi2 大城县 dai4cheng2xian4 乐亭 lao4ting2 蔚县 yu4xian4 蔚州 yu4zhou1 任丘 ren2qiu1 任县 ren2xian4
任泽 ren2ze2 泊头 bo2tou2 长子县 zhang3zi3xian4 长子营 zhang3zi3ying2 洪洞 hong2tong2 解州 xie4zhou1
解池 xie4chi2 繁峙 fan2shi4 马家堡 ma3jia1pu4 十里堡 shi2li3pu4 五里堡 wu3li3pu4 八里堡 ba1li3pu4
三里堡 san1li3pu4 七里堡 qi1li3pu4 二里堡 er4li3pu4 柴沟堡 chai2gou1bu3 吴堡 wu2bu3 瓦窑堡 wa3yao2bu3
宝坻 bao3di3 什刹海 shi2cha4hai3 大栅栏 da4shi2lan4 珲春 hun2chun1 穆棱 mu4ling2 东阿 dong1e1 乐陵 lao4ling2
单县 shan4xian4 单集 shan4ji2 牟平 mu4ping2 中牟 zhong1mu4 济南 ji3nan2 济宁 ji3ning2 济阳 ji3yang2
济源 ji3yuan2 浚县 xun4xian4 泌阳 bi4yang2 六安 lu4an1 涡阳 guo1yang2 涡河 guo1he2 六合区 lu4he2qu1
六合县 lu4he2xian4 南京六合 nan2jing1lu4he2 南京市六合 nan2jing1shi4lu4he2 枞阳 zong1yang2 蚌埠 beng4bu4
浒墅关 xu3shu4guan1 莘庄 xin1zhuang1 莘松 xin1song1 莘建 xin1jian4 台州 tai1zhou1 天台 tian1tai1 丽水 li2shui3
乐清 yue4qing1 乐成街道 yue4cheng2jie1dao4 乐成镇 yue4cheng2zhen4 会稽 kuai4ji1 崧厦 song1xia4 厦门 xia4men2
厦大 xia4da4 厦航 xia4hang2 厦工 xia4gong1 厦禾 xia4he2 铅山 yan2shan1 番禺 pan1yu2 大埔 da4bu4
东涌 dong1chong1 西涌 xi1chong1 沙涌 sha1chong1 河涌 he2chong1 葛沽 ge3gu1 黄陂 huang2pi2 监利 jian4li4
重庆 chong2qing4 重华 chong2hua2 郫都 pi2du1 犍为 qian2wei2 筠连 jun1lian2 荥经 ying2jing1 什邡 shi2fang1
宕昌 tan4chang1 栎阳 yue4yang2 崆峒 kong1tong2 伽师 jia1shi1 龟兹 qiu1ci2 尉犁 yu4li2 吐蕃 tu3bo1
西藏 xi1zang4 青藏 qing1zang4 川藏 chuan1zang4 滇藏 dian1zang4 新藏 xin1zang4 藏族 zang4zu2 藏医 zang4yi1
藏药 zang4yao4 三藏 san1zang4 太行 tai4hang2 天姥 tian1mu3 重慶 chong2qing4 廈門 xia4men2 長沙 chang2sha1
銀行 yin2hang2 麗水 li2shui3 樂清 yue4qing1
`

// tradeReadings are words of companies, authorities and power supply in which a
// character is read otherwise than in everydayReadings.
const tradeReadings = `
银行 yin2hang2 农行 nong2hang2 中行政 zhong1xing2zheng4 农行政 nong2xing2zheng4 工行 gong1hang2
建行 jian4hang2 中行 zhong1hang2 交行 jiao1hang2 招行 zhao1hang2 商行 shang1hang2 支行 zhi1hang2
分行 fen1hang2 总行 zong3hang2 央行 yang1hang2 行业 hang2ye4 同行 tong2hang2 行情 hang2qing2 车行 che1hang2
洋行 yang2hang2 药行 yao4hang2 粮行 liang2hang2 琴行 qin2hang2 花行 hua1hang2 鞋行 xie2hang2 金行 jin1hang2
渔行 yu2hang2 鱼行 yu2hang2 典当行 dian3dang4hang2 拍卖行 pai1mai4hang2 五金行 wu3jin1hang2
电器行 dian4qi4hang2 珠宝行 zhu1bao3hang2 贸易行 mao4yi4hang2 十三行 shi2san1hang2 家长 jia1zhang3
成长 cheng2zhang3 长者 zhang3zhe3 重组 chong2zu3 重阳 chong2yang2 重合闸 chong2he2zha2 重光 chong2guang1
重建 chong2jian4 重新 chong2xin1 音乐 yin1yue4 乐器 yue4qi4 乐队 yue4dui4 乐团 yue4tuan2 声乐 sheng1yue4
器乐 qi4yue4 爱乐 ai4yue4 乐府 yue4fu3 乐谱 yue4pu3 礼乐 li3yue4 会计 kuai4ji4 财会 cai2kuai4 校准 jiao4zhun3
校验 jiao4yan4 校对 jiao4dui4 给水 ji3shui3 供给 gong1ji3 补给 bu3ji3 给排水 ji3pai2shui3 自给 zi4ji3
调节 tiao2jie2 调压 tiao2ya1 调峰 tiao2feng1 调试 tiao2shi4 调整 tiao2zheng3 调解 tiao2jie3 调味 tiao2wei4
调料 tiao2liao4 空调 kong1tiao2 协调 xie2tiao2 调频 tiao2pin2 调相 tiao2xiang4 调光 tiao2guang1
弹簧 tan2huang2 弹性 tan2xing4 传记 zhuan4ji4 自传 zi4zhuan4 人参 ren2shen1 海参 hai3shen1 党参 dang3shen1
参茸 shen1rong2 便宜 pian2yi2 率先 shuai4xian1 表率 biao3shuai4 停泊 ting2bo2 泊车 bo2che1 泊位 bo2wei4
阿胶 e1jiao1 大夫 dai4fu5 蛤蜊 ge2li2 降服 xiang2fu2 投降 tou2xiang2 单氏 shan4shi4 单记 shan4ji4
解氏 xie4shi4 查氏 zha1shi4 朴氏 piao2shi4 仇氏 qiu2shi4 任氏 ren2shi4 区氏 ou1shi4 乐氏 yue4shi4 盖氏 ge3shi4
角色 jue2se4 主角 zhu3jue2 卡口 qia3kou3 关卡 guan1qia3 边卡 bian1qia3 扁舟 pian1zhou1
`
