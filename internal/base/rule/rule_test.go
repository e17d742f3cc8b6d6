package rule_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// eras are promises of the trade in three eras, one company and one province.
const eras = `[
 {"kind":"reply","id":"reply.cn.1996","version":1,"jurisdiction":"CN","company":"*","effective_from":"1996-10-08","effective_to":"2009-12-31","confidence":"GK","source_zh":"规则","source_en":"rule","params":{"scope":"stage","target":"5d"}},
 {"kind":"reply","id":"reply.nea.2009","version":1,"jurisdiction":"CN","company":"*","effective_from":"2010-01-01","confidence":"GK","source_zh":"办法","source_en":"rule","params":{"scope":"stage","target":"3wd","legal":"8wd"}},
 {"kind":"reply","id":"reply.nea.2009","version":2,"jurisdiction":"CN","company":"*","effective_from":"2020-01-01","confidence":"A","source_zh":"办法","source_en":"rule","params":{"scope":"stage","target":"2wd","legal":"8wd"}},
 {"kind":"reply","id":"reply.csg","version":1,"jurisdiction":"CN","company":"CSG","effective_from":"2017-01-01","confidence":"B","source_zh":"承诺","source_en":"promise","params":{"scope":"stage","target":"1wd"}},
 {"kind":"reply","id":"reply.henan","version":1,"jurisdiction":"CN-41","company":"*","effective_from":"2020-11-28","confidence":"A","source_zh":"条例","source_en":"statute","params":{"scope":"total","target":"5wd"}}]`

func TestARuleIsChosenByDateKindAndPlace(t *testing.T) {
	b, err := rule.Load[when.Terms]([]byte(eras))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct {
		day  when.Day
		at   rule.Place
		want string
	}{
		{"1996-10-07", rule.Place{}, ""},
		{"2009-12-31", rule.Place{}, "reply.cn.1996@1"},
		{"2010-01-01", rule.Place{}, "reply.nea.2009@1"},
		{"2019-12-31", rule.Place{Jurisdiction: "CN-33", Company: "SGCC"}, "reply.nea.2009@1"},
		{"2020-01-01", rule.Place{Jurisdiction: "CN-33", Company: "SGCC"}, "reply.nea.2009@2"},
		{"2016-12-31", rule.Place{Company: "CSG"}, "reply.nea.2009@1"},
		{"2017-01-01", rule.Place{Company: "CSG"}, "reply.csg@1"},
		{"2026-01-01", rule.Place{Jurisdiction: "CN-41", Company: "CSG"}, "reply.henan@1"},
	} {
		r, ok := b.On("reply", v.day, v.at)
		if got := r.Ref(); ok != (v.want != "") || ok && got != v.want {
			t.Errorf("%s %+v: %s", v.day, v.at, got)
		}
	}
	if _, ok := b.On("review", "2026-01-01", rule.Place{}); ok {
		t.Error("a rule of another kind was chosen")
	}
	r, ok := b.Find("reply.nea.2009@1")
	if !ok || r.Params.Target.String() != "3wd" || r.Params.Legal.String() != "8wd" || len(b.All()) != 5 {
		t.Errorf("found %+v", r)
	}
	if _, ok := b.Find("reply.nea.2009@3"); ok {
		t.Error("found a version that is not there")
	}
	raw, err := json.Marshal(b.All())
	if again, aerr := rule.Load[when.Terms](raw); err != nil || aerr != nil || len(again.All()) != 5 {
		t.Errorf("written and read again: %v %v", err, aerr)
	}
}

func TestRulesAreCheckedOnLoad(t *testing.T) {
	for _, change := range [][2]string{
		{`"kind":"reply","id":"reply.cn.1996"`, `"kind":"","id":"reply.cn.1996"`},
		{`reply.cn.1996`, `reply.Cn 1996`},
		{`"jurisdiction":"CN-41"`, `"jurisdiction":"Henan"`},
		{`"company":"CSG"`, `"company":"ACME"`},
		{`"confidence":"B"`, `"confidence":""`},
		{`"source_en":"statute"`, `"source_en":""`},
		{`"effective_to":"2009-12-31"`, `"effective_to":"1990-12-31"`},
		{`"effective_to":"2009-12-31"`, `"effective_to":"2010-02-30"`},
		{`"effective_to":"2009-12-31"`, `"effective_to":"2010-01-01"`}, // two eras meet
		{`"version":2`, `"version":3`},
		{`"version":2`, `"version":1`},
		{`"target":"5d"`, `"target":"5 days"`},
		{`"target":"3wd"`, `"target":"9wd"`}, // longer than the law allows
		{`"scope":"total"`, `"scope":"whole"`},
		{`"scope":"total"`, `"scpoe":"total"`},
		{`[`, `{`},
	} {
		raw := strings.Replace(eras, change[0], change[1], 1)
		if raw == eras {
			t.Fatalf("%s is not there", change[0])
		}
		if _, err := rule.Load[when.Terms]([]byte(raw)); err == nil {
			t.Errorf("accepted %s", change[1])
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("Must accepted nothing")
		}
	}()
	rule.Must[when.Terms]([]byte("x"))
}
