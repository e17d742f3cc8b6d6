package cn

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

const (
	benchName    = "欧阳晓明"
	benchAddress = "丽水市莲都区紫金街道人民街121号3幢502室"
)

// The work of one imported row: 5 µs is the limit of the import of a million rows.
func BenchmarkImportRow(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Grams(benchName)
		Bigrams(benchAddress)
		Pinyin(benchName, PersonName)
		OtherPinyin(benchName)
		SortKey(benchName, PersonName)
	}
}

func BenchmarkFold(b *testing.B) {
	for name, s := range map[string]string{"folded": benchAddress, "to fold": "丽水市　莲都区人民街１２１号 A座"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(s)
			}
		})
	}
}

func BenchmarkGrams(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Grams(benchAddress)
	}
}

func BenchmarkPinyin(b *testing.B) {
	for name, kind := range map[string]NameKind{benchName: PersonName, benchAddress: PlaceName} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Pinyin(name, kind)
			}
		})
	}
}

func BenchmarkSortKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		SortKey(benchName, PersonName)
	}
}

func BenchmarkParsePhone(b *testing.B) {
	for _, s := range []string{"138 1234 5678", "0578-2123456"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParsePhone(s, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseResidentID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseResidentID("11010519491231002X", ResidentIDCheck{Today: "2026-11-22"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLexicon(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newReadings()
	}
}

func BenchmarkDecodeText(b *testing.B) {
	text := strings.Repeat(sample, 50_000)
	for enc, in := range map[Encoding][]byte{EncodingUTF8: []byte(text), EncodingGB18030: gb18030(b, text)} {
		b.Run(string(enc), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				r, _, err := DecodeText(bytes.NewReader(in))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
