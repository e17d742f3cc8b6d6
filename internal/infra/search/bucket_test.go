package search

import (
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

func TestBucketsQuadruple(t *testing.T) {
	var size [buckets]int
	for last := range 1 << 10 {
		size[bucketOf(id.ID{14: byte(last >> 8), 15: byte(last)})]++
	}
	if want := [buckets]int{2, 6, 24, 96, 384, 512}; size != want {
		t.Errorf("of 1024 documents: %v, want %v", size, want)
	}
}
