package customer_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// picture is a white PNG.
var picture = func() string {
	m := image.NewGray(image.Rect(0, 0, 1800, 600))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.String()
}()

// taken is a file as it was attached, out of what leaves by an approval.
func (w *world) taken(ctx context.Context, c id.ID, a customer.Attachment) string {
	w.t.Helper()
	f, err := w.Download(ctx, c, a.ID, approval)
	w.must(err)
	z, err := zip.NewReader(bytes.NewReader(f.Content), int64(len(f.Content)))
	w.must(err)
	r, err := z.File[1].Open()
	w.must(err)
	raw, err := io.ReadAll(r)
	w.must(errors.Join(err, r.Close()))
	return string(raw)
}

func TestFilesLeaveByAnApprovalWithTheirTakersMark(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, given := w.as(w.one), &approved{}
		w.SetReleases(given)
		c := w.create(ctx, person("张三"))
		attach := func(name, content string) customer.Attachment {
			a, err := w.Attach(ctx, "", c.ID, name, strings.NewReader(content))
			w.must(err)
			return a
		}
		contract, photo, broken := attach("合同.pdf", pdf), attach("照片.png", picture), attach("坏的.png", picture[:60])
		f, err := w.Download(ctx, c.ID, photo.ID, approval)
		w.must(err)
		m, err := jpeg.Decode(bytes.NewReader(f.Content))
		if err != nil || f.Name != "7K2Q-90FM-4TXC-B13Z 照片.jpg" || f.MediaType != "image/jpeg" || m.Bounds() != image.Rect(0, 0, 1800, 600) || !drawnOn(m) {
			t.Errorf("a picture leaves as %s, %s, %v", f.Name, f.MediaType, err)
		}
		for _, a := range []customer.Attachment{contract, broken} {
			if f, err = w.Download(ctx, c.ID, a.ID, approval); err != nil || f.Name != "7K2Q-90FM-4TXC-B13Z "+a.Name[:len(a.Name)-4]+".zip" {
				t.Errorf("%s leaves as %s, %v", a.Name, f.Name, err)
			}
			z, err := zip.NewReader(bytes.NewReader(f.Content), int64(len(f.Content)))
			w.must(err)
			r, err := z.File[0].Open()
			w.must(err)
			sheet, err := io.ReadAll(r)
			if err != nil || len(z.File) != 2 || z.File[0].Name != "7K2Q-90FM-4TXC-B13Z.html" || z.File[1].Name != "7K2Q-90FM-4TXC-B13Z "+a.Name {
				t.Errorf("%d parts, %v", len(z.File), err)
			}
			for _, told := range []string{"7K2Q-90FM-4TXC-B13Z", "柜员甲", "2026-03-02", c.CustomerNo, a.Name} {
				if !strings.Contains(string(sheet), told) {
					t.Errorf("the sheet beside %s does not tell %s", a.Name, told)
				}
			}
		}
		clerk := w.as(w.one, "customer.get")
		if _, err := w.Download(clerk, c.ID, photo.ID, approval); err != nil {
			t.Errorf("who sees nothing by right, by a look-up: %v", err)
		}
		for name, who := range map[string]context.Context{"who sees all by right": ctx, "who does not": clerk} {
			if _, err := w.Download(who, c.ID, photo.ID, id.ID{}); !errors.Is(err, customer.ErrNeedsLookup) {
				t.Errorf("%s, without a look-up: %v", name, err)
			}
		}
		given.plain = true
		if _, err := w.Download(ctx, c.ID, photo.ID, approval); !errors.Is(err, customer.ErrConcealed) {
			t.Errorf("a look-up without sensitive fields: %v", err)
		}
		if given.over = true; !errors.Is(second(w.Download(ctx, c.ID, photo.ID, approval)), errOver) {
			t.Error("it left after the look-up was over")
		}
	})
}

// What is shown on the screen is small and has its reader's name on it.
func TestPicturesArePreviewedWithTheirReadersMark(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三"))
		attach := func(name, content string) id.ID {
			a, err := w.Attach(ctx, "", c.ID, name, strings.NewReader(content))
			w.must(err)
			return a.ID
		}
		photo, contract, broken := attach("照片.png", picture), attach("合同.pdf", pdf), attach("坏的.png", picture[:60])
		f, err := w.Preview(ctx, c.ID, photo)
		w.must(err)
		m, err := jpeg.Decode(bytes.NewReader(f.Content))
		if err != nil || m.Bounds().Dx() != 1600 || !drawnOn(m) {
			t.Errorf("%v", err)
		}
		for want, err := range map[error]error{
			customer.ErrConcealed: second(w.Preview(w.as(w.one, "customer.get"), c.ID, photo)), db.ErrNotFound: second(w.Preview(w.as(w.two), c.ID, photo)),
			access.ErrForbidden: second(w.Preview(w.as(w.one, "customer.list"), c.ID, photo)),
		} {
			if !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		for _, i := range []id.ID{contract, broken} {
			if _, err := w.Preview(ctx, c.ID, i); !errors.Is(err, customer.ErrNoPreview) {
				t.Errorf("no picture: %v", err)
			}
		}
	})
}

// drawnOn tells whether a picture that was white has something on it.
func drawnOn(m image.Image) bool {
	dark := 0
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			if color.GrayModel.Convert(m.At(x, y)).(color.Gray).Y < 200 {
				dark++
			}
		}
	}
	return dark > 1000
}
