// Package stamp draws a text over a picture, so that whoever finds a copy can read
// where it came from.
package stamp

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // a format that is read
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	_ "golang.org/x/image/webp" // a format that is read
)

// ErrPicture: it is none that can be read, or has too many pixels to be held.
var ErrPicture = errors.New("stamp: no picture that can be drawn into")

// maxPixels bounds the memory a picture takes: four bytes for each.
const maxPixels = 40_000_000

const quality = 88

// Picture gives a JPEG of a picture, upright, with a text all over it. No side is
// longer than maxSide; 0 leaves the size as it is. The text is Latin: the font has
// no other letters. Nothing but the picture itself is taken over, no position and
// no thumbnail. Error: ErrPicture.
func Picture(raw []byte, text string, maxSide int) ([]byte, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil || size.Width < 1 || size.Height < 1 || size.Width > maxPixels/size.Height {
		return nil, ErrPicture
	}
	src, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, ErrPicture
	}
	dst := upright(src, orientation(raw), maxSide)
	if err := mark(dst, text); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, dst, &jpeg.Options{Quality: quality})
	return out.Bytes(), err
}

// upright turns and shrinks a picture, on white.
func upright(src image.Image, turn, maxSide int) *image.RGBA {
	w, h := float64(src.Bounds().Dx()), float64(src.Bounds().Dy())
	scale := 1.0
	if maxSide > 0 {
		scale = math.Min(1, float64(maxSide)/math.Max(w, h))
	}
	m := turns(turn, w, h)
	for i := range m {
		m[i] *= scale
	}
	if turn > 4 {
		w, h = h, w
	}
	dst := image.NewRGBA(image.Rect(0, 0, max(1, int(w*scale)), max(1, int(h*scale))))
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src)
	draw.BiLinear.Transform(dst, m, src, src.Bounds(), draw.Over, nil)
	return dst
}

// mark draws the text in rows over the whole picture, dark on light and light on
// dark.
func mark(dst *image.RGBA, text string) error {
	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return err
	}
	size := math.Max(6, float64(dst.Bounds().Dx())/32)
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		return err
	}
	defer face.Close()
	step := font.MeasureString(face, text).Ceil() + int(3*size)
	shadow := max(1, int(size/16))
	for row, y := 0, int(1.6*size); y < dst.Bounds().Dy()+int(size); row, y = row+1, y+int(5*size) {
		for x := int(size/2) - row%2*step/2; x < dst.Bounds().Dx(); x += step {
			write(dst, face, text, x+shadow, y+shadow, color.NRGBA{R: 255, G: 255, B: 255, A: 150})
			write(dst, face, text, x, y, color.NRGBA{R: 120, A: 150})
		}
	}
	return nil
}

func write(dst *image.RGBA, face font.Face, text string, x, y int, ink color.Color) {
	d := font.Drawer{Dst: dst, Src: image.NewUniform(ink), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(text)
}
