package attack_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
)

// heading is a column of the surveys of all companies: the same, for a request names it
// as it stands in the file.
const heading = "老吴家所在村"

// planted are the words of a company's requests: what people would not want read,
// told apart by the letter.
func planted(letter string) map[string]string {
	digit := map[string]string{"甲": "1", "乙": "2", "丙": "3"}[letter]
	seq := map[string]int{"甲": 11, "乙": 13, "丙": 15}[letter]
	certificate, err := cn.SyntheticResidentID(cn.UnassignedRegion, "1987-06-05", seq)
	if err != nil {
		panic(err)
	}
	var answers strings.Builder
	level := "受访单位" + letter
	answers.WriteString("编号," + heading + ",q1,q2,s1,s2\n")
	for i := range 600 {
		fmt.Fprintf(&answers, "Respondent%s%03d,%s%d,%d,%d,%d,%d\n", digit, i, level, i%3, 1+i%10, 1+(i*3+2)%10, 1+(i+1)%10, 1+(i*2+1)%10)
	}
	answers.WriteString("Respondent" + digit + "X," + level + "9,$mark评语" + letter + "机密,11,1,1\n")
	return map[string]string{
		"mark": "", "password": password, "clientsecret": "client secret of " + letter, "subject": "subject-of-" + digit + "-",
		"wrong": "falsches kennwort " + digit, "name": "诸葛" + letter + "青松", "twin": "司徒" + letter + "青柏",
		"phone": "1540000771" + digit, "otherphone": "1540000772" + digit, "contact": "欧阳" + letter + "联络", "email": "planted" + digit + "@example.com", "wechat": "weixin_planted" + digit,
		"home": "秘密里弄" + letter + "七十七号", "certificate": certificate, "employer": "秘密单位" + letter, "field": "密项内容" + letter, "note": "机密备注" + letter, "analysis": "信用分析" + letter + "欠人钱",
		"interaction": "走访内容" + letter + "家中有病人", "place": "走访地点" + letter + "三楼", "attachment": "附件正文" + letter + "不得外传", "filename": "附件名" + letter, "remark": "销户缘由" + letter + "病故",
		"electrician": "电工" + letter + "老赵", "electricianphone": "1540000773" + digit, "licence": "LICENCE77" + digit,
		"visitor": "来访" + letter + "老钱", "visitorphone": "1540000774" + digit, "visitoremployer": "来访单位" + letter, "visitorhome": "来访住址" + letter + "九号", "looks": "高个子" + letter + "戴眼镜",
		"intention": "来意" + letter + "想办新装", "course": "经过" + letter + "谈了电价", "receptionlog": "回访" + letter + "家里没人", "checkremark": "检查意见" + letter + "写得太少",
		"privacytext": "请求内容" + letter + "要看全部", "privacynote": "核实经过" + letter + "看了证件", "privacyoutcome": "答复" + letter + "已寄出",
		"casetext": "投诉内容" + letter + "窗口吵架", "casecaller": "诸侯" + letter + "来电", "casephone": "1540000776" + digit, "caseplace": "出事地点" + letter + "八号", "caseanswer": "工单答复" + letter + "已致歉",
		"promisewords": "承诺内容" + letter + "三日内答复", "promisenote": "承诺备注" + letter + "客户很急", "promiseproof": "兑现凭据" + letter + "录音", "outagenote": "停电备注" + letter + "家有病人",
		"incidenttitle": "事故标题" + letter + "泄密", "incidenttext": "事故经过" + letter + "发到群里",
		"address": "青岭" + letter + "路", "access": "钥匙在" + letter + "门卫", "heading": heading, "level": level, "task": "给" + letter + "老孙回电话", "answers": answers.String(),
		"sheet": "户主,手机,证件号码\n慕容" + letter + "入册,1540000775" + digit + ",\n$mark坏行,$mark不是号码,@不是证件\n",
	}
}

// masked are the words that only who may see personal data whole is shown; what a
// user writes down about his work, everybody who may open the record reads.
var masked = strings.Fields(`name twin phone otherphone contact email wechat home certificate employer field note attachment remark
	electrician electricianphone licence visitor visitorphone visitoremployer visitorhome looks course receptionlog casecaller casephone`)

// personal are all words that tell something about somebody.
var personal = slices.Concat(masked, []string{"analysis", "interaction", "place", "filename", "level", "intention", "checkremark", "access", "task", "privacytext", "privacynote", "privacyoutcome", "casetext", "caseplace", "caseanswer", "promisewords", "promisenote", "promiseproof", "outagenote", "incidenttitle", "incidenttext"})

// respondent is somebody in the company's survey, imported somebody in its file.
func (c *company) respondent() string { return firstCell(c.words["answers"]) }
func (c *company) imported() string   { return firstCell(c.words["sheet"]) }

func firstCell(file string) string {
	row := strings.Split(file, "\n")[1]
	return strings.Split(row, ",")[0]
}
