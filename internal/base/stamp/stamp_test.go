package stamp

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

const text = "7K2Q-90FM-4TXC-B13Z 2026-03-02 09:00"

// corner is a white picture with a blue upper left corner.
func corner(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.White)
			if x < w/4 && y < h/4 {
				m.Set(x, y, color.RGBA{B: 255, A: 255})
			}
		}
	}
	return m
}

func asJPEG(t *testing.T, m image.Image, orientation byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string([]byte{orientation}) + "\x00\x00\x00\x00\x00\x00")
	return append(append([]byte("\xff\xd8"), exif...), b.Bytes()[2:]...)
}

func opened(t *testing.T, raw []byte) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func blue(m image.Image, x, y int) bool {
	r, g, b, _ := m.At(x, y).RGBA()
	return b > 0x8000 && r < 0x8000 && g < 0x8000
}

func TestThePictureCarriesTheText(t *testing.T) {
	var raw bytes.Buffer
	plain := corner(800, 600)
	if err := png.Encode(&raw, plain); err != nil {
		t.Fatal(err)
	}
	marked, err := Picture(raw.Bytes(), text, 0)
	if err != nil {
		t.Fatal(err)
	}
	m := opened(t, marked)
	if m.Bounds() != plain.Bounds() {
		t.Errorf("it became %v", m.Bounds())
	}
	// Every quarter of the picture has the mark on it: a part that is cut out tells too.
	for _, part := range []image.Rectangle{image.Rect(0, 150, 400, 300), image.Rect(400, 0, 800, 300), image.Rect(0, 300, 400, 600), image.Rect(400, 300, 800, 600)} {
		dark := 0
		for y := part.Min.Y; y < part.Max.Y; y++ {
			for x := part.Min.X; x < part.Max.X; x++ {
				if _, g, _, _ := m.At(x, y).RGBA(); g < 0xb000 {
					dark++
				}
			}
		}
		if dark < 500 {
			t.Errorf("%v has %d dark pixels", part, dark)
		}
	}
}

func TestAPictureStandsUpright(t *testing.T) {
	// Where the corner that was the upper left one is to be found.
	for orientation, at := range map[byte]image.Point{1: {20, 20}, 2: {780, 20}, 3: {780, 580}, 4: {20, 580}, 5: {20, 20}, 6: {580, 20}, 7: {580, 780}, 8: {20, 780}} {
		marked, err := Picture(asJPEG(t, corner(800, 600), orientation), "", 0)
		if err != nil {
			t.Fatal(err)
		}
		m := opened(t, marked)
		if turned := m.Bounds().Dx() == 600; turned != (orientation > 4) || !blue(m, at.X, at.Y) {
			t.Errorf("orientation %d: %v, blue at %v: %v", orientation, m.Bounds(), at, blue(m, at.X, at.Y))
		}
		if bytes.Contains(marked, []byte("Exif")) {
			t.Errorf("orientation %d: what the camera told is still there", orientation)
		}
	}
}

func TestAPreviewIsSmall(t *testing.T) {
	marked, err := Picture(asJPEG(t, corner(800, 600), 6), text, 400)
	if err != nil {
		t.Fatal(err)
	}
	if m := opened(t, marked); m.Bounds() != image.Rect(0, 0, 300, 400) {
		t.Errorf("%v", m.Bounds())
	}
}

// What only says that it is a picture, and what would fill the memory, is refused
// before it is read.
func TestHostilePictures(t *testing.T) {
	var bomb bytes.Buffer
	if err := png.Encode(&bomb, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	huge := bytes.Clone(bomb.Bytes())
	copy(huge[16:24], "\x00\x01\x00\x00\x00\x01\x00\x00") // width and height; the checksum is wrong too
	broken := asJPEG(t, corner(80, 60), 6)
	for name, raw := range map[string][]byte{"nothing": nil, "text": []byte("%PDF-1.7"), "huge": huge, "cut": broken[:60], "only a head": []byte("\xff\xd8\xff\xe1\x00\x00")} {
		if _, err := Picture(raw, text, 0); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\x08\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if o := orientation(raw); o < 1 || o > 8 {
			t.Errorf("%d", o)
		}
	})
}
