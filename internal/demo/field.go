package demo

import (
	"context"
	"strconv"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// billField is how a customer gets his bill; every company asks for it.
const billField = "power_bill"

// commonFields are those every company defined for itself.
var commonFields = []customer.FieldInput{
	{Code: billField, FieldBody: customer.FieldBody{Section: "服务习惯", NameZh: "账单方式", NameEn: "Bill by", Type: customer.ChoiceField, Position: 10, Options: []customer.Class{
		{Code: "paper", NameZh: "纸质账单", NameEn: "Paper"}, {Code: "electronic", NameZh: "电子账单", NameEn: "Electronic"}, {Code: "sms", NameZh: "短信账单", NameEn: "SMS"}}}},
	{Code: "flexible_kw", FieldBody: customer.FieldBody{Section: "负荷管理", NameZh: "可调负荷（千瓦）", NameEn: "Flexible load (kW)", Type: customer.NumberField,
		AppliesTo: customer.KindOrganisation, Position: 20}},
}

// ownFields are those one company alone has, in the order of the companies.
var ownFields = []customer.FieldInput{
	{Code: "tea_season", FieldBody: customer.FieldBody{Section: "用电特点", NameZh: "春茶季加工用电", NameEn: "Spring tea processing", Type: customer.BoolField, AppliesTo: customer.KindPerson, Position: 30}},
	{Code: "industrial_park", FieldBody: customer.FieldBody{Section: "用电特点", NameZh: "所属园区", NameEn: "Industrial park", Type: customer.ChoiceField, AppliesTo: customer.KindOrganisation, Position: 30,
		Options: []customer.Class{{Code: "liuhe", NameZh: "六合工业园", NameEn: "Liuhe park"}, {Code: "riverside", NameZh: "滨江小微园", NameEn: "Riverside park"}, {Code: "none", NameZh: "园区外", NameEn: "Outside"}}}},
	{Code: "typhoon_duty", FieldBody: customer.FieldBody{Section: "防汛防台", NameZh: "防台值守安排", NameEn: "Typhoon watch", Type: customer.TextField, AppliesTo: customer.KindOrganisation,
		Confidential: true, Position: 30}},
	{Code: "building_manager", FieldBody: customer.FieldBody{Section: "用电特点", NameZh: "物业单位", NameEn: "Building manager", Type: customer.TextField, AppliesTo: customer.KindPerson, Position: 30}},
}

func (b *builder) makeFields(ctx context.Context) error {
	if !b.options.History {
		return nil
	}
	for i, p := range companies {
		ctx, err := b.as(ctx, "maintainer"+p.Code)
		if err != nil {
			return err
		}
		for _, f := range append(commonFields[:len(commonFields):len(commonFields)], ownFields[i]) {
			f.OrgID = b.orgs[p.Code].ID
			if _, err := b.Customers.CreateField(ctx, "", f); err != nil {
				return err
			}
		}
	}
	return nil
}

var (
	buildingManagers = []string{"清源物业", "安居物业服务中心", "业主自治", "湖滨物业"}
	typhoonDuties    = []string{"台风蓝色预警起厂区双人值守，发电机加满油。", "橙色预警时停产撤人，留一名电工在配电房。", "由街道统一安排转移，停用临街招牌。"}
)

// fieldValues draws what is known of a customer in the fields of his company.
func (w *World) fieldValues(company int, c Customer) map[string]string {
	r, values := w.rand("field", company, c.Number), map[string]string{}
	if chance(r, 45) {
		values[billField] = pick(r, []string{"paper", "electronic", "electronic", "sms"})
	}
	if c.Account.HighVolt && chance(r, 70) {
		values["flexible_kw"] = strconv.FormatInt(c.Account.CapacityVA*(5+r.Int64N(15))/100_000, 10)
	}
	own := ownFields[company]
	if c.Person != (own.AppliesTo == customer.KindPerson) || !chance(r, 40) {
		return values
	}
	switch own.Code {
	case "tea_season":
		values[own.Code] = strconv.FormatBool(!c.Urban)
	case "industrial_park":
		values[own.Code] = pick(r, own.Options).Code
	case "typhoon_duty":
		values[own.Code] = pick(r, typhoonDuties)
	case "building_manager":
		values[own.Code] = pick(r, buildingManagers)
	}
	return values
}
