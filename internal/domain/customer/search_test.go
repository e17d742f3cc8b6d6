package customer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestTheSearchBox(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		supply := &accounts{owner: map[string]id.ID{}}
		w.SetSearchParts(supply)
		ctx := w.as(w.one)
		number := residentID(t, "1990-05-06", 7)
		a := person("单雄信", mobile(45678), "0578-2123456")
		a.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, number)}
		b := organisation("重庆TCL饭店有限公司")
		b.CustomerNo = "AB-77"
		b.Certificates = []customer.CertificateInput{certificate(cn.KindUSCC, "91350100M000100Y43")}
		x, y := w.create(ctx, a), w.create(ctx, b)
		w.create(ctx, person("单于", mobile(11234)))
		w.create(w.as(w.two), person("单雄信", mobile(45678)))
		supply.owner["1001000017"], supply.owner["1001000018"] = x.ID, y.ID
		w.write(func(tx *db.Tx) error { return w.ReindexTx(tx, w.one.ID, x.ID, y.ID) })
		for q, want := range map[string]string{
			"雄信": "单雄信", "单雄信": "单雄信", "单": "单于 单雄信", "信": "单雄信", "单信": "", "庆tcl饭": "重庆TCL饭店有限公司", "TCL": "重庆TCL饭店有限公司",
			"shanxiongxin": "单雄信", "shanx": "单雄信", "shan xiong": "单雄信", "sxx": "单雄信", "danxiongxin": "单雄信", "chongqing": "重庆TCL饭店有限公司", "cqtcl": "重庆TCL饭店有限公司",
			mobile(45678): "单雄信", "+86 154 0004 5678": "单雄信", "5678": "单雄信", "05782123456": "单雄信", "0578-2123456": "单雄信", "2123456": "单雄信", "3456": "单雄信", "9999": "",
			number: "单雄信", strings.ToLower("91350100M000100Y43"): "重庆TCL饭店有限公司", number[:17]: "",
			"1001000017": "单雄信", "M1001000017": "单雄信", "m1001000018": "重庆TCL饭店有限公司", "ab-77": "重庆TCL饭店有限公司", x.CustomerNo: "单雄信",
			"民路": "单雄信 重庆TCL饭店有限公司", "人民路1001000018号": "重庆TCL饭店有限公司", "路1001000018": "重庆TCL饭店有限公司", "路10": "单雄信 重庆TCL饭店有限公司", "路19": "", "民路 饭店": "重庆TCL饭店有限公司", "雄信 5678": "单雄信", "雄信 1234": "", "sxx 人民路": "单雄信", "5678 3456": "单雄信",
			"": "", "   ": "", "%": "", "'; DROP TABLE customer; --": "", "秦 始 皇": "",
		} {
			if got := strings.Join(w.found(ctx, q), " "); got != want {
				t.Errorf("%q finds %q, want %q", q, got, want)
			}
		}
		if got := fmt.Sprint(w.found(w.as(w.province), "雄信")); got != "[单雄信 单雄信]" {
			t.Errorf("the province finds %s", got)
		}
		found, err := w.Search(ctx, "雄信", 20)
		if err != nil || found[0].ID != x.ID || found[0].Subtitle != "人民路1001000017号" || found[0].Hint != x.CustomerNo || found[0].Kind != customer.KindPerson || found[0].Masked {
			t.Errorf("%+v %v", found, err)
		}
		if found, err = w.Search(w.as(w.one, "customer.list"), "雄信", 20); err != nil || found[0].Title != "单*信" || found[0].Subtitle != "人民路******" || !found[0].Masked {
			t.Errorf("masked: %+v %v", found, err)
		}
		if found, err = w.Search(w.as(w.province), "单", 2); err != nil || len(found) != 2 {
			t.Errorf("at most two: %+v %v", found, err)
		}
		if _, err = w.Search(w.as(w.one, "customer.get"), "单", 2); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("forbidden: %v", err)
		}
	})
}

func TestACompanyWithoutCustomersIsSearched(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, q := range []string{"张三", mobile(1), "1234"} {
			if got := w.found(w.as(w.province), q); len(got) != 0 {
				t.Errorf("%s finds %v", q, got)
			}
		}
		if found, err := w.Check(w.as(w.one), person("张三", mobile(1))); err != nil || len(found) != 0 {
			t.Errorf("%v %v", found, err)
		}
		w.must(w.db.Read(context.Background(), func(tx *db.Tx) error { return w.ReindexTx(tx, w.one.ID) }))
	})
}
