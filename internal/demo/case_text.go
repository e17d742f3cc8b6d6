package demo

import "github.com/zhiyin-power/zhiyin/internal/domain/feedback"

// story is a case that came so many minutes ago, and what was done since: each step after
// so many minutes, by whom.
type story struct {
	ago      int
	kind     feedback.Type
	category string
	channel  string
	area     string
	because  []string // circumstances
	known    int      // which of the company's first customers it is; negative: nobody known
	secret   bool
	text     string
	answer   string
	steps    []did
}

// did is a step.
type did struct {
	after int // minutes since the one before
	who   string
	what  string
	text  string
}

const (
	hourly = 60
	daily  = 24 * 60
)

// stories are those of each company.
var stories = []story{
	{ago: 41 * daily, kind: feedback.Complaint, category: "service.attitude", known: 0, answer: "经核实工作人员解释不耐心，已当面致歉并进行服务规范培训。", text: "在营业厅办理更名，工作人员态度生硬，让我来回跑了三趟，要求给个说法。",
		steps: []did{{30, "complaint", "accept", ""}, {300, "complaint", "contacted", "已电话联系客户，了解经过并致歉"}, {2 * daily, "complaint", "resolve", "management"}, {daily, "agent", "satisfied", "处理得还可以，态度有改进"}}},
	{ago: 33 * daily, kind: feedback.Complaint, category: "business.reading", known: 1, answer: "现场复核表底与系统一致，上月因估抄多计 86 千瓦时，已在本期退补。", text: "这个月电费比上个月多了一倍，怀疑抄表员没有到现场抄表。",
		steps: []did{{40, "billing", "accept", ""}, {200, "billing", "contacted", "约定次日上门核对"}, {daily, "billing", "pause", "客户外出，约定三天后上门|通话录音编号 0318"}, {3 * daily, "billing", "resume", ""}, {daily, "billing", "resolve", "management"}, {hourly * 20, "agent", "dissatisfied", "退了钱，但没人告诉我为什么会估抄"},
			{hourly, "complaint", "accept", ""}, {daily, "complaint", "reply", "已向您说明估抄原因并承诺今后逐月现场抄表"}, {hourly, "complaint", "resolve", "management"}, {daily, "agent", "satisfied", "说清楚了"}}},
	{ago: 27 * daily, kind: feedback.Fault, category: "fault.low_voltage", area: "urban", known: 2, answer: "下户线接头烧断，已更换线夹并恢复供电。", text: "整栋楼停电，空气开关没有跳闸，楼下变压器附近有焦味。",
		steps: []did{{3, "metering", "accept", ""}, {30, "metering", "arrived", ""}, {80, "metering", "restored", ""}, {10, "metering", "resolve", "product"}, {hourly * 6, "agent", "satisfied", "来得很快"}}},
	{ago: 22 * daily, kind: feedback.Praise, category: "service.conduct", known: 3, answer: "已转达感谢，并通报表扬。", text: "抢修师傅冒雨处理到凌晨两点，非常感谢，希望表扬他们。",
		steps: []did{{60, "complaint", "accept", ""}, {daily, "complaint", "resolve", "none"}, {daily, "agent", "satisfied", ""}}},
	{ago: 19 * daily, kind: feedback.Inquiry, category: "business.billing", known: 4, answer: "居民阶梯电价第二档为年用电量 2761 至 4800 千瓦时，每千瓦时加价 0.05 元。", text: "咨询居民阶梯电价第二档从多少度开始，加价多少。", steps: []did{{0, "agent", "at_once", ""}, {daily, "agent", "close", "not_needed"}}},
	{ago: 16 * daily, kind: feedback.Report, category: "violation.theft", channel: "letter", known: -1, secret: true, answer: "现场检查未发现绕越计量，已加装封印并列入重点巡查。", text: "举报村口的制砖厂晚上绕过电表用电，已经有半年多了，请保密。",
		steps: []did{{hourly, "agent", "dispatch", ""}, {hourly, "metering", "accept", ""}, {4 * daily, "metering", "resolve", "none"}, {daily, "agent", "close", "anonymous"}}},
	{ago: 13 * daily, kind: feedback.Opinion, category: "outage.notice", channel: "h12345", known: 5, answer: "今后计划停电除公告外，将向登记手机号发送短信提醒。", text: "计划停电只在微信公众号通知，老人看不到，建议像以前一样贴告示或发短信。",
		steps: []did{{hourly, "complaint", "accept", ""}, {3 * daily, "complaint", "resolve", "management"}, {daily, "agent", "satisfied", ""}, {hourly, "complaint", "draft", ""}}},
	{ago: 10 * daily, kind: feedback.ServiceRequest, category: "request.meter", known: 6, answer: "", text: "电表红灯一直闪，家里没开电器也走字，申请校验电表。",
		steps: []did{{hourly, "metering", "accept", ""}, {hourly * 4, "metering", "contacted", "约定到现场校验"}, {hourly, "metering", "pause", "客户要求月底在家时再来|短信截图"}}},
	{ago: 9 * daily, kind: feedback.Suggestion, category: "service.items", channel: "web", known: 7, answer: "建议很好，已列入下半年自助终端配置计划。", text: "建议在乡镇供电所放一台自助缴费终端，缴现金方便些。", steps: []did{{hourly, "manager", "accept", ""}, {5 * daily, "manager", "resolve", "none"}}},
	{ago: 8 * daily, kind: feedback.Complaint, category: "quality.reliability", because: []string{"collective"}, known: 8, answer: "", text: "小区这个月已经停了五次电，几十户业主准备联名反映，请尽快彻底解决。",
		steps: []did{{20, "head", "accept", ""}, {hourly * 3, "head", "contacted", "已与业主代表见面"}, {hourly, "head", "note", "请运检班查该台区近三个月跳闸记录，并报告负荷情况"}, {hourly * 2, "head", "reply", "台区增容方案已上报，预计两周内实施"}}},
	{ago: 6 * daily, kind: feedback.Complaint, category: "business.connection", because: []string{"threat"}, known: 0, answer: "", text: "申请装表两个多星期了没有人联系我，再不处理我就打 12398。",
		steps: []did{{hourly, "manager", "accept", ""}, {hourly * 2, "manager", "transfer", "表计由计量班领用，请计量班处理"}}},
	{ago: 5 * daily, kind: feedback.Inquiry, category: "business.change", known: 1, answer: "过户需带双方身份证和房产证明，结清电费即可办理。", text: "买了二手房，咨询电表过户要带什么材料。", steps: []did{{0, "agent", "at_once", ""}}},
	{ago: 4 * daily, kind: feedback.ServiceRequest, category: "request.damage", area: "rural", because: []string{"injury"}, known: 2, answer: "", text: "昨晚电压突然升高，电视和冰箱烧坏，老人被吓到住院，要求赔偿。",
		steps: []did{{hourly, "metering", "accept", ""}, {hourly * 20, "metering", "arrived", ""}, {hourly * 2, "metering", "note", "已拍照登记两件电器，等维修站鉴定报告"}}},
	{ago: 3 * daily, kind: feedback.Opinion, category: "grid.works", known: 3, answer: "", text: "线路施工把田埂挖坏了没有恢复，下雨积水。", steps: []did{{hourly, "complaint", "return", "施工单位属配网项目部，请重新派单"}}},
	{ago: 2 * daily, kind: feedback.Complaint, category: "service.hours", channel: "hall", known: 4, answer: "", text: "营业厅写着八点半开门，我等到九点还没有人。", steps: []did{{hourly, "complaint", "accept", ""}}},
	{ago: 26 * hourly, kind: feedback.Complaint, category: "business.billing", known: 5, answer: "", text: "手机上显示欠费停电，可是我昨天已经交了钱，银行也扣了款。", steps: []did{{30, "billing", "accept", ""}, {hourly * 3, "billing", "contacted", "已联系客户核对银行流水"}}},
	{ago: 20 * hourly, kind: feedback.ServiceRequest, category: "request.reconnect", known: 6, answer: "", text: "已经结清欠费，申请复电。", steps: []did{{20, "metering", "accept", ""}}},
	{ago: 5 * hourly, kind: feedback.Complaint, category: "service.attitude", known: 0, answer: "", text: "上次投诉以后又遇到同一个人，还是那样的态度。", steps: nil},
	{ago: 3 * hourly, kind: feedback.Report, category: "violation.staff", channel: "phone", known: -1, secret: true, answer: "", text: "反映有人装表时收好处费，不愿留姓名。", steps: nil},
	{ago: 70, kind: feedback.Fault, category: "fault.low_voltage", area: "rural", known: 7, answer: "", text: "村里半边停电，电线杆上有火花。", steps: []did{{4, "metering", "accept", ""}, {45, "metering", "arrived", ""}}},
	{ago: 25, kind: feedback.Fault, category: "fault.danger", area: "urban", because: []string{"important_user"}, known: 8, answer: "", text: "医院旁边的电缆井冒烟，请马上派人。", steps: []did{{3, "metering", "accept", ""}}},
	{ago: 15, kind: feedback.Suggestion, category: "business.fees", channel: "wechat", known: -1, answer: "", text: "希望账单上能看到每天的用电量。", steps: nil},
}
