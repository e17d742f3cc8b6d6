package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// zhiyin import cases ends with one line for programs, and says of every row left out
// why.
func TestImportCases(t *testing.T) {
	eachSite(t, func(s *site) {
		name := filepath.Join(t.TempDir(), "requests.csv")
		s.must(os.WriteFile(name, []byte(`Unique Key,Created Date,Closed Date,Agency Name,Complaint Type,Descriptor,Location Type,Incident Address,City,Borough
1,1/2/2025 9:00,1/2/2025 10:30,Police,Pet Shop,x,Store,1 A,B,C
2,1/2/2025 9:00,,Police,Pet Shop,x,Store,1 A,B,C
3,never,,Police,Pet Shop,x,Store,1 A,B,C
`), 0o600))
		code, out, errs := s.run(context.Background(), "cases", "--org", "1001", "--mapping", "nyc311", "--json", name)
		if code != 2 || out != `{"imported":2,"refused":1,"time_to_close_min":{"p50":90,"p90":90}}`+"\n" || !strings.Contains(errs, "4\tCreated Date\t时间无法识别或晚于现在 · is no time, or later than now") {
			s.t.Errorf("%d %s %s", code, out, errs)
		}
		for _, args := range [][]string{{"cases", "--org", "9", name}, {"cases", "--org", "1001", "--mapping", "other", name}, {"cases", "--org", "1001", name + "x"}} {
			if code, _, errs := s.run(context.Background(), args...); code != 1 || errs == "" {
				s.t.Errorf("%v: %d %s", args, code, errs)
			}
		}
	})
}
