package search

import (
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

func TestBucketsDouble(t *testing.T) {
	var size [buckets]int
	for last := range 256 {
		size[bucketOf(id.ID{15: byte(last)})]++
	}
	if want := [buckets]int{2, 2, 4, 8, 16, 32, 64, 128}; size != want {
		t.Errorf("of 256 documents: %v, want %v", size, want)
	}
}
