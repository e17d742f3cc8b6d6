package customer_test

import (
	"errors"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
)

func TestCounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one, two := w.as(w.one, "customer.*"), w.as(w.two, "customer.*")
		w.create(one, person("张伟", mobile(1)))
		w.create(one, organisation("青岭华能机械有限公司"))
		w.create(two, person("李四", mobile(2)))
		*w.now = w.now.Add(40 * 24 * time.Hour)
		since := *w.now
		w.create(one, person("王芳", mobile(3)))
		got, err := w.Counts(one, since)
		w.must(err)
		if got.Persons != 2 || got.Organisations != 1 || got.New != 1 {
			t.Errorf("company one: %+v", got)
		}
		if got, err = w.Counts(w.as(w.province, "customer.*"), since); err != nil || got.Persons != 3 || got.New != 1 {
			t.Errorf("province: %+v, %v", got, err)
		}
		if _, err := w.Counts(w.as(w.one, "supply.*"), since); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("without permission: %v", err)
		}
	})
}
