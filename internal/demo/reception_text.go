package demo

import "github.com/zhiyin-power/zhiyin/internal/domain/customer"

// reason is why people walk in, and how the visit goes.
type reason struct {
	intention, course string
	later             []later // what follows, when something does
}

// later is a contact after the visit.
type later struct {
	mode customer.Mode
	text string
}

var reasons = []reason{
	{"咨询新房装表", "说明一户一表办理流程和所需材料，发放材料清单；客户下周带房产证明再来。", []later{
		{customer.SMS, "发送新装所需材料清单。"}, {customer.Visit, "材料齐全，已受理新装申请。"}, {customer.Call, "告知装表日期，客户表示满意。"}}},
	{"商铺申请增加容量", "了解用电设备清单，初步估算容量，建议改为三相供电；预约现场勘查。", []later{
		{customer.Call, "确认勘查时间，客户届时在场。"}, {customer.Call, "答复供电方案要点，客户考虑费用。"}}},
	{"对上月电费有疑问", "逐项核对电量和阶梯档位，打印清单；客户理解，无异议。", []later{{customer.Call, "回访，本月电费已恢复正常。"}}},
	{"家中电压不稳", "登记时间段和电器情况，安排供电所测量；答应三日内答复。", []later{
		{customer.Call, "测量结果：夜间偏低，已列入台区改造。"}, {customer.SMS, "告知改造停电时间。"}}},
	{"办理过户", "核对证件与合同，旧户电费已结清，当场办结。", nil},
	{"咨询光伏并网", "介绍并网流程和上网电价政策，留下宣传册；客户有意在厂房屋顶安装。", []later{
		{customer.Visit, "带设计单位来访，提交并网申请。"}, {customer.Call, "通知接入方案已出，请来签字。"}}},
	{"咨询充电桩用电", "说明独立装表与电价；物业同意书尚缺，已告知格式。", []later{{customer.SMS, "发送物业同意书样式。"}}},
	{"反映停电通知不及时", "致歉并说明通知渠道，登记手机号加入停电短信名单。", []later{{customer.Call, "回访，已收到短信通知。"}}},
	{"了解企业分时电价", "测算两种电价下的月电费，客户准备调整班次。", []later{
		{customer.Call, "客户已调整班次，询问执行日期。"}, {customer.Meeting, "到厂介绍错峰办法，约定月底看效果。"}}},
	{"申请开具增值税发票", "核对税号，已开具并交付。", nil},
}

var (
	looks     = []string{"五十来岁，戴眼镜，本地口音", "三十岁上下，短发，穿工装", "年轻女性，背黑色双肩包", "六十多岁，拄手杖，由家人陪同", "四十岁左右，高个子，外地口音", "微胖，常带笑，说话快"}
	employers = []string{"", "", "个体经营", "县第二中学", "城关建材商行", "清源物业", "退休", "云江机械厂"}
)

// remarks of a supervisor who checks a log.
var remarks = []string{"记录及时，经过写得清楚。", "有两次来访当天没有补记，请离开后马上填写。", "光伏客户意向明确，请每周联系一次。", "后续联系偏少，请按约定时间回访。"}
