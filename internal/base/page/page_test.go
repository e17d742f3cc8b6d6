package page_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
)

func TestCursorsComeBackWhole(t *testing.T) {
	s := page.NewSigner([]byte("key"))
	rapid.Check(t, func(t *rapid.T) {
		text, n := rapid.String().Draw(t, "text"), rapid.Int64().Draw(t, "n")
		row := id.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		c, err := s.Encode("list", text, n, row)
		if err != nil {
			t.Fatal(err)
		}
		var gotText string
		var gotN int64
		var gotRow id.ID
		if ok, err := s.Decode("list", c, &gotText, &gotN, &gotRow); !ok || err != nil || gotText != text || gotN != n || gotRow != row {
			t.Fatalf("got %q %d %v %v", gotText, gotN, gotRow, err)
		}
		bad := []byte(c)
		bad[rapid.IntRange(0, len(bad)-2).Draw(t, "at")] ^= 4
		if _, err := s.Decode("list", string(bad), &gotText, &gotN, &gotRow); !errors.Is(err, page.ErrCursor) {
			t.Fatalf("a changed cursor: %v", err)
		}
	})
}

func TestCursorsBelongToTheirList(t *testing.T) {
	s := page.NewSigner([]byte("key"))
	c, err := s.Encode("customer.list -name", 1)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if _, err := s.Decode("customer.list name", c, &n); !errors.Is(err, page.ErrCursor) {
		t.Errorf("another order: %v", err)
	}
	if _, err := page.NewSigner([]byte("other")).Decode("customer.list -name", c, &n); !errors.Is(err, page.ErrCursor) {
		t.Errorf("another key: %v", err)
	}
	for _, bad := range []string{"x", "!!!!", "AAAA"} {
		if _, err := s.Decode("customer.list -name", bad, &n); !errors.Is(err, page.ErrCursor) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if ok, err := s.Decode("customer.list -name", "", &n); ok || err != nil {
		t.Errorf("no cursor: %v %v", ok, err)
	}
}
