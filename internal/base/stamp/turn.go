package stamp

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/image/math/f64"
)

// asIs is the orientation of a picture that stands upright already.
const asIs = 1

// turns is how a picture w wide and h high is brought upright from an orientation
// (Exif 2.32, tag 0x0112).
func turns(orientation int, w, h float64) f64.Aff3 {
	switch orientation {
	case 2:
		return f64.Aff3{-1, 0, w, 0, 1, 0}
	case 3:
		return f64.Aff3{-1, 0, w, 0, -1, h}
	case 4:
		return f64.Aff3{1, 0, 0, 0, -1, h}
	case 5:
		return f64.Aff3{0, 1, 0, 1, 0, 0}
	case 6:
		return f64.Aff3{0, -1, h, 1, 0, 0}
	case 7:
		return f64.Aff3{0, -1, h, -1, 0, w}
	case 8:
		return f64.Aff3{0, 1, 0, -1, 0, w}
	}
	return f64.Aff3{1, 0, 0, 0, 1, 0}
}

// The signs of a JPEG file: of a segment, its Exif one, and where the pixels begin.
const (
	segment   = 0xff
	exifKind  = 0xe1
	scanKind  = 0xda
	headBytes = 4
)

// orientation is how a camera was held, as the Exif segment of a JPEG file tells.
func orientation(raw []byte) int {
	for i := 2; i+headBytes <= len(raw) && raw[i] == segment && raw[i+1] != scanKind; {
		end := i + 2 + int(binary.BigEndian.Uint16(raw[i+2:]))
		if end > len(raw) || end < i+headBytes {
			return asIs
		}
		if tiff, is := bytes.CutPrefix(raw[i+headBytes:end], []byte("Exif\x00\x00")); is && raw[i+1] == exifKind {
			return tagged(tiff)
		}
		i = end
	}
	return asIs
}

// tagged finds the orientation among the tags of the first directory.
func tagged(tiff []byte) int {
	if len(tiff) < 8 {
		return asIs
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return asIs
	}
	const entry, tag = 12, 0x0112
	rest := tiff[at+2:]
	for n := order.Uint16(tiff[at:]); n > 0 && len(rest) >= entry; n, rest = n-1, rest[entry:] {
		if v := int(order.Uint16(rest[8:])); order.Uint16(rest) == tag && v >= asIs && v <= 8 {
			return v
		}
	}
	return asIs
}
