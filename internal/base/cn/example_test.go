package cn_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
)

func ExampleParseResidentID() {
	id, err := cn.ParseResidentID("11010519491231002x", cn.ResidentIDCheck{Today: "2026-11-22"})
	fmt.Println(id.Number, id.Birth, id.Sex, err)

	_, err = cn.ParseResidentID("110105194902310024", cn.ResidentIDCheck{Today: "2026-11-22"})
	var invalid *cn.InvalidError
	if errors.As(err, &invalid) {
		fmt.Println(invalid.Reason, invalid.Position)
	}
	// Output:
	// 11010519491231002X 1949-12-31 female <nil>
	// date 7
}

func ExamplePinyin() {
	fmt.Println(cn.Pinyin("单雄信", cn.PersonName))
	fmt.Println(cn.Pinyin("中国银行重庆分行", cn.OrganisationName))
	// Output:
	// shanxiongxin sxx
	// zhongguoyinhangchongqingfenhang zgyhcqfh
}

func ExampleClassifyQuery() {
	for _, term := range cn.ClassifyQuery("张伟 人民路12 138 1234 5678") {
		fmt.Println(term.Kind, term.Text, cn.QueryGrams(term.Text), term.Targets.Has(cn.TargetPhone))
	}
	// Output:
	// text 张伟 [张伟] false
	// text 人民路12 [人民 民路 路12] false
	// digits 13812345678 [13812345678] true
}

func ExampleDecodeText() {
	file := strings.NewReader("\xd0\xd5\xc3\xfb\n\xd5\xc5\xce\xb0\n\xff\n") // 姓名, 张伟, a broken line
	r, encoding, err := cn.DecodeText(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := io.ReadAll(r)
	fmt.Printf("%s %q\n%v\n", encoding, text, err)
	// Output:
	// gb18030 "姓名\n张伟\n"
	// text: invalid as gb18030 at byte 10, line 3
}
