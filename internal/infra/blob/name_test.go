package blob_test

import (
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
)

func TestBaseName(t *testing.T) {
	for name, want := range map[string]string{"客户.csv": "客户.csv", "../../etc/passwd": "passwd", `C:\fakepath\a.csv`: "a.csv", `a/b\c.csv`: "c.csv", "a\r\nb\x00.csv": "ab.csv",
		"": "?", ".": "?", "..": "?", "a/": "?", " . ": "?", "\u202evsc.exe": "vsc.exe", "\xff.csv": "\ufffd.csv", ".profile": ".profile",
		strings.Repeat("长", 300) + ".csv": strings.Repeat("长", 196) + ".csv"} {
		if got := blob.BaseName(name); got != want {
			t.Errorf("%q is kept as %q, want %q", name, got, want)
		}
	}
}
