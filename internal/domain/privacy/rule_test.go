package privacy

import (
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
)

func TestTheRulesAreWhole(t *testing.T) {
	if d := ruleOn("2026-01-01"); d.Ref() != "pipl.rights.answer@1" || d.Params.Target.String() != "15wd" {
		t.Errorf("deadline %+v", d)
	}
	if d := ruleOn("2020-01-01"); !d.Params.Target.IsZero() {
		t.Errorf("a rule before its time: %+v", d)
	}
	for _, f := range fates {
		_, law, _ := fateOf(f.Kind)
		if (f.Fate == Destroy) != (law == nil) {
			t.Errorf("%s is to %s by %v", f.Kind, f.Fate, law)
		}
		if !catalogue.Has("privacy.holding." + f.Kind) {
			t.Errorf("%s has no words", f.Kind)
		}
	}
	for _, r := range refusals {
		if len(r.Kinds) == 0 || r.SourceZh == "" || r.SourceEn == "" || !catalogue.Has("privacy_ui.reason."+r.Code) {
			t.Errorf("refusal %+v", r)
		}
	}
	for _, p := range shippedPurposes {
		text := p.textOn("2026-06-01")
		if text.Zh == "" || text.En == "" || p.SourceZh == "" || !catalogue.Has("privacy.purpose."+p.Code) {
			t.Errorf("purpose %+v", p)
		}
	}
}

func TestFileNamesLeadNowhere(t *testing.T) {
	for in, want := range map[string]string{"../../etc/passwd": "passwd", `..\..\boot.ini`: "boot.ini", "..": "file", "": "file", "身份证.jpg": "身份证.jpg"} {
		if got := plainName(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}
