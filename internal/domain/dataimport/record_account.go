package dataimport

import (
	"cmp"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

// readAccount reads the account of a row with its premise and meter. What the
// file leaves out is filled in only when an account is made.
func (r *reader) readAccount(rec *record) {
	if rec.accountNo == "" {
		if r.kind == Accounts || len(rec.values.accountFields()) > 0 {
			r.reject(rec, "account_no", "required")
		}
		return
	}
	v := rec.values
	rec.account = supply.AccountInput{UnitID: rec.unit}
	v.fillAccount(&rec.account)
	rec.premise = supply.PremiseInput{Address: v["address"], Postcode: v["postcode"]}
	if v["address"] == "" && v["postcode"] != "" {
		r.reject(rec, "address", "required")
	}
	rec.meter = supply.MeterInput{AssetNo: supply.NormalNumber(v["meter_no"]), Model: v["meter_model"], Factor: max(v.int64("meter_factor"), 1)}
	if v["meter_no"] == "" && v["meter_factor"] != "" {
		r.reject(rec, "meter_no", "required")
	}
}

// accountOnly are fields that belong to the account alone, so that their values
// make no sense without its number.
var accountOnly = []string{"account_name", "account_class", "use_category", "account_status", "contract_capacity", "running_capacity", "voltage",
	"area", "importance", "load_class", "shifts", "reading_section", "opened_on", "energised_on", "closed_on", "expires_on", "district_no", "line_no",
	"address", "postcode", "meter_no", "meter_factor", "meter_model", "installed_on", "wiring", "metering_mode"}

func (v values) accountFields() (present []string) {
	for _, f := range accountOnly {
		if v[f] != "" {
			present = append(present, f)
		}
	}
	return present
}

// fillAccount sets what the row says and leaves the rest.
func (v values) fillAccount(a *supply.AccountInput) {
	for _, f := range []struct {
		field string
		to    *string
	}{{"account_no", &a.AccountNo}, {"account_name", &a.Name}, {"account_class", &a.Class}, {"use_category", &a.UseCategory}, {"account_status", &a.Status},
		{"area", &a.Area}, {"voltage", &a.Voltage}, {"importance", &a.Importance}, {"load_class", &a.LoadClass}, {"shifts", &a.Shifts},
		{"reading_section", &a.ReadingSection}, {"opened_on", (*string)(&a.OpenedOn)}, {"energised_on", (*string)(&a.EnergisedOn)},
		{"closed_on", (*string)(&a.ClosedOn)}, {"expires_on", (*string)(&a.ExpiresOn)}} {
		if v[f.field] != "" {
			*f.to = v[f.field]
		}
	}
	if v["contract_capacity"] != "" {
		a.ContractVA = v.int64("contract_capacity")
		a.RunningVA = min(a.RunningVA, a.ContractVA)
	}
	if v["running_capacity"] != "" {
		a.RunningVA = v.int64("running_capacity")
	}
	if code, ok := supply.ParseCode("industry", v["industry"]); ok {
		a.Industry = code
	}
	a.AccountNo = supply.NormalNumber(a.AccountNo)
}

// high are the voltages of high-voltage accounts.
func high(voltage string) bool { return voltage != "" && voltage != "AC02202" && voltage != "AC03802" }

// newAccount completes the account of a row that makes one: a residential account
// is on 220 V, whatever else is low voltage is not residential, and so on.
func (rec *record) newAccount(customerName string) supply.AccountInput {
	a := rec.account
	a.Name = cmp.Or(a.Name, customerName)
	if a.Class == "" {
		switch {
		case a.UseCategory == "residential":
			a.Class = "lv_res"
		case high(a.Voltage):
			a.Class = "hv"
		case a.Voltage != "" && a.UseCategory != "":
			a.Class = "lv_nonres"
		}
	}
	if a.Class == "lv_res" {
		a.UseCategory, a.Voltage = cmp.Or(a.UseCategory, "residential"), cmp.Or(a.Voltage, "AC02202")
	}
	if rec.values["running_capacity"] == "" {
		a.RunningVA = a.ContractVA
	}
	return a
}

// newPoint is the metering point of a meter that a row brings along.
func (rec *record) newPoint(a supply.AccountInput) supply.PointInput {
	p := supply.PointInput{No: a.AccountNo, Name: a.Name, Voltage: a.Voltage, Wiring: rec.values["wiring"], MeteringMode: rec.values["metering_mode"]}
	if p.Wiring == "" {
		switch {
		case a.Voltage == "AC02202":
			p.Wiring = "single_phase"
		case high(a.Voltage):
			p.Wiring = "three_wire"
		default:
			p.Wiring = "four_wire"
		}
	}
	if p.MeteringMode == "" && !high(a.Voltage) {
		p.MeteringMode = "lv_lv"
	}
	return p
}

// supplyFields are our fields for inputs of supply with another name.
var supplyFields = map[string]string{"name": "account_name", "class": "account_class", "status": "account_status", "contract_va": "contract_capacity",
	"running_va": "running_capacity", "asset_no": "meter_no", "factor": "meter_factor", "model": "meter_model", "district_id": "district_no", "line_id": "line_no", "no": "account_no"}

func supplyField(name string) string {
	if ours, ok := supplyFields[name]; ok {
		return ours
	}
	return name
}

// installedOn is the day a meter was hung: what the row says, else when the
// account was energised or opened.
func (rec *record) installedOn(a supply.AccountInput) when.Day {
	return cmp.Or(when.Day(rec.values["installed_on"]), a.EnergisedOn, a.OpenedOn)
}
