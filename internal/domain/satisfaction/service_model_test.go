package satisfaction_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/satisfaction"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/pls"
)

// ownModel is a small sound model.
func ownModel(name string) satisfaction.Model {
	return satisfaction.Model{
		Name: name, Title: satisfaction.Text{Zh: "自定模型"}, Target: "满意", Scale: satisfaction.Scale{Min: 1, Max: 5},
		Constructs: []satisfaction.Construct{
			{Name: "质量", Title: satisfaction.Text{Zh: "质量"}, Mode: pls.ModeA, Indicators: []string{"q1", "q2"}},
			{Name: "满意", Title: satisfaction.Text{Zh: "满意"}, Mode: pls.ModeA, Indicators: []string{"s1"}},
		},
		Items: []satisfaction.Item{{Code: "q1", Text: satisfaction.Text{Zh: "问一"}}, {Code: "q2", Text: satisfaction.Text{Zh: "问二"}}, {Code: "s1", Text: satisfaction.Text{Zh: "问三"}}},
		Paths: []satisfaction.Path{{From: "质量", To: "满意"}},
	}
}

func (b *bench) model(t *testing.T, ctx context.Context, name string) satisfaction.OwnModel {
	t.Helper()
	m, err := b.CreateModel(ctx, "", satisfaction.ModelInput{Model: ownModel(name)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func fieldTexts(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fmt.Sprint(err)
	}
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Name+": "+catalogue.Text("zh", "problem.field."+field.Code, field.Params))
	}
	return strings.Join(out, " ")
}

func TestAModelsLife(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		m := b.model(t, ctx, "own")
		if m.Version != 1 || m.OrgID != b.lin.ID || m.ChangedBy != "李" || m.Shipped || m.Ref() != m.ID.String() {
			t.Errorf("made %+v", m)
		}
		changed := ownModel("own")
		changed.Title.Zh, changed.Constructs[0].Indicators, changed.Items = "第二版", []string{"q1"}, append(changed.Items[:1:1], changed.Items[2])
		second, err := b.UpdateModel(ctx, m.ID, 1, changed)
		if err != nil || second.Version != 2 || second.Title.Zh != "第二版" {
			t.Fatalf("%+v %v", second, err)
		}
		if _, err := b.UpdateModel(ctx, m.ID, 1, changed); !errors.Is(err, db.ErrStale) {
			t.Errorf("change of an old version: %v", err)
		}
		d, err := b.Model(ctx, m.Ref())
		if err != nil || len(d.Versions) != 2 || d.Versions[0].Title.Zh != "第二版" || len(d.Versions[1].Items) != 3 || d.Version != 2 {
			t.Errorf("%+v %v", d, err)
		}
		if err := b.DeleteModel(ctx, m.ID, 1); !errors.Is(err, db.ErrStale) {
			t.Errorf("removal of an old version: %v", err)
		}
		if err := b.DeleteModel(ctx, m.ID, 2); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Model(ctx, m.Ref()); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("after removal: %v", err)
		}
		var actions []string
		err = b.db.Read(ctx, func(tx *db.Tx) error {
			entries, err := b.audit.HistoryTx(tx, db.ScopeOf(b.lin.ID), m.ID, 10)
			for _, e := range entries {
				actions = append(actions, e.Action)
			}
			return err
		})
		if got := strings.Join(actions, " "); err != nil || got != "satisfaction.model_delete satisfaction.model_update satisfaction.model_create" {
			t.Errorf("audit %s %v", got, err)
		}
	})
}

func TestModelsAreRefusedWithAllTheirMistakes(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		bad := ownModel("bad")
		bad.Constructs[1].Indicators = []string{"q1", "s1"}
		bad.Paths = append(bad.Paths, satisfaction.Path{From: "满意", To: "质量"})
		want := "constructs[1].indicators[0]: 题目“q1”同时属于构念“质量”和“满意”，一个题目只能属于一个构念，请去掉一处。 paths: 路径成环：质量 -> 满意 -> 质量，请去掉其中一条。"
		m := b.model(t, ctx, "good")
		for name, try := range map[string]func() error{
			"create": func() error { _, err := b.CreateModel(ctx, "", satisfaction.ModelInput{Model: bad}); return err },
			"update": func() error { _, err := b.UpdateModel(ctx, m.ID, 1, bad); return err },
			"check":  func() error { return b.CheckModel(ctx, bad) },
		} {
			if got := fieldTexts(try()); got != want {
				t.Errorf("%s: %s", name, got)
			}
		}
		if err := b.CheckModel(ctx, ownModel("fine")); err != nil {
			t.Error(err)
		}
		if got := fieldTexts(b.CheckModel(ctx, ownModel("ecsi"))); got != "name: “ecsi”是随程序提供的模型的编码，请换一个。" {
			t.Error(got)
		}
		if _, err := b.CreateModel(ctx, "", satisfaction.ModelInput{Model: ownModel("good")}); !errors.Is(err, satisfaction.ErrModelName) {
			t.Errorf("the same name: %v", err)
		}
		if _, err := b.UpdateModel(ctx, b.model(t, ctx, "other").ID, 1, ownModel("good")); !errors.Is(err, satisfaction.ErrModelName) {
			t.Errorf("renamed to the same: %v", err)
		}
		if _, err := b.CreateModel(b.as(b.hai), "", satisfaction.ModelInput{Model: ownModel("good")}); err != nil {
			t.Errorf("the same name in another company: %v", err)
		}
	})
}

func TestAModelIsMadeOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		first, err := b.CreateModel(ctx, "key", satisfaction.ModelInput{Model: ownModel("once")})
		if err != nil {
			t.Fatal(err)
		}
		if again, err := b.CreateModel(ctx, "key", satisfaction.ModelInput{Model: ownModel("once")}); err != nil || again.ID != first.ID {
			t.Errorf("again: %+v %v", again, err)
		}
		if _, err := b.CreateModel(ctx, "key", satisfaction.ModelInput{Model: ownModel("twice")}); !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("another under the same key: %v", err)
		}
	})
}

func TestCopies(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ctx := b.as(b.lin)
		in := satisfaction.CopyInput{Name: "our_ecsi", Title: satisfaction.Text{Zh: "我们的模型"}}
		m, err := b.CopyModel(ctx, "", "ecsi", in)
		if err != nil || m.Shipped || m.Name != "our_ecsi" || len(m.Items) != 23 || len(m.Paths) != 12 || m.Title.Zh != "我们的模型" {
			t.Fatalf("%+v %v", m, err)
		}
		if original, _ := satisfaction.ShippedModel("ecsi"); original.Name != "ecsi" || original.Title.Zh == "我们的模型" {
			t.Error("the shipped model has changed")
		}
		in.Name = "copy_of_copy"
		if _, err := b.CopyModel(ctx, "", m.Ref(), in); err != nil {
			t.Error(err)
		}
		for _, ref := range []string{"nothing", m.ID.String() + "x", id.ID{9}.String()} {
			if _, err := b.CopyModel(ctx, "", ref, in); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("copy of %q: %v", ref, err)
			}
		}
	})
}

func TestModelsByOrganisation(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		lin, hai, province := b.as(b.lin), b.as(b.hai), b.as(b.province)
		own, above := b.model(t, lin, "own"), b.model(t, province, "above")
		names := func(ctx context.Context) string {
			models, err := b.Models(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, m := range models {
				out = append(out, m.Name)
			}
			return strings.Join(out, " ")
		}
		for who, want := range map[*context.Context]string{&lin: "acsi ecsi scsb above own", &hai: "acsi ecsi scsb above", &province: "acsi ecsi scsb above own"} {
			if got := names(*who); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		if _, err := b.Model(hai, own.Ref()); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company's model: %v", err)
		}
		if _, err := b.Model(hai, above.Ref()); err != nil {
			t.Errorf("the province's model: %v", err)
		}
		if _, err := b.UpdateModel(hai, above.ID, 1, ownModel("mine")); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a company changes the province's model: %v", err)
		}
		if err := b.DeleteModel(hai, own.ID, 1); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company removes it: %v", err)
		}
		if _, err := b.CreateModel(hai, "", satisfaction.ModelInput{OrgID: b.lin.ID, Model: ownModel("x")}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("made in another company: %v", err)
		}
		study := survey.CreateInput{StudyInput: survey.StudyInput{Title: "t", Wave: "w", Model: above.Ref()}}
		if _, err := b.surveys.Create(hai, "", study); err != nil {
			t.Errorf("a survey with the province's model: %v", err)
		}
		if study.Model = own.Ref(); fieldTexts(func() error { _, err := b.surveys.Create(hai, "", study); return err }()) == "<nil>" {
			t.Error("a survey with another company's model")
		}
		if err := b.DeleteModel(province, above.ID, 1); !errors.Is(err, satisfaction.ErrModelUsed) {
			t.Errorf("removal of a model in use: %v", err)
		}
	})
}

func TestRightsOverModels(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		reader := b.as(b.lin, "satisfaction.models", "satisfaction.model")
		if _, err := b.Models(reader); err != nil {
			t.Error(err)
		}
		if _, err := b.Model(reader, "ecsi"); err != nil {
			t.Error(err)
		}
		m := ownModel("x")
		for name, try := range map[string]func() error{
			"create": func() error { _, err := b.CreateModel(reader, "", satisfaction.ModelInput{Model: m}); return err },
			"copy":   func() error { _, err := b.CopyModel(reader, "", "ecsi", satisfaction.CopyInput{Name: "x"}); return err },
			"update": func() error { _, err := b.UpdateModel(reader, id.ID{1}, 1, m); return err },
			"delete": func() error { return b.DeleteModel(reader, id.ID{1}, 1) },
			"check":  func() error { return b.CheckModel(reader, m) },
			"bands":  func() error { _, err := b.Bands(reader, id.ID{}); return err },
			"set":    func() error { _, err := b.SetBands(reader, id.ID{}, 0, satisfaction.BandsInput{}); return err },
			"estimate": func() error {
				_, err := b.Estimate(reader, "zh", "", id.ID{1}, satisfaction.EstimateInput{})
				return err
			},
			"list":    func() error { _, _, err := b.List(reader, "zh", satisfaction.ListInput{Limit: 1}); return err },
			"get":     func() error { _, err := b.Get(reader, "zh", id.ID{1}); return err },
			"report":  func() error { _, err := b.Report(reader, "zh", id.ID{1}); return err },
			"xlsx":    func() error { _, _, err := b.XLSX(reader, "zh", id.ID{1}); return err },
			"json":    func() error { _, err := b.JSON(reader, id.ID{1}); return err },
			"compare": func() error { _, err := b.Compare(reader, "zh", id.ID{1}, id.ID{2}); return err },
			"remove":  func() error { return b.Delete(reader, id.ID{1}, 1) },
		} {
			if err := try(); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestBandsAreInherited(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		lin, province := b.as(b.lin), b.as(b.province)
		own, err := b.Bands(lin, id.ID{})
		if err != nil || own.Version != 0 || !own.SetBy.IsZero() || own.OrgID != b.lin.ID || len(own.Bands) != 5 {
			t.Fatalf("the program's own: %+v %v", own, err)
		}
		two := satisfaction.BandsInput{Bands: []satisfaction.Band{{From: 0, Title: satisfaction.Text{Zh: "低"}}, {From: 70, Title: satisfaction.Text{Zh: "高"}}}}
		if _, err := b.SetBands(province, id.ID{}, 0, two); err != nil {
			t.Fatal(err)
		}
		if own, err = b.Bands(lin, id.ID{}); err != nil || own.SetBy != b.province.ID || own.Version != 0 || len(own.Bands) != 2 {
			t.Errorf("the province's: %+v %v", own, err)
		}
		two.Bands[1].From = 75
		set, err := b.SetBands(lin, id.ID{}, own.Version, two)
		if err != nil || set.Version != 1 {
			t.Fatalf("%+v %v", set, err)
		}
		if _, err := b.SetBands(lin, id.ID{}, 0, two); !errors.Is(err, db.ErrStale) {
			t.Errorf("a second first time: %v", err)
		}
		two.Bands[1].From = 80
		if set, err = b.SetBands(lin, id.ID{}, 1, two); err != nil || set.Version != 2 {
			t.Errorf("%+v %v", set, err)
		}
		if again, err := b.Bands(lin, id.ID{}); err != nil || again.Version != 2 || again.SetBy != b.lin.ID || again.Bands[1].From != 80 {
			t.Errorf("%+v %v", again, err)
		}
		if _, err := b.Bands(lin, b.hai.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company's: %v", err)
		}
		if _, err := b.SetBands(lin, b.hai.ID, 0, two); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("set for another company: %v", err)
		}
		two.Bands = two.Bands[1:]
		if _, err := b.SetBands(lin, id.ID{}, 2, two); fieldTexts(err) != "bands[0].from: 第一级必须从 0 开始。" {
			t.Errorf("bad bands: %v", err)
		}
	})
}
